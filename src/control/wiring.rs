//! Control: how threads and the virtual harness set the supervisor up, and wait for it.

use crate::control::records::flight::Flight;
use crate::control::records::snapshot_cell::SnapshotCell;
use crate::control::supervisor::Supervisor;
use crate::rt::os::Privileges;
use crate::rt::{FlightRx, LaneTx, Parcel, lane};
use crate::session::EventKind;
use crate::telemetry::interval_log::IntervalLogWriter;
#[cfg(feature = "net")]
use crate::transport::io::IoThreadGauges;
use crate::transport::io::{IoCore, TransportNotice};
use crate::transport::{RtcpSender, RtpPort, rtcp_sender};
use crate::types::{EngineThread, PortId, WorkerId};
use crate::worker::{Verb, WorkerPort};
use std::fs::File;
use std::io::BufWriter;
#[cfg(feature = "net")]
use std::sync::Arc;
use std::time::Duration;

/// The port through which the supervisor sends misrouted packets on.
const FORWARD_PORT: PortId = PortId(0);
/// Messages that a transport's notice lane holds.
const NOTICE_LANE: usize = 1_024;

impl Supervisor {
    /// Attaches the rings by which misrouted packets are sent on to each worker.
    pub(crate) fn attach_forwards(&mut self, forwards: Vec<Parcel<WorkerPort>>) {
        for (index, port) in forwards.into_iter().enumerate() {
            self.order(WorkerId(index as u8), Verb::AttachPort(FORWARD_PORT, port), None);
        }
    }

    /// Takes the rings by which the workers note what comes in.
    pub(crate) fn attach_flight(&mut self, rings: Vec<FlightRx>) {
        let config = &self.plan.config;
        let keep = Duration::from_secs(config.flight_seconds.into());
        self.flight = Flight::new(rings, keep, config.flight_octets, config.max_sessions);
    }

    /// Time is virtual: no thread is started, and [`pump_recorder`](Self::pump_recorder) writes what is recorded.
    pub(crate) fn record_by_hand(&mut self) {
        self.recorder.record_by_hand();
    }

    /// A turn of the recorder, where time is virtual.
    pub(crate) fn pump_recorder(&mut self) {
        self.recorder.pump();
    }

    pub(crate) fn snapshot_cell(&self) -> SnapshotCell {
        self.telemetry.cell.clone()
    }

    /// From now on the machine's own numbers stand beside ours.
    pub(crate) fn attach_host_metrics(&mut self, log: Option<IntervalLogWriter<BufWriter<File>>>) {
        self.telemetry.attach_host_metrics(log);
    }

    /// Notes what a media thread was granted.
    pub(crate) fn set_privileges(&mut self, worker: usize, core: Option<usize>, privileges: Privileges) {
        self.telemetry.privileges[worker] = (core, privileges);
    }

    /// Notes what an I/O thread counts of itself, and the core that it is pinned to.
    #[cfg(feature = "net")]
    pub(crate) fn add_io_thread(&mut self, gauges: Arc<IoThreadGauges>, core: Option<usize>) {
        self.telemetry.io.add(gauges, core);
    }

    /// The I/O machine over a port, with its ways to here.
    pub(crate) fn io_core(&mut self, port: RtpPort) -> IoCore {
        let mut core = IoCore::new(port, self.transport_notices());
        core.set_rtcp_sender(self.rtcp_sender());
        #[cfg(feature = "dtls")]
        core.set_handshake_sender(self.handshakes.door());
        core.set_own_streams(self.hairpins.own.clone());
        core
    }

    /// The lane by which an I/O machine, or an embedder's port, tells of what it sees.
    pub(super) fn transport_notices(&mut self) -> LaneTx<TransportNotice> {
        let (tx, rx) = lane(NOTICE_LANE);
        self.transport_notices.push(rx);
        tx
    }

    /// Where an I/O machine, or an embedder's stack, hands RTCP to.
    pub(super) fn rtcp_sender(&mut self) -> RtcpSender {
        let (door, ring) = rtcp_sender();
        match &mut self.rtcp {
            Some(rings) => rings.push(ring),
            None => self.rtcp_receivers.add(ring),
        }
        door
    }

    /// Whether a stop was asked for.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.begun
    }

    /// Tells subscribers that it panicked, and will do nothing any more.
    pub(crate) fn tell_its_end(&self) {
        log::error!("the supervisor has ended: calls go on as they are, and nothing can be asked any more: start anew");
        self.tell_all(EventKind::ThreadEnded(EngineThread::Supervisor));
    }

    /// Sleeps until a request comes, at most `timeout`.
    pub(crate) fn wait_for_request(&self, timeout: Duration) {
        if !self.ready.is_empty() {
            return;
        }
        if self.requests.wait(timeout) && (self.held_back() || self.stopping.begun) {
            // Requests wait for orders to come home: no reason to spin.
            std::thread::sleep(timeout.min(Duration::from_millis(1)));
        }
    }
}
