//! Control: relay streams find each other: with a bridge the streams of both sessions are connected by kind and order.
//!
//! Both of a pair have to be at one I/O thread. One that is not is called home, with its sockets and all that it has learnt,
//! and sent there; meanwhile what comes waits in its socket.

use crate::control::records::relay::{Relay, stream_at};
use crate::control::supervisor::Supervisor;
use crate::transport::{Endpoint, PortVerb, RelayLink, RelaySetting};
use crate::types::{BindingKey, PortId, SessionId};

/// A stream: its session and its place in that one's list.
type Which = (SessionId, usize);

impl Supervisor {
    /// Connects what relay streams of two sessions go together.
    pub(in crate::control) fn connect_relays(&mut self, a: SessionId, b: SessionId) {
        for plain in [false, true] {
            let of = |id: SessionId| -> Vec<usize> {
                let relays = self.sessions.get(id).map_or(&[][..], |session| &session.relays);
                let alike = relays.iter().enumerate().filter(|(_, relay)| relay.params.is_plain() == plain);
                alike.map(|(place, _)| place).collect()
            };
            let pairs: Vec<_> = of(a).into_iter().zip(of(b)).collect();
            for (ours, theirs) in pairs {
                for (one, other) in [((a, ours), (b, theirs)), ((b, theirs), (a, ours))] {
                    if let Some(relay) = self.relay_at(one) {
                        relay.partner = Some(other);
                    }
                }
                self.link_relay((a, ours));
            }
        }
    }

    /// Takes a session's relay streams out of their connections.
    pub(in crate::control) fn disconnect_relays(&mut self, id: SessionId) {
        let count = self.sessions.get(id).map_or(0, |session| session.relays.len());
        for place in 0..count {
            let Some(partner) = self.relay_at((id, place)).and_then(|relay| relay.partner) else { continue };
            for which in [(id, place), partner] {
                let Some(relay) = self.relay_at(which) else { continue };
                relay.partner = None;
                if let Some(at) = relay.place {
                    self.set_relay(at, RelaySetting::Link(None), None);
                }
            }
        }
    }

    fn relay_at(&mut self, (id, place): Which) -> Option<&mut Relay> {
        self.sessions.get_mut(id)?.relays.get_mut(place)
    }

    /// Does what a pair still needs: both at one thread, each with the other as its way on.
    fn link_relay(&mut self, which: Which) {
        let Some(partner) = self.relay_at(which).and_then(|relay| relay.partner) else { return };
        let here = self.relay_at(which).and_then(|relay| relay.place);
        let there = self.relay_at(partner).and_then(|relay| relay.place);
        // One that is on its way comes by here again.
        let (Some(here), Some(there)) = (here, there) else { return };
        if here.0 != there.0 {
            return self.move_relay(partner, there, here.0);
        }
        for (from, to, at, other) in [(which, partner, here, there), (partner, which, there, here)] {
            let ends = self.sessions.get(from.0).zip(self.sessions.get(to.0));
            let ends = ends.and_then(|(f, t)| Some((f.relays.get(from.1)?, t.relays.get(to.1)?)));
            if let Some((from, to)) = ends {
                let link = RelayLink { to: other.1, payload_types: from.params.passes_to(&to.params) };
                self.set_relay(at, RelaySetting::Link(Some(link)), None);
            }
        }
    }

    fn move_relay(&mut self, which: Which, (port, binding): (PortId, BindingKey), to: PortId) {
        let Some(relay) = self.relay_at(which) else { return };
        relay.place = None;
        let local = relay.local;
        let after = move |s: &mut Self, receipt: crate::transport::PortReceipt| {
            if let Some(Some(control)) = s.ports.get_mut(port.as_usize()) {
                control.bindings.remove(binding);
            }
            let Some(endpoint) = receipt.endpoint else { return };
            // It may have ended meanwhile, and another have its place.
            match s.relay_at(which).is_some_and(|relay| relay.place.is_none() && relay.local == local) {
                true => s.land_relay(which, endpoint, to),
                false => s.give_back_port(local, Some(endpoint)),
            }
        };
        self.port_order(port, binding, PortVerb::Unbind, Some(Box::new(after)));
    }

    fn land_relay(&mut self, which: Which, mut endpoint: Endpoint, to: PortId) {
        let Some(relay) = self.relay_at(which) else { return };
        if let Some(end) = &mut endpoint.relay {
            // Orders that found it gone have said nothing.
            let direction = relay.direction();
            end.renew(direction.receives(), direction.sends(), relay.params.remote);
        }
        let partner = relay.partner;
        // Its partner may be another by now.
        let wished = partner.and_then(|partner| self.relay_at(partner)?.place).map_or(to, |(port, _)| port);
        self.bind_relay(which.0, stream_at(which.1), wished, endpoint);
        self.link_relay(which);
    }
}
