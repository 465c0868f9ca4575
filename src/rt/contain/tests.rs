//! Control: what an embedder made and that panics as it ends.

use super::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Panics as it ends, whatever else is going on.
#[derive(Debug)]
struct Bad(Arc<()>);

impl Drop for Bad {
    fn drop(&mut self) {
        std::panic::panic_any("planted: as it ends");
    }
}

fn bad(held: &Arc<()>) -> Contained<Bad> {
    Contained::new(Box::new(Bad(held.clone())))
}

/// What it is about to return when its argument ends.
fn returns(own: &Arc<()>, _ends: Contained<Bad>) -> Arc<()> {
    own.clone()
}

#[test]
fn an_end_that_panics_goes_no_further() {
    let held = Arc::new(());
    // Each of these, with a plain box, leaves something behind; the second of two ends the process.
    let both = (bad(&held), bad(&held));
    assert_eq!((format!("{:?}", both.0), Arc::strong_count(&(*both.1).0)), ("Bad(())".into(), 3));
    drop(both);
    drop(HashMap::from([(1, (bad(&held), held.clone())), (2, (bad(&held), held.clone()))]));
    drop(returns(&held, bad(&held)));
    assert_eq!(Arc::strong_count(&held), 1, "all else was freed");
}

#[test]
fn nor_does_one_while_something_else_unwinds() {
    let held = Arc::new(());
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _ends = (bad(&held), bad(&held));
        std::panic::panic_any("planted: beside it");
    }));
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"planted: beside it"));
    assert_eq!(Arc::strong_count(&held), 1);
}
