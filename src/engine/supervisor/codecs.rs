//! Control: which of a session's formats is sent: chosen, or the one that its peer sends.

use super::Supervisor;
use crate::codec::audio::dtmf::EventClock;
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{Error, Occupation, SessionError};
use crate::rt::Parcel;
use crate::session::{EventKind, MediaSessionParams, SendCodec};
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::Verb;

impl Supervisor {
    pub(crate) fn set_send_codec(
        &mut self,
        id: SessionId,
        codec: SendCodec,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let (worker, key) = match self.place_of(id, promise) {
            Ok(place) => place,
            Err(step) => return step,
        };
        match self.choose(id, codec).and_then(|index| self.send_format(id, worker, key, index)) {
            Err(error) => Self::refuse(promise, error),
            Ok(()) => {
                if let Ok(session) = self.session_mut(id) {
                    session.params.send_codec = codec;
                }
                let after = promise.take().and_then(|p| self.answer_after(p, ()));
                self.order(worker, Verb::Publish(key), after);
                Step::Done
            }
        }
    }

    fn choose(&self, id: SessionId, codec: SendCodec) -> Result<usize, Error> {
        let session = self.session(id)?;
        Ok(match codec {
            SendCodec::First => 0,
            SendCodec::PayloadType(payload_type) => {
                session.params.format_sent_as(payload_type).ok_or(SessionError::PayloadType(payload_type))?
            }
            SendCodec::FollowPeer => session.heard().unwrap_or(session.sends),
        })
    }

    /// The place of the format that is sent after an update.
    pub(super) fn sends_after(&self, id: SessionId, params: &MediaSessionParams) -> Result<usize, Error> {
        let session = self.session(id)?;
        let followed = session.sending().send.payload_type();
        let follows = params.send_codec == SendCodec::FollowPeer;
        let kept =
            params.format_sent_as(followed).filter(|_| follows && session.params.send_codec == params.send_codec);
        Ok(kept.unwrap_or_else(|| params.sent_first()))
    }

    /// What the peer sends has changed, without a renegotiation.
    pub(super) fn hear_codec(&mut self, id: SessionId) {
        let Ok(session) = self.session(id) else { return };
        let payload_type = session.gauges.heard_payload_type.get() as u8;
        self.tell(id, EventKind::CodecChanged { payload_type });
        let follows = |session: &super::session::Session| {
            session.heard().filter(|_| session.params.send_codec == SendCodec::FollowPeer)
        };
        if let Some(index) = self.sessions.get(id).and_then(follows)
            && let Ok(Some((worker, key))) = self.leg_of(id)
            && let Err(error) = self.send_format(id, worker, key, index)
        {
            self.warn_of(id, format_args!("what is sent does not follow its peer: {error}"));
        }
    }

    /// Has the format at that place sent from the next tick on.
    fn send_format(&mut self, id: SessionId, worker: WorkerId, key: LegKey, index: usize) -> Result<(), Error> {
        let session = self.session(id)?;
        if index == session.sends {
            return Ok(());
        }
        let (before, after) = (session.sending(), session.params.sending(index));
        after.check()?;
        let chain = self.plan_processing(id, worker, &after)?;
        let types = session.params.event_types();
        let ssrc = self.change_output(worker, key, &before, &after, types)?;
        self.renumbered(id, ssrc);
        self.follow_processing(id, worker, key, chain);
        let session = self.session_mut(id)?;
        session.sends = index;
        match session.state.occupation {
            Some(Occupation::Bridge(other)) => self.send_bridge_routes(id, other),
            Some(Occupation::Conference(room)) => self.send_room_route(room, id, None),
            None => {}
        }
        Ok(())
    }

    /// Orders the way out that `after` asks for in place of that of `before`; its SSRC, if it is another.
    fn change_output(
        &mut self,
        worker: WorkerId,
        key: LegKey,
        before: &MediaSessionParams,
        after: &MediaSessionParams,
        types: Vec<(u8, EventClock)>,
    ) -> Result<Option<u32>, Error> {
        let mut plan = self.output_plan(after)?;
        if before.send.clock_rate() != after.send.clock_rate() {
            // RFC 7160 section 4.1: another clock rate is another source.
            plan.ssrc = Some(self.identifiers.next() as u32);
        }
        let ssrc = plan.ssrc;
        self.order(worker, Verb::SetOutput(key, Parcel::pack(plan)), None);
        if before.event_parts() != after.event_parts() {
            self.order(worker, Verb::SetEvents(key, after.build_events(types)), None);
        }
        Ok(ssrc)
    }
}

impl super::session::Session {
    /// The place of the format that the peer changed to last.
    fn heard(&self) -> Option<usize> {
        let changed = self.gauges.codec_changes.get() > 0;
        let payload_type = self.gauges.heard_payload_type.get() as u8;
        self.params.format_received_as(payload_type).filter(|_| changed)
    }
}
