//! Control: records by the crate dimpl.

use super::Told;
use crate::transport::secure::HandshakeFault;
use crate::transport::timeline::Timeline;
use crate::types::MediaTime;
use dimpl::{Config, Dtls, Error, Output, SrtpProfile};
use std::sync::{Arc, OnceLock};
use zeroize::Zeroizing;

/// Our certificate with its private key.
pub struct Identity {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Identity {
    /// Of both in DER, the key as PKCS #8.
    pub fn new(certificate: &[u8], key: &[u8]) -> Result<Self, String> {
        Ok(Self { certificate: certificate.to_vec(), key: Zeroizing::new(key.to_vec()) })
    }
}

/// See the head of the file.
#[derive(Debug)]
pub struct Records {
    dtls: Dtls,
    times: Timeline,
    room: Vec<u8>,
}

fn config() -> Option<Arc<Config>> {
    static CONFIG: OnceLock<Option<Arc<Config>>> = OnceLock::new();
    CONFIG.get_or_init(|| Config::builder().build().ok().map(Arc::new)).clone()
}

impl Records {
    /// Of the client if `active`, else of the server. `None`: this build has no ciphers.
    pub fn new(identity: &Identity, active: bool, now: MediaTime) -> Option<Self> {
        let times = Timeline::new(now);
        let (certificate, private_key) = (identity.certificate.clone(), identity.key.to_vec());
        let own = dimpl::DtlsCertificate { certificate, private_key };
        let mut dtls = Dtls::new_auto(config()?, own, times.instant(now));
        dtls.set_active(active);
        Some(Self { dtls, times, room: vec![0; 2_048] })
    }

    /// A datagram of the peer's.
    pub fn receive(&mut self, datagram: &[u8], now: MediaTime) -> Result<(), HandshakeFault> {
        let woken = self.wake(now);
        woken.and(self.dtls.handle_packet(datagram).map_err(fault))
    }

    /// Its time has come.
    pub fn wake(&mut self, now: MediaTime) -> Result<(), HandshakeFault> {
        self.dtls.handle_timeout(self.times.instant(now)).map_err(fault)
    }

    /// What came of it; and when it is to be woken.
    pub fn poll(&mut self, mut told: impl FnMut(Told<'_>)) -> Option<MediaTime> {
        loop {
            match self.dtls.poll_output(&mut self.room) {
                Output::Packet(packet) => told(Told::Send(packet)),
                Output::BufferTooSmall { needed } => self.room.resize(needed, 0),
                Output::PeerCert(der) => told(Told::Certificate(der.to_vec())),
                Output::KeyingMaterial(material, profile) => told(Told::Material(number(profile), &material)),
                Output::Connected => told(Told::Connected),
                Output::CloseNotify => told(Told::Closed),
                Output::Timeout(at) => return Some(self.times.media_time(at)),
                _ => {}
            }
        }
    }
}

fn fault(error: Error) -> HandshakeFault {
    match error {
        Error::Timeout(_) => HandshakeFault::TimedOut,
        _ => HandshakeFault::Protocol,
    }
}

fn number(profile: SrtpProfile) -> u16 {
    match profile {
        SrtpProfile::AES128_CM_SHA1_80 => 0x0001,
        SrtpProfile::AEAD_AES_128_GCM => 0x0007,
        SrtpProfile::AEAD_AES_256_GCM => 0x0008,
        _ => 0,
    }
}
