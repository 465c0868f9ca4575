//! Control: SRTP of a leg by keys in its description (SDES, RFC 4568).

use super::leg::Refusal;
use crate::sdp::{Crypto, Description};
use media_core::{MediaSessionParams, SrtpParams};
use rsipstack::sip::StatusCode;

/// What of SRTP is agreed with a leg.
#[derive(Debug, Clone, Default)]
pub(super) struct Secrets {
    /// It may not speak without.
    wanted: bool,
    /// Our lines: those of an offer that is out, or the one that was agreed on.
    pub(super) lines: Vec<Crypto>,
    agreed: bool,
}

impl Secrets {
    /// Nothing yet.
    pub(super) fn new(wanted: bool) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Our lines for an offer, where it may not speak without; and what its session is given meanwhile.
    pub(super) fn offer(&mut self) -> Result<Option<SrtpParams>, Refusal> {
        if self.wanted && self.lines.is_empty() {
            self.lines = Crypto::offer().map_err(no_keys)?;
        }
        Ok((!self.lines.is_empty() && !self.agreed).then(SrtpParams::awaiting_keys))
    }

    /// It offers: a key of ours for the first of its lines. Where that is as before, so is ours.
    pub(super) fn answer(&mut self, offer: &Description) -> Result<Option<SrtpParams>, Refusal> {
        let Some(theirs) = offer.audio.crypto.first() else { return self.plain() };
        let suits = |ours: &Crypto| ours.tag == theirs.tag && ours.key.suite() == theirs.key.suite();
        let ours = match self.lines.iter().find(|ours| self.agreed && suits(ours)) {
            Some(ours) => ours.clone(),
            None => theirs.answer().map_err(no_keys)?,
        };
        let params = Crypto::params(&ours, theirs);
        (self.lines, self.agreed) = (vec![ours], true);
        Ok(Some(params))
    }

    /// It answers our offer.
    pub(super) fn agree(&mut self, answer: &Description) -> Result<Option<SrtpParams>, Refusal> {
        if self.lines.is_empty() {
            return Ok(None);
        }
        let Some(theirs) = answer.audio.crypto.first() else { return self.plain() };
        let Some(params) = Crypto::agreed(&self.lines, &answer.audio.crypto) else {
            return Err(Refusal(StatusCode::NotAcceptableHere, "its a=crypto answers none of ours".into()));
        };
        let tag = theirs.tag;
        self.lines.retain(|ours| ours.tag == tag);
        self.agreed = true;
        Ok(Some(params))
    }

    /// Whether packets are protected.
    pub(super) fn are_agreed(&self) -> bool {
        self.agreed
    }

    fn plain(&self) -> Result<Option<SrtpParams>, Refusal> {
        match self.wanted || self.agreed {
            false => Ok(None),
            true => {
                Err(Refusal(StatusCode::NotAcceptableHere, "it is to speak SRTP, and gives no key (a=crypto)".into()))
            }
        }
    }
}

/// With SRTP, where that is so.
pub(super) fn protected(params: MediaSessionParams, srtp: Option<SrtpParams>) -> MediaSessionParams {
    match srtp {
        Some(srtp) => params.srtp(srtp),
        None => params,
    }
}

fn no_keys(why: media_core::SrtpKeyError) -> Refusal {
    Refusal(StatusCode::ServerInternalError, why.to_string())
}
