//! Control: the record of a session.

use super::adaptation::SessionAdaptation;
use super::causes::Causes;
use super::heard::HeardList;
use super::playability::Playability;
use super::relay::Relay;
use super::reporter::Reporter;
use super::silence_watch::SilenceWatch;
use super::tap::Tap;
use super::watch::io_thread;
use crate::codec::audio::dtmf::{Digit, TelephoneEvent};
use crate::processing::chain::{ProcessingGauges, ProcessingParams};
use crate::quality::{AudioStage, OneWay, QualityMonitor};
use crate::session::{MediaSessionParams, MediaSessionState, MonitorMode, SpentKeys, Transport};
use crate::telemetry::counters::{LegGauges, TransportGauges};
use crate::transport::ReportPlan;
use crate::types::{BindingKey, DialogId, EngineThread, LegKey, MediaTime, PortId, SampleRate, SessionId, WorkerId};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Digits that a session keeps; beyond it the oldest go.
pub(crate) const DIGITS_KEPT: usize = 256;

/// Where a session's leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On that worker.
    At(WorkerId, LegKey),
    /// On its way; requests wait.
    Moving,
}

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) dialog: DialogId,
    pub(crate) params: MediaSessionParams,
    /// The place of the format that is sent, among all of its: 0 is the first.
    pub(crate) sends: usize,
    /// The processing that its worker runs: what `params` ask for, less what is shed.
    pub(crate) chain: ProcessingParams,
    pub(crate) place: Place,
    pub(crate) rate: SampleRate,
    pub(crate) port: Option<(PortId, BindingKey)>,
    pub(crate) local: Option<SocketAddr>,
    pub(crate) playability: Playability,
    /// Its outward SSRC, and the first sequence number and timestamp.
    pub(crate) numbers: (u32, u16, u32),
    /// Its canonical name in RTCP, and what chance there begins with.
    pub(crate) reporting: ([u8; 16], u64),
    /// How its I/O thread was told to report.
    pub(crate) reports: Option<ReportPlan>,
    /// What its I/O thread has for them.
    pub(crate) reporter: Reporter,
    /// Keys that it sent under, and that may not come back.
    pub(crate) spent_keys: SpentKeys,
    /// How its way is found and its keys are agreed on.
    #[cfg(feature = "dtls")]
    pub(crate) handshake: Option<Box<super::handshake::Handshake>>,
    pub(crate) gauges: Arc<LegGauges>,
    pub(crate) processing: Arc<ProcessingGauges>,
    pub(crate) transport: Arc<TransportGauges>,
    pub(crate) state: MediaSessionState,
    pub(crate) causes: Causes,
    pub(crate) silence: SilenceWatch,
    /// Its level is measured.
    pub(crate) metered: bool,
    pub(crate) connecting: Connecting,
    /// Inward and outward hold as verbs ask for it; the direction of `params` holds as well.
    pub(crate) held_by_verb: (bool, bool),
    pub(crate) relays: Vec<Relay>,
    pub(crate) taps: Vec<Tap>,
    /// Whom it hears in a call.
    pub(crate) heard: HeardList,
    /// Who monitors its calls, for its sake.
    pub(crate) monitors: Vec<SessionId>,
    /// How it monitors another's.
    pub(crate) monitors_by: MonitorMode,
    /// What its peer pressed, until it is taken.
    pub(crate) digits: VecDeque<Digit>,
    /// The key that it holds down.
    pub(crate) pressed: Option<TelephoneEvent>,
    /// How good it is, interval by interval.
    pub(crate) quality: QualityMonitor,
    /// How it follows what its peer reports.
    pub(crate) adaptation: Option<SessionAdaptation>,
    /// Whether its audio is decoded, so that it can be heard from the next tick on.
    pub(crate) readied: Readied,
    /// Of a speech machine: what members of its room do, on its way to it.
    pub(crate) acts: Acts,
    /// A bridge that it is to be in waits for a leg to arrive.
    pub(crate) pending_bridge: Option<PendingBridge>,
}

/// How a session was connected until now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Connecting {
    /// How often it was connected or disconnected.
    pub(crate) changes: u64,
    /// It left a conference, and is heard there for one block more.
    pub(crate) fades: bool,
}

/// What members of a room do, on its way to a speech machine there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Acts {
    /// Orders that are out.
    pub(crate) on_the_way: u16,
    /// Acts that found no room since one was told.
    pub(crate) untold: u16,
}

/// Whether a session's audio is decoded though nobody hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readied {
    /// No.
    Not,
    /// A packet that was passed on is waited for.
    Soon,
    /// It is.
    Now,
}

/// A bridge that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PendingBridge {
    /// The other session.
    pub(crate) with: SessionId,
    /// The one whose leg is on its way: the request waits there.
    pub(crate) mover: SessionId,
}

impl Session {
    /// How long its peer has sent nothing, where that is to be told now.
    pub(crate) fn end_silent_second(&mut self, ways: OneWay, now: MediaTime) -> Option<Duration> {
        // 0.0.0.0: the peer holds, as it was done of old.
        let held = self.state.held_inward || self.params.remote.is_some_and(|remote| remote.ip().is_unspecified());
        let expected = !held && ways.inward != AudioStage::Stopped;
        self.silence.end_second(self.params.media_timeout, expected, self.transport.packets_in.get(), now)
    }

    /// The rate of the audio that its output takes.
    pub(crate) fn output_rate(&self) -> SampleRate {
        self.sending().output_rate()
    }

    /// Its parameters with the format that is sent now.
    pub(crate) fn sending(&self) -> MediaSessionParams {
        self.params.sending(self.sends)
    }

    /// The place of the format that the peer changed to last.
    pub(crate) fn heard(&self) -> Option<usize> {
        let changed = self.gauges.codec_changes.get() > 0;
        let payload_type = self.gauges.heard_payload_type.get() as u8;
        self.params.format_received_as(payload_type).filter(|_| changed)
    }

    /// Keeps a digit; whether the oldest had to go for it.
    pub(crate) fn keep_digit(&mut self, digit: Digit) -> bool {
        let full = self.digits.len() == DIGITS_KEPT;
        if full {
            self.digits.pop_front();
        }
        self.digits.push_back(digit);
        full
    }

    /// Inward and outward hold as verbs and parameters ask for it together, where that is not as it was.
    pub(crate) fn hold_changes(&mut self) -> (Option<bool>, Option<bool>) {
        let direction = self.params.direction;
        let inward = self.held_by_verb.0 || !direction.receives();
        let outward = self.held_by_verb.1 || !direction.sends();
        let before = (self.state.held_inward, self.state.held_outward);
        (self.state.held_inward, self.state.held_outward) = (inward, outward);
        (Some(inward).filter(|now| *now != before.0), Some(outward).filter(|now| *now != before.1))
    }

    /// Whether that thread carries any of its media.
    pub(crate) fn is_carried_by(&self, thread: EngineThread) -> bool {
        match thread {
            EngineThread::Worker(worker) => {
                matches!(self.place, Place::At(at, _) if at == worker) && !self.state.parked
            }
            EngineThread::Io(_) => {
                let relays = self.relays.iter().filter_map(|relay| relay.place);
                self.port.into_iter().chain(relays).any(|(port, _)| io_thread(port) == thread)
            }
            EngineThread::Supervisor => true,
        }
    }
}

/// The rate of a session's audio.
pub(crate) fn rate_of(params: &MediaSessionParams) -> SampleRate {
    match params.transport {
        Transport::Pcm(rate) => rate,
        _ => params.receive.sample_rate(),
    }
}
