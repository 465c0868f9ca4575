//! Control: the parts of an engine, built and joined by rings: one supervisor, its workers' seeds, its I/O machines. Real
//! threads and the virtual harness start from the same parts.

use crate::config::{EVENT_LANE, ORDERS_IN_FLIGHT, Plan};
use crate::control::Supervisor;
use crate::control::events::Subscribers;
use crate::control::links::worker::{WorkerLink, WorkerRings};
use crate::control::records::identifiers::Identifiers;
use crate::control::request::queue::request_queue;
use crate::engine::handle::{Clock, MediaHandle};
use crate::error::{Error, IoError};
use crate::rt::{Parcel, flight_ring, lane, packet_ring, shuttle};
use crate::telemetry::TimingGauges;
use crate::telemetry::counters::WorkerGauges;
use crate::transport::RtpPort;
use crate::transport::io::{PortAllocator, PortPairing, PortPlan, SocketOptions};
use crate::types::WorkerId;
use crate::worker::{WorkerPort, WorkerSeed};
use std::sync::Arc;

/// Octets of the rings for packets of legs that move.
const MISROUTED_RING: usize = 1 << 18;

/// Its least size: a leg of samples at 48 kHz brings 2 KB each 10 ms. What is larger passes through more of the cache.
const LEAST_FLIGHT_RING: usize = 1 << 18;
/// Octets of the ring from a worker to the flight recorder, for each session: 90 ms of a leg of G.711. The supervisor empties it each 10 ms.
const FLIGHT_RING: usize = 1_024;

/// What an engine is made of before it runs.
pub(super) struct Parts {
    pub(super) supervisor: Supervisor,
    pub(super) handle: MediaHandle,
    pub(super) seeds: Vec<WorkerSeed>,
    pub(super) timings: Vec<Arc<TimingGauges>>,
    pub(super) io_ports: Vec<RtpPort>,
}

impl Parts {
    /// Builds the parts. `sockets`: real ones, or none on a virtual network. `identifiers`: where SSRCs and first numbers
    /// come from.
    pub(super) fn build(plan: &Plan, sockets: bool, clock: Clock, identifiers: Identifiers) -> Result<Self, Error> {
        let config = &plan.config;
        let (requests_tx, requests_rx) =
            request_queue(config.request_queue, config.max_sessions + config.max_conferences);
        let subscribers = Subscribers::default();
        let mut flights = Vec::new();
        let (mut links, mut seeds, mut timings, mut forwards) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for index in 0..config.workers {
            let id = WorkerId(index as u8);
            let worker = plan.worker(id);
            let (depot, dock) = shuttle(ORDERS_IN_FLIGHT);
            let (events_tx, events) = lane(EVENT_LANE);
            let (misrouted_tx, misrouted) = packet_ring(MISROUTED_RING);
            let (forward, from_supervisor) = packet_ring(MISROUTED_RING);
            let (unused, _) = packet_ring(0);
            let (gauges, timing) = (Arc::new(WorkerGauges::default()), Arc::new(TimingGauges::default()));
            let seed = WorkerSeed::new(worker, dock, events_tx, misrouted_tx, gauges.clone());
            seeds.push(match config.flight_seconds {
                0 => seed,
                _ => {
                    let octets = (FLIGHT_RING * config.max_sessions).max(LEAST_FLIGHT_RING);
                    let (notes, ring) = flight_ring(octets, config.flight_payloads);
                    flights.push(ring);
                    seed.noting(notes)
                }
            });
            let rings = WorkerRings { depot, events, misrouted, forward };
            links.push(WorkerLink::new(id, rings, worker.legs, worker.buses, gauges, timing.clone()));
            timings.push(timing);
            forwards.push(Parcel::pack(WorkerPort::new(from_supervisor, unused, None)));
        }
        let allocator = match config.io_threads {
            0 => None,
            _ => Some(PortAllocator::new(ports(plan, sockets)).map_err(IoError::from)?),
        };
        let mut supervisor =
            Supervisor::new(plan.clone(), requests_rx, links, allocator, subscribers.clone(), identifiers);
        supervisor.attach_forwards(forwards);
        supervisor.attach_flight(flights);
        if !sockets {
            supervisor.record_by_hand();
        }
        let io_ports = (0..config.io_threads).map(|_| supervisor.create_port(true)).collect::<Result<_, _>>()?;
        let cell = supervisor.snapshot_cell();
        let handle =
            MediaHandle::new(requests_tx, subscribers, config.subscriber_queue, config.request_timeout, clock, cell);
        Ok(Self { supervisor, handle, seeds, timings, io_ports })
    }
}

/// Which addresses sessions get.
pub(super) fn ports(plan: &Plan, sockets: bool) -> PortPlan {
    let config = &plan.config;
    PortPlan {
        address: config.bind_address,
        range: (*config.rtp_ports.start(), *config.rtp_ports.end()),
        pairing: if config.rtcp_mux { PortPairing::Shared } else { PortPairing::Pairs },
        sockets: sockets.then(|| SocketOptions {
            dscp: config.dscp,
            interface: config.interface.clone(),
            receive_buffer: config.socket_buffer_octets,
            send_buffer: config.socket_buffer_octets,
        }),
    }
}
