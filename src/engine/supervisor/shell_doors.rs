//! Control: the doors through which threads and the virtual harness set the supervisor up and wait for it.

use super::Supervisor;
use super::ports::STRAY_PORT;
use super::telemetry::SnapshotCell;
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{Error, IoError};
#[cfg(feature = "net")]
use crate::integration::io::IoThreadGauges;
use crate::integration::io::{IoCore, TransportNotice};
use crate::integration::{RtcpDoor, RtcpReader, RtpBridge, RtpPort, rtcp_door};
use crate::rt::os::Privileges;
use crate::rt::{LaneTx, Parcel, lane};
use crate::session::{EventKind, MediaEvent};
use crate::telemetry::interval_log::IntervalLogWriter;
use crate::types::{EngineThread, WorkerId};
use crate::worker::{Verb, WorkerPort};
use std::fs::File;
use std::io::BufWriter;
#[cfg(feature = "net")]
use std::sync::Arc;
use std::time::Duration;

/// Messages that a transport's notice lane holds.
const NOTICE_LANE: usize = 1_024;

impl Supervisor {
    /// Attaches the rings by which strays are sent on to each worker.
    pub(crate) fn attach_forwards(&mut self, forwards: Vec<Parcel<WorkerPort>>) {
        for (index, port) in forwards.into_iter().enumerate() {
            self.order(WorkerId(index as u8), Verb::AttachPort(STRAY_PORT, port), None);
        }
    }

    pub(crate) fn snapshot_cell(&self) -> SnapshotCell {
        self.telemetry.cell.clone()
    }

    /// From now on the machine's own numbers stand beside ours.
    pub(crate) fn on_a_machine(&mut self, log: Option<IntervalLogWriter<BufWriter<File>>>) {
        self.telemetry.on_a_machine(log);
    }

    /// Notes what a media thread was granted.
    pub(crate) fn placed(&mut self, worker: usize, core: Option<usize>, privileges: Privileges) {
        self.telemetry.placed[worker] = (core, privileges);
    }

    /// Notes what an I/O thread counts of itself.
    #[cfg(feature = "net")]
    pub(crate) fn carried_by(&mut self, gauges: Arc<IoThreadGauges>) {
        self.telemetry.io.push(gauges);
    }

    /// The I/O machine over a port, with its ways to here.
    pub(crate) fn io_core(&mut self, port: RtpPort) -> IoCore {
        let mut core = IoCore::new(port, self.transport_notices());
        core.set_rtcp_door(self.rtcp_door());
        core.set_own_streams(self.hairpins.own.clone());
        core
    }

    /// The lane by which an I/O machine, or an embedder's port, tells of what it sees.
    fn transport_notices(&mut self) -> LaneTx<TransportNotice> {
        let (tx, rx) = lane(NOTICE_LANE);
        self.transport_notices.push(rx);
        tx
    }

    /// Where an I/O machine, or an embedder's stack, hands RTCP to.
    fn rtcp_door(&mut self) -> RtcpDoor {
        let (door, ring) = rtcp_door();
        match &mut self.rtcp {
            Some(rings) => rings.push(ring),
            None => self.rtcp_desk.add(ring),
        }
        door
    }

    /// Gives away what reads the RTCP of all I/O machines; once.
    pub(crate) fn take_rtcp(&mut self, promise: &mut Option<Promise<RtcpReader>>) -> Step {
        let reader = match self.rtcp.take() {
            None => Err(IoError::Transport("the RTCP reader was taken before: an engine has one".to_owned()).into()),
            Some(rings) if rings.is_empty() => {
                self.rtcp = Some(rings);
                Err(IoError::no_sockets().into())
            }
            Some(rings) => Ok(RtcpReader::new(rings, self.rtcp_desk.clone())),
        };
        self.settle(promise, reader)
    }

    /// Whether a stop was asked for: further requests are refused.
    pub(crate) fn refuses(&self) -> bool {
        self.stopping
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping
    }

    /// Tells subscribers that it panicked, and will do nothing any more.
    pub(crate) fn tell_its_end(&self) {
        log::error!("the supervisor has ended: calls go on as they are, and nothing can be asked any more: start anew");
        let kind = EventKind::ThreadEnded(EngineThread::Supervisor);
        self.subscribers.send(&MediaEvent { at: self.now, session: None, kind });
    }

    /// Sleeps until a request comes, at most `timeout`.
    pub(crate) fn wait_for_request(&self, timeout: Duration) {
        if !self.ready.is_empty() {
            return;
        }
        if self.requests.wait(timeout) && (self.held_back() || self.stopping) {
            // Requests wait for orders to come home: no reason to spin.
            std::thread::sleep(timeout.min(Duration::from_millis(1)));
        }
    }

    /// Answers at once.
    pub(crate) fn settle<T>(&self, promise: &mut Option<Promise<T>>, answer: Result<T, Error>) -> Step {
        if let Some(promise) = promise.take() {
            promise.answer(answer);
        }
        Step::Done
    }

    /// Makes a port for the embedder and answers when every worker serves it.
    pub(crate) fn open_bridge(&mut self, promise: &mut Option<Promise<RtpBridge>>) -> Step {
        let port = match self.create_port(false) {
            Err(error) => return Self::refuse(promise, error),
            Ok(port) => port,
        };
        let id = port.id();
        let door = self.rtcp_door();
        let (own, notices) = (self.hairpins.own.clone(), self.transport_notices());
        let promise = promise.take();
        self.attach_port(
            id,
            || None,
            move |_| {
                if let Some(promise) = promise {
                    let mut bridge = RtpBridge::new(port);
                    bridge.set_rtcp_door(door);
                    bridge.set_own_streams(own, notices);
                    promise.answer(Ok(bridge));
                }
            },
        );
        Step::Done
    }
}
