//! Control: calls as others see them: the list of those that there are, and what one may ask of another.

use super::leg::Leg;
use rsipstack::dialog::DialogId;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// All there are, by number.
pub(super) type Calls = Rc<RefCell<BTreeMap<u64, Call>>>;

/// A call as others see it.
pub(super) struct Call {
    pub(super) title: String,
    pub(super) since: Instant,
    /// Its parties: name and media, and their dialogs.
    pub(super) parties: Vec<(String, media_core::MediaSessionHandle, DialogId)>,
    pub(super) orders: mpsc::UnboundedSender<Order>,
}

/// What one call asks of another.
pub(super) enum Order {
    /// Its two legs, for an attended transfer: the one of that dialog first.
    GiveUp(DialogId, oneshot::Sender<(Leg, Leg)>),
}

/// A call's place in the list, for as long as it is there.
pub(super) struct Listed {
    calls: Calls,
    number: u64,
    pub(super) orders: mpsc::UnboundedReceiver<Order>,
}

impl Listed {
    pub(super) fn new(calls: &Calls, number: u64, title: String) -> Self {
        let (sender, orders) = mpsc::unbounded_channel();
        let call = Call { title, since: Instant::now(), parties: Vec::new(), orders: sender };
        calls.borrow_mut().insert(number, call);
        Self { calls: calls.clone(), number, orders }
    }

    /// Its parties are these now.
    pub(super) fn parties(&self, legs: &[&Leg]) {
        if let Some(call) = self.calls.borrow_mut().get_mut(&self.number) {
            let party = |leg: &&Leg| (leg.name.clone(), leg.session.clone(), leg.dialog.id());
            call.parties = legs.iter().map(party).collect();
        }
    }

    /// It is another's now.
    pub(super) fn title(&self, title: String) {
        if let Some(call) = self.calls.borrow_mut().get_mut(&self.number) {
            call.title = title;
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.calls.borrow_mut().remove(&self.number);
    }
}
