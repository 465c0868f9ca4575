//! Control: the supervisor's record of a session.

use super::playability::Playability;
use super::relays::Relay;
use super::taps::Tap;
use crate::codec::audio::dtmf::Digit;
use crate::engine::request::Request;
use crate::error::{Occupation, SessionError};
use crate::integration::TransportGauges;
use crate::processing::chain::{ProcessingGauges, ProcessingParams};
use crate::session::{MediaSessionParams, MediaSessionState, Transport};
use crate::types::{BindingKey, DialogId, LegKey, PortId, SampleRate, SessionId, WorkerId};
use crate::worker::LegGauges;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

/// Where a session's leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On that worker.
    At(WorkerId, LegKey),
    /// On its way; requests wait.
    Moving,
}

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
    pub(super) playability: Playability,
    /// Its outward SSRC, and the first sequence number and timestamp.
    pub(crate) numbers: (u32, u16, u32),
    pub(crate) gauges: Arc<LegGauges>,
    pub(crate) processing: Arc<ProcessingGauges>,
    pub(crate) transport: Arc<TransportGauges>,
    pub(crate) state: MediaSessionState,
    /// Inward and outward hold as verbs ask for it; the direction of `params` holds as well.
    pub(super) held_by_verb: (bool, bool),
    pub(crate) relays: Vec<Relay>,
    pub(crate) taps: Vec<Tap>,
    /// What its peer pressed, until it is taken.
    pub(crate) digits: VecDeque<Digit>,
    pub(crate) waiting: VecDeque<Request>,
    /// A bridge that it is to be in waits for a leg to arrive.
    pub(super) engaged: Option<Engaged>,
}

/// A bridge that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Engaged {
    /// The other session.
    pub(super) with: SessionId,
    /// The one whose leg is on its way: the request waits there.
    pub(super) mover: SessionId,
}

impl Session {
    /// The rate of the audio that its output takes.
    pub(super) fn output_rate(&self) -> SampleRate {
        self.sending().output_rate()
    }

    /// Its parameters with the format that is sent now.
    pub(super) fn sending(&self) -> MediaSessionParams {
        self.params.sending(self.sends)
    }
}

impl super::Supervisor {
    pub(super) fn session(&self, id: SessionId) -> Result<&Session, SessionError> {
        self.sessions.get(id).ok_or(SessionError::Unknown(id))
    }

    pub(super) fn session_mut(&mut self, id: SessionId) -> Result<&mut Session, SessionError> {
        self.sessions.get_mut(id).ok_or(SessionError::Unknown(id))
    }

    /// Where a session's leg is; `Ok(None)` while it moves.
    pub(super) fn leg_of(&self, id: SessionId) -> Result<Option<(WorkerId, LegKey)>, SessionError> {
        Ok(match self.session(id)?.place {
            Place::At(worker, key) => Some((worker, key)),
            Place::Moving => None,
        })
    }

    /// The session whose leg a bridge of this one waits for: what is asked of this one later waits there as well.
    pub(super) fn waits_behind(&self, id: SessionId) -> Option<SessionId> {
        let mover = self.sessions.get(id)?.engaged?.mover;
        let moving = self.sessions.get(mover).is_some_and(|session| session.place == Place::Moving);
        moving.then_some(mover)
    }

    /// A session's stream has another SSRC from now on: its clock rate is another (RFC 7160 section 4.1).
    pub(super) fn renumbered(&mut self, id: SessionId, ssrc: Option<u32>) {
        if let (Some(session), Some(ssrc)) = (self.sessions.get_mut(id), ssrc) {
            self.hairpins.sends(id, ssrc, Some(session.numbers.0));
            session.numbers.0 = ssrc;
        }
    }

    pub(super) fn check_free(&self, id: SessionId) -> Result<(), SessionError> {
        match self.session(id)?.state.occupation {
            Some(occupation) => Err(SessionError::Occupied(id, occupation)),
            None => Ok(()),
        }
    }

    pub(super) fn occupy(&mut self, id: SessionId, occupation: Option<Occupation>) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.state.occupation = occupation;
        }
        self.hairpins.reconsider(id);
    }
}

/// The rate of its audio.
pub(super) fn rate_of(params: &MediaSessionParams) -> SampleRate {
    match params.transport {
        Transport::Pcm(rate) => rate,
        _ => params.receive.sample_rate(),
    }
}
