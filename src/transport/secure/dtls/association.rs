//! Control: a DTLS association, from the first datagram to the keys (RFC 5764), and on: a peer's last flight may be lost, and
//! asked for again.

use super::keys::keys;
use super::records::{Records, Told};
use crate::transport::secure::{DtlsCertificate, DtlsFingerprint, HandshakeFault, SrtpKey};
use crate::types::MediaTime;

/// What it has to tell.
#[derive(Debug, PartialEq, Eq)]
pub enum DtlsNews {
    /// Our key and the peer's.
    Keys(SrtpKey, SrtpKey),
    /// It came to nothing.
    Failed(HandshakeFault),
    /// The peer ended it (`close_notify`).
    Closed,
}

/// See the head of the file.
#[derive(Debug)]
pub struct DtlsAssociation {
    records: Records,
    active: bool,
    due: Option<MediaTime>,
    /// Something of the peer's came, or something of ours left.
    begun: bool,
    expected: Option<DtlsFingerprint>,
    /// The peer's certificate.
    certificate: Option<Vec<u8>>,
    /// What is told when the certificate is known to be the peer's.
    keys: Option<(SrtpKey, SrtpKey)>,
    connected: bool,
    fault: Option<HandshakeFault>,
    /// It failed, and is of no use.
    ended: bool,
    closed: bool,
}

impl DtlsAssociation {
    /// A new one: the client if `active`, else the server, of a peer with that fingerprint; until it is known keys are held
    /// back. `None`: this build has no ciphers.
    pub fn new(
        certificate: &DtlsCertificate,
        active: bool,
        expected: Option<DtlsFingerprint>,
        now: MediaTime,
    ) -> Option<Self> {
        let mut own = Self {
            records: Records::new(certificate.identity(), active, now)?,
            active,
            due: None,
            begun: false,
            expected,
            certificate: None,
            keys: None,
            connected: false,
            fault: None,
            ended: false,
            closed: false,
        };
        own.wake(now);
        Some(own)
    }

    /// Whether it is the client of the two.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// Whether anything came or went.
    pub fn is_begun(&self) -> bool {
        self.begun
    }

    /// Whether its keys were told.
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// The peer's description came.
    pub fn expect(&mut self, fingerprint: DtlsFingerprint) {
        self.expected = Some(fingerprint);
    }

    /// A datagram of the peer's.
    pub fn receive(&mut self, datagram: &[u8], now: MediaTime) {
        self.begun = true;
        let taken = self.records.receive(datagram, now);
        self.note(taken);
    }

    /// When it is to be woken, if ever.
    pub fn due(&self) -> Option<MediaTime> {
        self.due
    }

    /// Its time has come.
    pub fn wake(&mut self, now: MediaTime) {
        let woken = self.records.wake(now);
        self.note(woken);
    }

    fn note(&mut self, done: Result<(), HandshakeFault>) {
        let Err(fault) = done else { return };
        // What comes when all is agreed on changes nothing any more.
        if !self.connected && !self.ended {
            self.fault.get_or_insert(fault);
        }
    }

    /// What it has to tell, once; datagrams for the peer go to `send`. To be called after all else.
    pub fn poll(&mut self, mut send: impl FnMut(Box<[u8]>)) -> Option<DtlsNews> {
        if self.ended {
            return None;
        }
        let mut connected = false;
        self.due = self.records.poll(|told| match told {
            Told::Send(datagram) => {
                self.begun = true;
                send(datagram.into());
            }
            Told::Certificate(der) => self.certificate = Some(der),
            Told::Material(profile, material) => match keys(profile, material, self.active) {
                Some(agreed) => self.keys = Some(agreed),
                None => self.fault = Some(HandshakeFault::NoProfile),
            },
            Told::Connected => connected = true,
            Told::Closed => self.closed = true,
        });
        if connected && self.keys.is_none() {
            self.fault.get_or_insert(HandshakeFault::NoProfile);
        }
        self.news()
    }

    fn news(&mut self) -> Option<DtlsNews> {
        if let Some(fault) = self.fault.take() {
            return self.end(fault);
        }
        if std::mem::take(&mut self.closed) {
            return Some(DtlsNews::Closed);
        }
        let (Some(certificate), Some(expected), Some(_)) = (&self.certificate, &self.expected, &self.keys) else {
            return None;
        };
        if !expected.is_of(certificate) {
            return self.end(HandshakeFault::Fingerprint);
        }
        self.connected = true;
        self.keys.take().map(|(own, peers)| DtlsNews::Keys(own, peers))
    }

    fn end(&mut self, fault: HandshakeFault) -> Option<DtlsNews> {
        (self.ended, self.keys, self.due) = (true, None, None);
        Some(DtlsNews::Failed(fault))
    }
}
