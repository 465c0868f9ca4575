//! Control: one worker of a replay, driven by hand: orders, packets and samples in, packets and samples out.

use super::homes::Homes;
use super::room::Room;
use super::steps::{Given, Step};
use crate::error::Error;
use crate::flight::leg_recipe::{LegRecipe, MadeLeg, MadeOf};
use crate::flight::order::{World, order};
use crate::flight::recipe::Recipe;
use crate::rt::{
    Depot, FlightRecord, FlightRx, LaneRx, PacketRx, PacketTx, Parcel, flight_ring, lane, packet_ring, shuttle,
};
use crate::telemetry::PhaseMeter;
use crate::types::{LegKey, MediaTime, PortId, TickNumber, WorkerId};
use crate::worker::{
    Cargo, Leg, Order, PcmReader, PcmWriter, Receipt, TickContext, Verb, Worker, WorkerEvent, WorkerPlan, WorkerPort,
    WorkerSeed,
};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// The port by which all of a replay's packets go.
const PORT: PortId = PortId(1);
/// Octets of its rings, and of the worker's notes: of one tick.
const RING: usize = 4 << 20;
const ORDERS: usize = 4_096;

/// One worker.
pub(super) struct Stage {
    id: WorkerId,
    worker: Worker,
    depot: Depot<Order, Receipt>,
    events: LaneRx<WorkerEvent>,
    misrouted: PacketRx,
    notes: FlightRx,
    to_worker: PacketTx,
    from_worker: PacketRx,
    ends: Ends,
    /// Of each order that is out, the legs that depart by it.
    departing: VecDeque<Vec<Option<LegKey>>>,
    seq: u32,
}

/// The other ends of legs of samples.
#[derive(Default)]
struct Ends {
    writers: HashMap<u32, PcmWriter>,
    readers: HashMap<u32, PcmReader>,
}

impl Stage {
    /// A worker with that room.
    pub(super) fn new(id: WorkerId, Room { legs, buses, at_once }: Room, blocks_per_tick: u8) -> Self {
        let frame_samples = 2 * crate::rt::MAX_BLOCK_SAMPLES * at_once;
        let plan = WorkerPlan { id, legs, buses, frame_samples, blocks_per_tick };
        let (depot, dock) = shuttle(ORDERS);
        let (events_tx, events) = lane(ORDERS);
        let (misrouted_tx, misrouted) = packet_ring(RING);
        let (notes_tx, notes) = flight_ring(RING, false);
        let seed = WorkerSeed::new(plan, dock, events_tx, misrouted_tx, Arc::default()).noting(notes_tx);
        let (to_worker, from_port) = packet_ring(RING);
        let (to_port, from_worker) = packet_ring(RING);
        let (worker, ends, departing) = (seed.grow(), Ends::default(), VecDeque::new());
        let mut stage =
            Self { id, worker, depot, events, misrouted, notes, to_worker, from_worker, ends, departing, seq: 0 };
        stage.send(Verb::AttachPort(PORT, Parcel::pack(WorkerPort::new(from_port, to_port, None))));
        stage
    }

    fn send(&mut self, verb: Verb) {
        let departing = match &verb {
            Verb::Together(together) => {
                together.steps.iter().map(|step| step.verb.as_ref().and_then(departs)).collect()
            }
            one => vec![departs(one)],
        };
        self.seq = self.seq.wrapping_add(1);
        if self.depot.send(Order { seq: self.seq, verb }).is_ok() {
            self.departing.push_back(departing);
        }
    }

    /// Orders what was ordered.
    pub(super) fn order(&mut self, recipe: &Recipe, homes: &mut Homes) -> Result<(), Error> {
        let mut making = Making { worker: self.id, ends: &mut self.ends, homes };
        if let Some(verb) = order(recipe, &mut making)? {
            self.send(verb);
        }
        Ok(())
    }

    /// Brings what came in, and runs the tick.
    pub(super) fn run(&mut self, step: &Step<'_>, homes: &mut Homes) -> Given {
        for (header, _, payload) in &step.packets {
            self.to_worker.push(header, payload.unwrap_or(&[]));
        }
        for (leg, samples) in &step.samples {
            if let (Some(writer), Some(samples)) = (self.ends.writers.get_mut(leg), samples) {
                writer.write(samples);
            }
        }
        self.tick(step.number, step.now, homes)
    }

    /// Runs a tick.
    pub(super) fn tick(&mut self, number: TickNumber, now: MediaTime, homes: &mut Homes) -> Given {
        self.worker.tick(&mut TickContext::new(now, number, &mut PhaseMeter::off()));
        while let Some(receipt) = self.depot.collect() {
            // Receipts come home in the order of the orders.
            let departing = self.departing.pop_front().unwrap_or_default();
            let cargoes = match receipt.cargo {
                Cargo::Together(together) => together.unpack().steps.into_iter().map(|step| step.cargo).collect(),
                one => vec![one],
            };
            for (cargo, key) in cargoes.into_iter().zip(departing) {
                if let (Cargo::Leg(leg), Some(key)) = (cargo, key) {
                    homes.under_way.insert((self.id, key), leg);
                }
            }
        }
        while self.events.take().is_some() {}
        while self.misrouted.pop().is_some() {}
        let mut given = Given::default();
        let mut words = Vec::new();
        self.notes.drain(|piece| words.extend_from_slice(piece));
        let mut rest = &words[..];
        while let Some((record, length)) = FlightRecord::first(rest) {
            if let FlightRecord::Sent(sent) = record {
                given.sent.push(sent);
            }
            rest = rest.get(length..).unwrap_or(&[]);
        }
        while let Some((header, payload)) = self.from_worker.pop() {
            given.packets.push((header.key.binding().index(), header, payload.to_vec()));
        }
        for (leg, reader) in &mut self.ends.readers {
            let mut samples = vec![0.0; reader.rate().block_samples() * 8];
            let read = reader.read(&mut samples);
            samples.truncate(read);
            given.heard.push((*leg, samples));
        }
        given
    }
}

/// The leg that departs by that order.
fn departs(verb: &Verb) -> Option<LegKey> {
    match verb {
        Verb::Depart(key) => Some(*key),
        _ => None,
    }
}

/// What an order is made with.
struct Making<'m> {
    worker: WorkerId,
    ends: &'m mut Ends,
    homes: &'m mut Homes,
}

impl World for Making<'_> {
    fn leg(&mut self, key: LegKey, recipe: &LegRecipe) -> Result<MadeLeg, Error> {
        let (binding, numbers) = self.homes.make(self.worker, key, recipe);
        recipe.build((PORT, binding), numbers)
    }

    fn ends(&mut self, key: LegKey, writer: Option<PcmWriter>, reader: Option<PcmReader>) {
        self.ends.writers.remove(&key.index());
        self.ends.readers.remove(&key.index());
        writer.map(|writer| self.ends.writers.insert(key.index(), writer));
        reader.map(|reader| self.ends.readers.insert(key.index(), reader));
    }

    fn arrive(&mut self, from: (WorkerId, LegKey), key: LegKey) -> Option<Parcel<Leg>> {
        self.homes.arrive(from, (self.worker, key))
    }

    fn formats(&mut self, key: LegKey, of: &MadeOf) {
        self.homes.note_formats(self.worker, key, of);
    }
}
