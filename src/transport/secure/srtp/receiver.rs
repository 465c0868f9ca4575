//! I/O: packets of one peer opened under one master key: rollover counters and replay windows of its sources.

use super::cipher::Cipher;
use super::derive::Stream;
use super::key::SrtpKey;
use super::layout::{ENCRYPTED, rtcp_sender, rtp_header};
use super::sources::Sources;
use crate::rtp::SrtpFault;

/// Sources that are kept apart under one key.
///
/// Only a packet that is authentic makes one known, and none is forgotten, since its packets could be replayed then. What
/// comes of a further one is refused and counted: a peer that changes its source so often is given a new key by then.
pub(super) const SOURCES: usize = 64;

/// Packets of one peer under one master key.
#[derive(Debug)]
pub struct SrtpReceiver {
    master: SrtpKey,
    rtp: Cipher,
    rtcp: Cipher,
    sources: Sources<SOURCES>,
}

impl SrtpReceiver {
    /// Of a master key. Control side.
    pub fn new(master: &SrtpKey) -> Option<Self> {
        let (rtp, rtcp) = (Cipher::new(master, Stream::Rtp)?, Cipher::new(master, Stream::Rtcp)?);
        Some(Self { master: master.clone(), rtp, rtcp, sources: Sources::default() })
    }

    /// Whether it is of the same key as another.
    pub fn is_of_key_of(&self, other: &Self) -> bool {
        self.master == other.master
    }

    /// Opens the RTP packet that `packet` is, in place; its length then. A packet that is refused stays as it is, and
    /// changes nothing. Real-time safe.
    ///
    /// The rollover counter of a source that was not heard before is found by what authenticates: 0, what `before` (the
    /// receiver of the key before) would have it be, since it goes on where a key changes (RFC 3711 section 3.3.1), or 1,
    /// where a source began right before its sequence number wrapped and its first packets were lost.
    ///
    /// # Errors
    /// [`SrtpFault`].
    pub fn unprotect(&mut self, packet: &mut [u8], before: Option<&Self>) -> Result<usize, SrtpFault> {
        let header = rtp_header(packet)?;
        if let Some(source) = self.sources.find(header.ssrc).filter(|source| source.rtp.is_begun()) {
            let index = source.rtp.estimate(header.sequence).ok_or(SrtpFault::TooOld)?;
            source.rtp.check(index)?;
            let (length, index) = self.rtp.open_rtp(packet, header, std::iter::once(index))?;
            source.rtp.note(index);
            return Ok(length);
        }
        let known = self.sources.find(header.ssrc).is_some();
        if !known && self.sources.is_full() {
            return Err(SrtpFault::TooManySources);
        }
        let first = u64::from(header.sequence);
        let goes_on = before.and_then(|before| before.sources.rtp(header.ssrc)?.estimate(header.sequence));
        let wrapped = (header.sequence < 1 << 15).then_some(1 << 16 | first);
        let maybe = [Some(first), goes_on, wrapped].into_iter().flatten();
        let (length, index) = self.rtp.open_rtp(packet, header, maybe)?;
        if !known {
            self.sources.insert(header.ssrc);
        }
        if let Some(source) = self.sources.find(header.ssrc) {
            source.rtp.note(index);
        }
        Ok(length)
    }

    /// As [`unprotect`](Self::unprotect), of RTCP.
    ///
    /// # Errors
    /// [`SrtpFault`].
    pub fn unprotect_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, SrtpFault> {
        let ssrc = rtcp_sender(packet)?;
        let word = self.rtcp.rtcp_word(packet)?;
        if word & ENCRYPTED == 0 {
            return Err(SrtpFault::Unencrypted);
        }
        let index = u64::from(word & !ENCRYPTED);
        let full = self.sources.is_full();
        match self.sources.find(ssrc) {
            Some(source) => source.rtcp.check(index)?,
            None if full => return Err(SrtpFault::TooManySources),
            None => {}
        }
        let length = self.rtcp.open_rtcp(packet, ssrc, word)?;
        if self.sources.find(ssrc).is_none() {
            self.sources.insert(ssrc);
        }
        if let Some(source) = self.sources.find(ssrc) {
            source.rtcp.note(index);
        }
        Ok(length)
    }
}
