//! Control: offers and answers (RFC 3264) between a leg's dialog and its session.

use super::leg::{Leg, Ours, Refusal};
use super::secrets::{Secrets, protected};
use crate::sdp::{self, Audio, Description, Feedback};
use media_core::codec::CapabilityList;
use media_core::processing::DtmfParams;
use media_core::{Direction, MediaSessionParams};
use rsipstack::sip::StatusCode;

impl Leg {
    /// The text of our description, as an offer or as the answer to what it offered.
    pub(super) fn description(&self) -> Vec<u8> {
        let Ours { identity, list, direction, secrets, feedback } = self.ours.clone();
        let Some(local) = self.session.local_address() else { return Vec::new() };
        let mut audio = Audio { direction, feedback, ..Audio::new(list, local) };
        secrets.describe(&mut audio);
        match &self.peer {
            Some(peer) if !self.awaits_answer => sdp::answer(peer, identity, &audio),
            _ => sdp::offer(identity, &audio),
        }
        .into_bytes()
    }

    /// It answers our offer. The same text again is nothing new.
    pub(super) async fn take_answer(&mut self, body: &[u8]) -> Result<(), Refusal> {
        if body.is_empty() || body == self.taken {
            return Ok(());
        }
        let bad = |why: sdp::SdpError| Refusal(StatusCode::NotAcceptableHere, why.to_string());
        let answer = sdp::read(body).map_err(bad)?;
        answer.answers(1).map_err(bad)?;
        let mut secrets = self.ours.secrets.clone();
        let (list, keys) = (&answer.audio.capabilities, secrets.agree(&answer)?);
        let feedback = self.ours.feedback.agreed(&answer.audio.feedback);
        let wishes = |params| protected(taking(params, &answer, &feedback), keys);
        let changed = self.node.media.borrow_mut().accept_answer(&*self.key, list, wishes);
        let changed = changed.map_err(refused)?;
        changed.applied.await.map_err(refused)?;
        self.ours.feedback = feedback;
        self.agreed(answer, changed.description, secrets);
        self.taken = body.to_vec();
        Ok(())
    }

    /// It offers anew: other codecs, another address, a hold.
    pub(super) async fn take_offer(&mut self, body: &[u8]) -> Result<(), Refusal> {
        let offer = sdp::read(body).map_err(|why| Refusal(StatusCode::NotAcceptableHere, why.to_string()))?;
        let mut secrets = self.ours.secrets.clone();
        let (list, keys) = (&offer.audio.capabilities, secrets.answer(&offer)?);
        let feedback = offer.audio.feedback.clone();
        let wishes = |params| protected(taking(params, &offer, &feedback), keys);
        let changed = self.node.media.borrow_mut().answer_reoffer(&*self.key, list, wishes);
        let changed = changed.map_err(refused)?;
        changed.applied.await.map_err(refused)?;
        self.ours.feedback = feedback.of(&changed.description);
        self.agreed(offer, changed.description, secrets);
        Ok(())
    }

    fn agreed(&mut self, peer: Description, list: CapabilityList, secrets: Secrets) {
        self.ours.secrets = secrets;
        self.ours.direction = peer.audio.answering_direction();
        self.holds = self.ours.direction != Direction::SendReceive;
        self.ours.list = list;
        self.ours.identity.version += 1;
        (self.peer, self.awaits_answer) = (Some(peer), false);
    }
}

/// The session that a description asks for, with that feedback.
pub(super) fn taking(params: MediaSessionParams, peer: &Description, feedback: &Feedback) -> MediaSessionParams {
    // Named, so that what was agreed before does not stay.
    let rtcp = params.rtcp.map(|rtcp| feedback.params(rtcp, params.send.payload_type()));
    let params = params.direction(peer.audio.answering_direction()).rtcp(rtcp);
    with_tones(match peer.audio.at {
        Some(at) => params.remote(at),
        None => params,
    })
}

/// Where no telephone events were negotiated, keys are listened for in the audio, and go on as events.
pub(super) fn with_tones(mut params: MediaSessionParams) -> MediaSessionParams {
    if params.telephone_events.is_none() {
        params.processing.tones = DtmfParams::default().into();
        params.processing.digits_to_events = true;
    }
    params
}

pub(super) fn refused(why: media_core::Error) -> Refusal {
    let status = match &why {
        media_core::Error::Codec(_) => StatusCode::NotAcceptableHere,
        media_core::Error::Session(
            media_core::SessionError::Capacity { .. }
            | media_core::SessionError::Overloaded { .. }
            | media_core::SessionError::IoOverloaded { .. },
        ) => StatusCode::ServiceUnavailable,
        _ => StatusCode::ServerInternalError,
    };
    Refusal(status, why.to_string())
}
