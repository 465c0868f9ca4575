//! Pure: who is registered where (RFC 3261 section 10.3).

use super::config::Peer;
use super::srtp::Srtp;
use rsipstack::sip::{Transport, Uri};
use rsipstack::transport::SipAddr;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The shortest and the longest time that a registration holds, in seconds.
pub(super) const TIMES: (u32, u32) = (30, 3_600);

/// A phone of a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contact {
    /// As it names itself.
    pub(super) uri: Uri,
    /// Where its request came from: the way back through whatever lies between.
    pub(super) at: SipAddr,
    pub(super) until: Instant,
    /// The SRTP that it speaks, and not without.
    pub(super) srtp: Srtp,
    order: (String, u32),
}

impl Contact {
    /// Of one that does not register: it is always there.
    pub(super) fn fixed(peer: &Peer, now: Instant) -> Option<Self> {
        let uri = Uri::try_from(&*peer.uri).ok()?;
        let at = SipAddr::new(Transport::Udp, uri.host_with_port.clone());
        let until = now + Duration::from_secs(TIMES.1.into());
        Some(Self { uri, at, until, srtp: peer.srtp, order: Default::default() })
    }
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Registrar {
    most: usize,
    contacts: BTreeMap<String, Vec<Contact>>,
}

/// Why a registration is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// It is shorter than [`TIMES`] allow.
    TooBrief,
    /// The name has as many as it may.
    TooMany,
    /// Older than one that was taken.
    OutOfOrder,
}

impl Registrar {
    /// So many for each name.
    pub(super) fn new(most: usize) -> Self {
        Self { most, contacts: BTreeMap::new() }
    }

    /// A phone comes, stays or, with no time, goes. `order`: the request's Call-ID and number.
    pub(super) fn register(
        &mut self,
        name: &str,
        (uri, at): (Uri, SipAddr),
        seconds: u32,
        order: (String, u32),
        now: Instant,
    ) -> Result<(), NotTaken> {
        self.forget(now);
        let known = self.contacts.get(name).map_or(&[][..], Vec::as_slice);
        let place = known.iter().position(|contact| contact.uri == uri);
        let newer = place.and_then(|place| known.get(place)).is_none_or(|contact| {
            // RFC 3261 section 10.3 step 7.
            contact.order.0 != order.0 || contact.order.1 < order.1
        });
        let room = place.is_some() || known.len() < self.most;
        match seconds {
            _ if !newer => return Err(NotTaken::OutOfOrder),
            1.. if seconds < TIMES.0 => return Err(NotTaken::TooBrief),
            1.. if !room => return Err(NotTaken::TooMany),
            _ => {}
        }
        let contacts = self.contacts.entry(name.to_owned()).or_default();
        contacts.retain(|contact| contact.uri != uri);
        if seconds > 0 {
            let until = now + Duration::from_secs(seconds.min(TIMES.1).into());
            let browser = matches!(at.r#type, Some(Transport::Ws | Transport::Wss));
            let srtp = if browser { Srtp::Browser } else { Srtp::Off };
            contacts.push(Contact { uri, at, until, srtp, order });
        }
        Ok(())
    }

    /// All of a name's phones go.
    pub(super) fn clear(&mut self, name: &str) {
        self.contacts.remove(name);
    }

    /// A name's phones, who came last first.
    pub(super) fn of(&mut self, name: &str, now: Instant) -> Vec<Contact> {
        self.forget(now);
        self.contacts.get(name).map(|contacts| contacts.iter().rev().cloned().collect()).unwrap_or_default()
    }

    /// All names, with how many phones each has.
    pub(super) fn all(&mut self, now: Instant) -> Vec<(String, usize)> {
        self.forget(now);
        self.contacts.iter().map(|(name, contacts)| (name.clone(), contacts.len())).collect()
    }

    fn forget(&mut self, now: Instant) {
        self.contacts.values_mut().for_each(|contacts| contacts.retain(|contact| contact.until > now));
        self.contacts.retain(|_, contacts| !contacts.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(number: u16) -> (Uri, SipAddr) {
        let uri = Uri::try_from(format!("sip:alice@127.0.0.1:{number}")).unwrap();
        (uri, SipAddr::from(std::net::SocketAddr::from(([127, 0, 0, 1], number))))
    }

    #[test]
    fn phones_come_stay_and_go() {
        let (mut registrar, now) = (Registrar::new(2), Instant::now());
        let mut register =
            |phone, seconds, number, at| registrar.register("alice", phone, seconds, ("c".into(), number), at);
        assert_eq!(register(phone(1), 60, 1, now), Ok(()));
        assert_eq!(register(phone(2), 60, 2, now), Ok(()));
        assert_eq!(register(phone(3), 60, 3, now), Err(NotTaken::TooMany));
        assert_eq!(register(phone(1), 60, 1, now), Err(NotTaken::OutOfOrder), "the same request again");
        assert_eq!(register(phone(1), 10, 4, now), Err(NotTaken::TooBrief));
        assert_eq!(register(phone(1), 120, 5, now), Ok(()));
        assert_eq!(register(phone(2), 0, 6, now), Ok(()));
        let at = |registrar: &mut Registrar, now| {
            registrar.of("alice", now).iter().map(|c| c.uri.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(at(&mut registrar, now + Duration::from_secs(119)), ["sip:alice@127.0.0.1:1"]);
        assert!(at(&mut registrar, now + Duration::from_secs(120)).is_empty());
    }
}
