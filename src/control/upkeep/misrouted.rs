//! Control: packets that reached a worker after their leg had left it: sent on to where the leg is now, in order.

use crate::control::links::worker::Owner;
use crate::control::records::session::Place;
use crate::control::supervisor::Supervisor;
use crate::types::WorkerId;

impl Supervisor {
    pub(in crate::control) fn forward_misrouted(&mut self) {
        for link in &mut self.workers {
            while let Some((header, payload)) = link.misrouted.pop() {
                match link.places.get(header.key.leg()) {
                    Some(&Owner::Departed(session)) => self.misrouted.hold(session, header, payload),
                    _ => self.misrouted.drop_one(),
                }
            }
        }
        for _ in 0..self.misrouted.waiting() {
            let Some((session, mut header, payload)) = self.misrouted.take() else { break };
            match self.sessions.get(session).map(|s| s.place) {
                Some(Place::At(WorkerId(worker), leg)) => {
                    header.key = leg.into();
                    if !self.workers[usize::from(worker)].forward.push(&header, &payload) {
                        self.misrouted.drop_one();
                    }
                }
                Some(Place::Moving) => self.misrouted.hold_again((session, header, payload)),
                None => self.misrouted.drop_one(),
            }
        }
    }
}
