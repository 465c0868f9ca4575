//! Control: records by OpenSSL: peers with RSA certificates, DTLS 1.2.
//!
//! OpenSSL decides by the system's clock when a flight is lost (after 1 s, then 2, 4, 8 …), and looks at it when it is asked
//! to go on: an association that is not done is woken every 100 ms for that. When a handshake has lasted too long is decided
//! by our clock.

use super::Told;
use super::context::Identity;
use super::datagrams::Datagrams;
use super::plausible::plausible;
use crate::transport::secure::HandshakeFault;
use crate::types::MediaTime;
use openssl::ssl::{ErrorCode, SslStream};
use std::time::Duration;

/// How often OpenSSL looks at its clock.
const LOOK: Duration = Duration::from_millis(100);
/// A handshake that is not done in so long will not be, as dimpl has it.
const LIMIT: Duration = Duration::from_secs(40);
/// Of keys and salts the two of AES-256 are the longest (RFC 5764 section 4.2).
const MATERIAL: usize = 2 * (32 + 14);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Of a server that heard nothing.
    Waiting,
    Shaking {
        until: MediaTime,
    },
    /// What it agreed on is to be told, or was.
    Done {
        told: bool,
    },
    Failed,
}

/// See the head of the file.
#[derive(Debug)]
pub struct Records {
    stream: SslStream<Datagrams>,
    stage: Stage,
    looked: MediaTime,
    /// The peer ended it, and that is to be told.
    closed: bool,
}

impl Records {
    /// Of the client if `active`, else of the server. `None`: OpenSSL has no memory.
    pub fn new(identity: &Identity, active: bool, now: MediaTime) -> Option<Self> {
        let stream = SslStream::new(identity.begin(active)?, Datagrams::default()).ok()?;
        let stage = if active { Stage::Shaking { until: now + LIMIT } } else { Stage::Waiting };
        Some(Self { stream, stage, looked: now, closed: false })
    }

    /// A datagram of the peer's.
    pub fn receive(&mut self, datagram: &[u8], now: MediaTime) -> Result<(), HandshakeFault> {
        if !plausible(datagram) {
            return self.wake(now);
        }
        if self.stage == Stage::Waiting {
            self.stage = Stage::Shaking { until: now + LIMIT };
        }
        self.stream.get_mut().arrive(datagram);
        self.wake(now)
    }

    /// Its time has come.
    pub fn wake(&mut self, now: MediaTime) -> Result<(), HandshakeFault> {
        self.looked = now;
        if let Stage::Shaking { until } = self.stage {
            if now >= until {
                return self.fail(HandshakeFault::TimedOut);
            }
            match self.stream.do_handshake() {
                Ok(()) => self.stage = Stage::Done { told: false },
                Err(why) if matches!(why.code(), ErrorCode::WANT_READ | ErrorCode::WANT_WRITE) => {}
                Err(_) => return self.fail(HandshakeFault::Protocol),
            }
        }
        if let Stage::Done { .. } = self.stage {
            self.read_on();
        }
        Ok(())
    }

    fn fail(&mut self, fault: HandshakeFault) -> Result<(), HandshakeFault> {
        self.stage = Stage::Failed;
        Err(fault)
    }

    /// Has it answer a last flight that the peer sends again. Nothing else that comes is of use; each turn takes a record.
    fn read_on(&mut self) {
        let mut room = [0; 512];
        loop {
            match self.stream.ssl_read(&mut room) {
                Ok(_) => {}
                Err(why) => return self.closed |= why.code() == ErrorCode::ZERO_RETURN,
            }
        }
    }

    /// What came of it; and when it is to be woken.
    pub fn poll(&mut self, mut told: impl FnMut(Told<'_>)) -> Option<MediaTime> {
        while let Some(datagram) = self.stream.get_mut().leave() {
            told(Told::Send(&datagram));
        }
        match self.stage {
            Stage::Shaking { .. } => return Some(self.looked + LOOK),
            Stage::Done { told: false } => {
                self.stage = Stage::Done { told: true };
                self.agreed(&mut told);
            }
            _ => {}
        }
        if std::mem::take(&mut self.closed) {
            told(Told::Closed);
        }
        None
    }

    fn agreed(&self, told: &mut impl FnMut(Told<'_>)) {
        let ssl = self.stream.ssl();
        if let Some(certificate) = ssl.peer_certificate().and_then(|certificate| certificate.to_der().ok()) {
            told(Told::Certificate(certificate));
        }
        let profile = ssl.selected_srtp_profile().and_then(|profile| u16::try_from(profile.id().as_raw()).ok());
        let mut material = zeroize::Zeroizing::new([0; MATERIAL]);
        if let (Some(profile), Ok(())) =
            (profile, ssl.export_keying_material(&mut material[..], "EXTRACTOR-dtls_srtp", None))
        {
            told(Told::Material(profile, &material[..]));
        }
        told(Told::Connected);
    }
}

#[cfg(test)]
mod tests;
