//! Control: which of a session's formats is sent: chosen, or the one that its peer sends.

use super::answers::LegPlace;
use crate::control::records::session::Session;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, SessionError};
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
        let ordered = self.try_set_send_codec(id, codec);
        self.answer_when_applied(id, promise, ordered)
    }

    fn try_set_send_codec(&mut self, id: SessionId, codec: SendCodec) -> Result<Option<LegPlace>, Error> {
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(None) };
        let index = self.choose(id, codec)?;
        self.send_format(id, worker, key, index)?;
        self.session_mut(id)?.params.send_codec = codec;
        Ok(Some((worker, key)))
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
    pub(in crate::control) fn sends_after(&self, id: SessionId, params: &MediaSessionParams) -> Result<usize, Error> {
        let session = self.session(id)?;
        let followed = session.sending().send.payload_type();
        let follows = params.send_codec == SendCodec::FollowPeer;
        let kept =
            params.format_sent_as(followed).filter(|_| follows && session.params.send_codec == params.send_codec);
        Ok(kept.unwrap_or_else(|| params.sent_first()))
    }

    /// What the peer sends has changed, without a renegotiation.
    pub(in crate::control) fn hear_codec(&mut self, id: SessionId) {
        let Ok(session) = self.session(id) else { return };
        let payload_type = session.gauges.heard_payload_type.get() as u8;
        self.tell(id, EventKind::CodecChanged { payload_type });
        let follows =
            |session: &Session| session.heard().filter(|_| session.params.send_codec == SendCodec::FollowPeer);
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
        let params = session.params.clone();
        let ssrc = self.change_output(worker, key, &before, (&params, index), None)?;
        self.renumber(id, ssrc);
        self.order_processing(id, worker, key, chain);
        let session = self.session_mut(id)?;
        session.sends = index;
        // Its I/O thread tells the clock of what is sent.
        self.send_expectation(id);
        self.fit_player(id, worker, key);
        self.refit_connection(id);
        Ok(())
    }

    /// Orders the way out of the format at that place of `params` in place of that of `before`; its SSRC, if it is another: as
    /// asked for, or by itself.
    pub(super) fn change_output(
        &mut self,
        worker: WorkerId,
        key: LegKey,
        before: &MediaSessionParams,
        (params, index): (&MediaSessionParams, usize),
        ssrc: Option<u32>,
    ) -> Result<Option<u32>, Error> {
        let after = params.sending(index);
        let mut plan = self.output_plan(&after)?;
        plan.ssrc = ssrc;
        if before.send.clock_rate() != after.send.clock_rate() {
            // RFC 7160 section 4.1: another clock rate is another source.
            plan.ssrc = Some(self.identifiers.next() as u32);
        }
        let ssrc = plan.ssrc;
        self.describe_output(key, (params, index), ssrc);
        self.order(worker, Verb::SetOutput(key, Parcel::pack(plan)), None);
        if before.event_parts() != after.event_parts() {
            self.describe_events(key, (params, index));
            self.order(worker, Verb::SetEvents(key, after.build_events(params.event_types())), None);
        }
        Ok(ssrc)
    }
}
