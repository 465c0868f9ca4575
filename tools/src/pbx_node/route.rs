//! Control: where a name leads.

use super::config::ROOM;
use super::node::Node;
use super::registrar::Contact;
use super::services::Service;
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
        if let Some(at) = self.config.phones.get(name) {
            return Some(Route::Phone(Box::new(Contact::fixed(name, *at, Instant::now()))));
        }
        let contacts = self.registrar.borrow_mut().of(name, Instant::now());
        contacts.into_iter().next().map(|contact| Route::Phone(Box::new(contact)))
    }
}
