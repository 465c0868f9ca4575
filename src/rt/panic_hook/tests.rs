//! Control: the panic hook is silent on media threads only.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::super::scope::MediaScope;
use super::*;

static SEEN: AtomicU32 = AtomicU32::new(0);

fn panic_on_a_thread(named: &str, media: bool) -> Option<PanicSite> {
    let body = move || {
        let _scope = media.then(MediaScope::enter);
        panic::catch_unwind(|| panic!("meant")).expect_err("panicked");
        take_panic_site()
    };
    thread::Builder::new().name(named.into()).spawn(body).unwrap().join().unwrap()
}

#[test]
fn silent_on_media_threads_only() {
    // The hook of this test's choice counts only its own thread's panics: other tests run beside it.
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| match thread::current().name() {
        Some("panic-hook-test") => {
            SEEN.fetch_add(1, Ordering::Relaxed);
        }
        _ => before(info),
    }));
    // Other tests' engines may have installed it already.
    let once = Once::new();
    install_by(&once);
    install_by(&once);
    let site = panic_on_a_thread("panic-hook-test", true).expect("noted on a media thread");
    assert_eq!(SEEN.load(Ordering::Relaxed), 0);
    assert!(site.file().ends_with("panic_hook/tests.rs") && site.line() > 1, "{site}");
    assert_eq!(panic_on_a_thread("panic-hook-test", false), None);
    assert_eq!(SEEN.load(Ordering::Relaxed), 1, "chained elsewhere, once");
}

#[test]
fn a_long_path_keeps_its_end() {
    let site = PanicSite::new(&format!("{}/ä/somewhere.rs", "äöü/".repeat(20)), 7);
    assert!(site.to_string().ends_with("/ä/somewhere.rs:7") && site.file().len() <= 48);
    assert_eq!(PanicSite::new("", 0).to_string(), ":0");
}
