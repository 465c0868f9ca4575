//! I/O: the one way in and out for packets.

mod outgoing;

use crate::rt::{Dock, PacketHeader, PacketRx, PacketTx, prefetch_entry};
use crate::transport::endpoint::Endpoint;
use crate::transport::equipment::Equipment;
use crate::transport::port_order::{PortEvent, PortOrder, PortReceipt, PortVerb};
use crate::transport::secure::Protection;
use crate::types::{BindingKey, LegKey, PortId, SessionId, WorkerId};

/// A port's rings to and from one worker.
#[derive(Debug)]
pub struct PortLink {
    /// Packets received, to the worker.
    pub to_worker: PacketTx,
    /// Packets emitted by the worker.
    pub from_worker: PacketRx,
}

/// A session's entry in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Its key.
    pub key: BindingKey,
    /// Whose packets.
    pub session: SessionId,
    /// Worker that runs the leg.
    pub worker: WorkerId,
    /// The leg.
    pub leg: LegKey,
}

/// What a relay stream's binding names: no leg has such a place.
const NO_LEG: LegKey = LegKey { index: u32::MAX, generation: 0 };

/// What became of a packet handed to [`RtpPort::deliver`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In the worker's ring.
    Delivered,
    /// The ring is full (or the packet too long): dropped and counted.
    Dropped,
    /// No such binding (any more).
    Unbound,
}

/// The one way in and out for packets.
///
/// An [`RtpPort`] is owned by one pusher thread (an I/O thread of ours, or a thread of an embedder with its own RTP
/// stack). It holds a ring pair per worker and a table of bindings: which session's packets go to which leg of which
/// worker. The supervisor edits the table by order; the port answers each by receipt, and what an order brought and is
/// no longer needed (sockets, gauges) goes home in it, to be freed there.
#[derive(Debug)]
pub struct RtpPort {
    id: PortId,
    dock: Dock<PortOrder, PortReceipt>,
    links: Box<[PortLink]>,
    bindings: Box<[Option<Binding>]>,
    next_link: usize,
    /// Emitted packets whose binding had ended.
    unbound_out: u64,
}

impl RtpPort {
    /// A port with room for `capacity` bindings: `links` are its rings, one pair per worker in order. Allocates: control
    /// side.
    pub fn new(id: PortId, dock: Dock<PortOrder, PortReceipt>, links: Box<[PortLink]>, capacity: usize) -> Self {
        Self { id, dock, links, bindings: vec![None; capacity].into_boxed_slice(), next_link: 0, unbound_out: 0 }
    }

    /// Which port this is.
    pub fn id(&self) -> PortId {
        self.id
    }

    /// Takes the next order of the supervisor and tells what the owner has to do about it. `Some(None)` means: an
    /// order was taken that concerns only the table.
    pub fn next_order(&mut self) -> Option<Option<PortEvent>> {
        let PortOrder { seq, binding: key, verb } = self.dock.receive()?;
        let held = self.bindings.get_mut(key.index as usize);
        let current = held.as_ref().is_some_and(|b| b.is_some_and(|b| b.key == key));
        let (done, endpoint, event) = match (verb, held) {
            (PortVerb::Bind { session, worker, leg, endpoint }, Some(place @ None)) => {
                *place = Some(Binding { key, session, worker, leg });
                return Some(Some(PortEvent::Bound { key, seq, endpoint }));
            }
            (PortVerb::BindRelay { session, endpoint }, Some(place @ None)) => {
                *place = Some(Binding { key, session, worker: WorkerId(0), leg: NO_LEG });
                return Some(Some(PortEvent::Bound { key, seq, endpoint }));
            }
            (PortVerb::Bind { endpoint, .. } | PortVerb::BindRelay { endpoint, .. }, _) => {
                (false, Some(endpoint), None)
            }
            (PortVerb::SetRelay(setting), _) if current => (true, None, Some(PortEvent::Relay(key, setting))),
            (PortVerb::Flip { worker, leg }, Some(Some(binding))) if current => {
                (binding.worker, binding.leg) = (worker, leg);
                (true, None, None)
            }
            (PortVerb::SetRemote { remote }, _) if current => (true, None, Some(PortEvent::Remote(key, remote))),
            (PortVerb::Expect(expectation, keep_alive), _) if current => {
                (true, None, Some(PortEvent::Expect(key, expectation, keep_alive)))
            }
            (PortVerb::Report(plan), _) if current => (true, None, Some(PortEvent::Report(key, plan))),
            (PortVerb::Loops(loops), _) if current => (true, None, Some(PortEvent::Loops(key, loops))),
            (PortVerb::Protect(protection), _) if current => {
                return Some(Some(PortEvent::Protect(key, seq, protection)));
            }
            (PortVerb::Protect(protection), _) => {
                self.protected(key, seq, false, Some(protection));
                return Some(None);
            }
            (PortVerb::Handshakes(taken), _) if current => (true, None, Some(PortEvent::Handshakes(key, taken))),
            (PortVerb::Send(to, octets), _) if current => return Some(Some(PortEvent::Send(key, seq, to, octets))),
            (PortVerb::Send(_, octets), _) => {
                self.sent(key, seq, false, octets);
                return Some(None);
            }
            (PortVerb::Equip(equipment), _) if current => return Some(Some(PortEvent::Equip(key, seq, equipment))),
            (PortVerb::Equip(equipment), _) => {
                self.equipped(key, seq, Some(equipment));
                return Some(None);
            }
            (PortVerb::Unbind, Some(place)) if current => {
                *place = None;
                return Some(Some(PortEvent::Unbound { key, seq }));
            }
            _ => (false, None, None),
        };
        self.answer(key, seq, done, endpoint);
        Some(event)
    }

