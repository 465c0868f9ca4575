//! Control: whether a session's packets can be protected so, and what protects them.

use crate::error::{ConfigError, SessionError};
use crate::session::params::{MediaSessionParams, Transport};
use crate::transport::secure::{Protection, SrtpKey};

/// Keys that a session has sent under: none of them may come back.
#[derive(Debug, Default)]
pub(crate) struct SpentKeys(Vec<SrtpKey>);

impl SpentKeys {
    /// The key that is sent under is another from now on.
    pub(crate) fn note(&mut self, before: &MediaSessionParams, now: &MediaSessionParams) {
        let sent = |params: &MediaSessionParams| params.srtp.as_ref().and_then(|srtp| srtp.send_key().cloned());
        self.0.extend(sent(before).filter(|before| sent(now).as_ref() != Some(before)));
    }
}

impl MediaSessionParams {
    /// Its first sequence number, of one of chance: far from a wrap where packets are protected, since a receiver that loses the
    /// first of them would not know of it (RFC 3711 section 3.3.1).
    pub(super) fn first_sequence(&self, random: u16) -> u16 {
        if self.srtp.is_some() || self.awaits_handshake() { random >> 1 } else { random }
    }

    pub(super) fn check_protection(&self) -> Result<(), SessionError> {
        if self.srtp.is_some() && self.transport != Transport::Socket {
            let legal = "Transport::Socket with SRTP: over an RtpBridge the embedder's stack protects packets";
            return Err(SessionError::Parameter(ConfigError::new("srtp", format!("{:?}", self.transport), legal)));
        }
        self.check_handshake()
    }

    /// Whether an update may bring these keys.
    pub(crate) fn check_new_keys(&self, before: &Self, spent: &SpentKeys) -> Result<(), SessionError> {
        let error = |value, legal| Err(SessionError::Parameter(ConfigError::new("srtp", value, legal)));
        let (Some(own), Some(old)) = (&self.srtp, &before.srtp) else { return Ok(()) };
        match own.send_key() {
            None if old.send_key().is_some() => error("awaiting_keys", "keys, once the session has some"),
            Some(send) if spent.0.contains(send) => {
                error("a key that it sent under before", "a new one: take SrtpKey::generate")
            }
            _ => Ok(()),
        }
    }

    /// What protects its packets. Control side.
    pub(crate) fn build_protection(&self) -> Option<Box<Protection>> {
        let Some(srtp) = &self.srtp else { return self.awaits_handshake().then(Protection::new_awaiting) };
        Protection::new(srtp.send_key().zip(srtp.receive_key()))
    }

    /// What is to protect them from now on, where that is not what it was `before`.
    pub(crate) fn build_new_protection(&self, before: &Self) -> Option<Box<Protection>> {
        let as_before = self.srtp == before.srtp && self.awaits_handshake() == before.awaits_handshake();
        if as_before { None } else { self.build_protection() }
    }

    /// What an update does not mention stays.
    pub(super) fn follow_protection(&mut self, before: &Self) {
        if self.srtp.is_none() {
            self.srtp.clone_from(&before.srtp);
        }
        self.follow_handshake(before);
    }
}
