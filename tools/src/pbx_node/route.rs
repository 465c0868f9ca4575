//! Control: where a name leads.

use super::config::ROOM;
use super::node::Node;
use super::registrar::Contact;
use super::services::Service;
use super::srtp::Srtp;
use std::time::Instant;

/// Where a name leads.
pub(super) enum Route {
    Service(Service),
    Room(String),
    Phone(Box<Contact>),
}

impl Node {
    /// Where a name leads; a phone is the one that registered last.
    pub(super) fn route(&self, name: &str) -> Option<Route> {
        if let Some(service) = Service::of(name) {
            return Some(Route::Service(service));
        }
        if let Some(room) = name.strip_prefix(ROOM).filter(|room| !room.is_empty()) {
            return Some(Route::Room(room.to_owned()));
        }
        if let Some(peer) = self.config.phones.get(name) {
            return Contact::fixed(peer, Instant::now()).map(|contact| Route::Phone(Box::new(contact)));
        }
        let contacts = self.registrar.borrow_mut().of(name, Instant::now());
        let srtp = self.config.users.get(name).map_or(Srtp::Off, |user| user.srtp);
        let mut contact = contacts.into_iter().next()?;
        if contact.srtp == Srtp::Off {
            contact.srtp = srtp;
        }
        Some(Route::Phone(Box::new(contact)))
    }
}