    /// Answers a [`PortEvent::Bound`]: the endpoint is in use.
    pub fn accept(&mut self, binding: BindingKey, seq: u32) {
        self.answer(binding, seq, true, None);
    }

    /// Answers a [`PortEvent::Bound`]: the endpoint cannot be used and goes home; the binding is undone.
    pub fn refuse(&mut self, binding: BindingKey, seq: u32, endpoint: Endpoint) {
        if let Some(place) =
            self.bindings.get_mut(binding.index as usize).filter(|b| b.is_some_and(|b| b.key == binding))
        {
            *place = None;
        }
        self.answer(binding, seq, false, Some(endpoint));
    }

    /// Answers a [`PortEvent::Protect`]: whether it was `done`, and what is needed no more.
    pub fn protected(&mut self, binding: BindingKey, seq: u32, done: bool, protection: Option<Box<Protection>>) {
        self.dock.send_home(PortReceipt { protection, ..PortReceipt::new(seq, binding, done) });
    }

    /// Answers a [`PortEvent::Send`]: what was sent goes home.
    pub fn sent(&mut self, binding: BindingKey, seq: u32, done: bool, octets: Box<[u8]>) {
        self.dock.send_home(PortReceipt { datagram: Some(octets), ..PortReceipt::new(seq, binding, done) });
    }

    /// Answers a [`PortEvent::Equip`]: what there is no use for goes home.
    pub fn equipped(&mut self, binding: BindingKey, seq: u32, equipment: Option<Equipment>) {
        let done = equipment.is_none();
        self.dock.send_home(PortReceipt { equipment, ..PortReceipt::new(seq, binding, done) });
    }

    fn answer(&mut self, binding: BindingKey, seq: u32, done: bool, endpoint: Option<Endpoint>) {
        self.dock.send_home(PortReceipt { endpoint, ..PortReceipt::new(seq, binding, done) });
    }

    /// Answers a [`PortEvent::Unbound`]: the endpoint goes home.
    pub fn release(&mut self, binding: BindingKey, seq: u32, endpoint: Option<Endpoint>) {
        self.answer(binding, seq, true, endpoint);
    }

    /// How many bindings the table can hold.
    pub fn capacity(&self) -> usize {
        self.bindings.len()
    }

    /// The binding at an index, if any.
    pub fn binding(&self, index: u32) -> Option<&Binding> {
        self.bindings.get(index as usize)?.as_ref()
    }

    /// Hands a received packet to the leg of its binding; `header.key` is filled in here.
    pub fn deliver(&mut self, binding: u32, mut header: PacketHeader, payload: &[u8]) -> Delivery {
        let Some(to) = self.binding(binding).copied() else { return Delivery::Unbound };
        header.key = to.leg.into();
        let Some(link) = self.links.get_mut(to.worker.as_usize()) else { return Delivery::Unbound };
        if link.to_worker.push(&header, payload) { Delivery::Delivered } else { Delivery::Dropped }
    }

    /// Asks for the memory of a binding that packets will come for.
    pub fn expect(&self, index: u32) {
        prefetch_entry(&self.bindings, index as usize);
    }
}
