//! I/O: packets to one peer protected under one master key: rollover counters of their sources, the index of RTCP.

use super::cipher::Cipher;
use super::derive::Stream;
use super::key::SrtpKey;
use super::layout::{RTCP_HEADER, rtcp_sender, rtp_header};
use super::sources::Sources;
use super::window::RTCP_INDICES;
use crate::transport::secure::Unsendable;

/// Sources that are kept apart under one key. A session sends one at a time, and another of chance where its clock rate
/// changes: the oldest goes where a further one comes, and does not come back.
const SOURCES: usize = 16;

/// Packets to one peer under one master key.
#[derive(Debug)]
pub struct SrtpSender {
    master: SrtpKey,
    rtp: Cipher,
    rtcp: Cipher,
    sources: Sources<SOURCES>,
    /// The index of the next RTCP packet.
    reports: u64,
}

impl SrtpSender {
    /// Of a master key. Control side.
    pub fn new(master: &SrtpKey) -> Option<Self> {
        let (rtp, rtcp) = (Cipher::new(master, Stream::Rtp)?, Cipher::new(master, Stream::Rtcp)?);
        Some(Self { master: master.clone(), rtp, rtcp, sources: Sources::default(), reports: 0 })
    }

    /// Whether it is of the same key as another.
    pub fn is_of_key_of(&self, other: &Self) -> bool {
        self.master == other.master
    }

    /// Goes on where the sender of the key before it ends: rollover counters stay (RFC 3711 section 3.3.1).
    pub fn go_on_from(&mut self, before: &Self) {
        self.sources.copy_from(&before.sources);
    }

    /// Protects the RTP packet of `length` octets at the start of `packet`, in place; its length then. No two packets of a
    /// source are ever protected under the same index. Real-time safe.
    ///
    /// # Errors
    /// [`Unsendable`]; nothing of the packet may be sent then.
    pub fn protect(&mut self, packet: &mut [u8], length: usize) -> Result<usize, Unsendable> {
        let header = packet.get(..length).and_then(|packet| rtp_header(packet).ok()).ok_or(Unsendable::Malformed)?;
        let Self { sources, rtp, .. } = self;
        let source = match sources.find(header.ssrc).is_some() {
            true => sources.find(header.ssrc),
            false => sources.insert_over_oldest(header.ssrc),
        };
        let source = source.ok_or(Unsendable::Malformed)?;
        let index = match source.rtp.is_begun() {
            true => source.rtp.estimate(header.sequence).ok_or(Unsendable::KeyUsedUp)?,
            false => header.sequence.into(),
        };
        source.rtp.check(index).map_err(|_| Unsendable::KeyUsedUp)?;
        // Before it is sealed: whatever becomes of the packet, its key stream is used.
        source.rtp.note(index);
        rtp.seal_rtp(packet, length, header, index).ok_or(Unsendable::Malformed)
    }

    /// As [`protect`](Self::protect), of RTCP.
    ///
    /// # Errors
    /// [`Unsendable`].
    pub fn protect_rtcp(&mut self, packet: &mut [u8], length: usize) -> Result<usize, Unsendable> {
        let ssrc = packet.get(..length.max(RTCP_HEADER)).and_then(|packet| rtcp_sender(packet).ok());
        let ssrc = ssrc.filter(|_| length >= RTCP_HEADER).ok_or(Unsendable::Malformed)?;
        if self.reports >= RTCP_INDICES {
            return Err(Unsendable::KeyUsedUp);
        }
        let index = self.reports as u32;
        self.reports += 1;
        self.rtcp.seal_rtcp(packet, length, ssrc, index).ok_or(Unsendable::Malformed)
    }

    /// As if it had sent packets of these indices last.
    #[cfg(test)]
    pub(super) fn set(&mut self, ssrc: u32, rtp: u64, reports: u64) {
        if let Some(source) = self.sources.insert_over_oldest(ssrc) {
            source.rtp = super::window::Window::at(rtp);
        }
        self.reports = reports;
    }
}
