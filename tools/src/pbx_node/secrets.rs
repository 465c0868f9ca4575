//! Control: how a leg's packets are protected: by keys in its description (SDES, RFC 4568), or by DTLS (RFC 5764), a browser's with
//! ICE.

use super::leg::Refusal;
use super::srtp::Srtp;
use crate::sdp::{Audio, Crypto, Description, Dtls, Ice, Setup};
use media_core::{DtlsCertificate, DtlsParams, DtlsRole, IceCredentials, IceParams, MediaSessionParams, SrtpParams};
use rsipstack::sip::StatusCode;

/// What of SRTP is agreed with a leg.
#[derive(Debug, Clone)]
pub(super) struct Secrets {
    certificate: DtlsCertificate,
    /// What it is to speak, and not without.
    wanted: Srtp,
    /// Our lines: those of an offer that is out, or the one that was agreed on.
    lines: Vec<Crypto>,
    dtls: Option<Setup>,
    ice: Option<IceCredentials>,
    /// The peer's: others begin its ICE anew.
    theirs: Option<IceCredentials>,
    agreed: bool,
}

/// What a session is given.
#[derive(Debug)]
pub(super) enum Keys {
    Plain,
    Sdes(SrtpParams),
    Dtls(DtlsParams, Option<IceParams>),
}

impl Secrets {
    /// Nothing yet.
    pub(super) fn new(certificate: &DtlsCertificate, wanted: Srtp) -> Self {
        let certificate = certificate.clone();
        Self { certificate, wanted, lines: Vec::new(), dtls: None, ice: None, theirs: None, agreed: false }
    }

    /// What our description says of it.
    pub(super) fn describe(&self, audio: &mut Audio) {
        audio.crypto.clone_from(&self.lines);
        audio.dtls = self.dtls.map(|setup| Dtls { fingerprint: self.certificate.fingerprint(), setup });
        audio.ice = self.ice.clone().map(|credentials| Ice { credentials, lite: true });
        audio.rtcp_mux = self.ice.is_some();
    }

    /// What goes into our offer, where it may not speak without; and what its session is given meanwhile.
    pub(super) fn offer(&mut self) -> Result<Keys, Refusal> {
        if self.agreed {
            return Ok(Keys::Plain);
        }
        match self.wanted {
            Srtp::Off => return Ok(Keys::Plain),
            Srtp::Sdes => {
                self.lines = Crypto::offer().map_err(failed)?;
                return Ok(Keys::Sdes(SrtpParams::awaiting_keys()));
            }
            Srtp::Dtls => {}
            Srtp::Browser => self.ice = Some(IceCredentials::generate().ok_or_else(|| failed("no random numbers"))?),
        }
        self.dtls = Some(Setup::ActPass);
        let dtls = DtlsParams::awaiting_answer(&self.certificate);
        Ok(Keys::Dtls(dtls, self.ice.clone().map(IceParams::new)))
    }

    /// It offers: a key of ours for the first of its lines, or our part of the handshake. Where its is as before, so is ours.
    pub(super) fn answer(&mut self, offer: &Description) -> Result<Keys, Refusal> {
        let Some(theirs) = offer.audio.crypto.first() else {
            return match &offer.audio.dtls {
                Some(dtls) => self.shake(dtls, offer.audio.ice.as_ref()),
                None => self.plain(),
            };
        };
        let suits = |ours: &Crypto| ours.tag == theirs.tag && ours.key.suite() == theirs.key.suite();
        let ours = match self.lines.iter().find(|ours| self.agreed && suits(ours)) {
            Some(ours) => ours.clone(),
            None => theirs.answer().map_err(failed)?,
        };
        let params = Crypto::params(&ours, theirs);
        (self.lines, self.agreed) = (vec![ours], true);
        Ok(Keys::Sdes(params))
    }

    /// It answers our offer.
    pub(super) fn agree(&mut self, answer: &Description) -> Result<Keys, Refusal> {
        if let (Some(_), Some(theirs)) = (self.dtls, &answer.audio.dtls) {
            return self.shake(theirs, answer.audio.ice.as_ref());
        }
        if self.lines.is_empty() && self.dtls.is_none() {
            return Ok(Keys::Plain);
        }
        let Some(theirs) = answer.audio.crypto.first() else { return self.plain() };
        let Some(params) = Crypto::agreed(&self.lines, &answer.audio.crypto) else {
            return Err(Refusal(StatusCode::NotAcceptableHere, "its a=crypto answers none of ours".into()));
        };
        let tag = theirs.tag;
        self.lines.retain(|ours| ours.tag == tag);
        self.agreed = true;
        Ok(Keys::Sdes(params))
    }

    /// By what it says of DTLS and ICE.
    fn shake(&mut self, theirs: &Dtls, ice: Option<&Ice>) -> Result<Keys, Refusal> {
        // Who only answers checks nothing, and neither do we: no way would be found.
        let ice = ice.filter(|ice| !ice.lite);
        let before = self.dtls.filter(|before| self.agreed && *before != Setup::ActPass);
        let role = match (theirs.setup, before) {
            (Setup::ActPass, Some(Setup::Passive)) => DtlsRole::Passive,
            // A browser's way is known as it comes.
            (Setup::ActPass, None) if ice.is_some() => DtlsRole::Passive,
            (Setup::Active, _) => DtlsRole::Passive,
            (Setup::Passive | Setup::ActPass, _) => DtlsRole::Active,
        };
        self.dtls = Some(if role == DtlsRole::Active { Setup::Active } else { Setup::Passive });
        let restarted = self.theirs.is_some() && self.theirs.as_ref() != ice.map(|ice| &ice.credentials);
        if ice.is_none() {
            self.ice = None;
        } else if self.ice.is_none() || restarted {
            self.ice = Some(IceCredentials::generate().ok_or_else(|| failed("no random numbers"))?);
        }
        self.theirs = ice.map(|ice| ice.credentials.clone());
        let own = self.ice.clone().map(IceParams::new);
        let ice = own.zip(self.theirs.clone()).map(|(own, theirs)| own.remote(theirs));
        (self.agreed, self.lines) = (true, Vec::new());
        Ok(Keys::Dtls(DtlsParams::new(&self.certificate, role, theirs.fingerprint), ice))
    }

    /// Whether packets are protected.
    pub(super) fn are_agreed(&self) -> bool {
        self.agreed
    }

    fn plain(&self) -> Result<Keys, Refusal> {
        match self.wanted != Srtp::Off || self.agreed {
            false => Ok(Keys::Plain),
            true => {
                let why = "it is to speak SRTP, and gives no key (a=crypto) and no fingerprint (a=fingerprint)";
                Err(Refusal(StatusCode::NotAcceptableHere, why.into()))
            }
        }
    }
}

/// With SRTP, where that is so.
pub(super) fn protected(mut params: MediaSessionParams, keys: Keys) -> MediaSessionParams {
    match keys {
        Keys::Plain => params,
        Keys::Sdes(srtp) => params.srtp(srtp),
        Keys::Dtls(dtls, ice) => {
            if let Some(ice) = ice {
                // Its checks say where it is.
                params.remote = None;
                params = params.ice(ice);
            }
            params.dtls(dtls)
        }
    }
}

fn failed(why: impl std::fmt::Display) -> Refusal {
    Refusal(StatusCode::ServerInternalError, why.to_string())
}
