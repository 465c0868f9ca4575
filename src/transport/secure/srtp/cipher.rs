//! Pure: a packet sealed and opened in place by whichever cipher the suite has: where header, tag and index stand.

use super::aes_cm::AesCm;
use super::derive::Stream;
use super::gcm::{Gcm128, Gcm256, TAG};
use super::key::SrtpKey;
use super::layout::{ENCRYPTED, Header, RTCP_HEADER, RTCP_INDEX};
use super::suite::SrtpSuite;
use crate::rtp::SrtpFault;

/// The tag of RTCP is of 80 bits with either suite of HMAC-SHA1 (RFC 4568 section 6.2.2).
const RTCP_TAG: usize = 10;

/// The session keys of one master key, of RTP or of RTCP.
pub(super) enum Cipher {
    AesCm(AesCm),
    Gcm128(Gcm128),
    Gcm256(Gcm256),
}

impl Cipher {
    /// Of a master key, for packets of that kind.
    pub fn new(master: &SrtpKey, stream: Stream) -> Option<Self> {
        let rtcp = stream == Stream::Rtcp;
        Some(match master.suite() {
            SrtpSuite::AeadAes128Gcm => Self::Gcm128(Gcm128::new(master, stream)?),
            SrtpSuite::AeadAes256Gcm => Self::Gcm256(Gcm256::new(master, stream)?),
            suite => Self::AesCm(AesCm::new(master, stream, if rtcp { RTCP_TAG } else { suite.tag_octets() })),
        })
    }

    fn tag(&self) -> usize {
        match self {
            Self::AesCm(cipher) => cipher.tag(),
            Self::Gcm128(_) | Self::Gcm256(_) => TAG,
        }
    }

    /// Protects the RTP packet of `length` octets at the start of `packet`; its length then. `None`: there is no room for
    /// the tag.
    pub fn seal_rtp(&self, packet: &mut [u8], length: usize, header: Header, index: u64) -> Option<usize> {
        let packet = packet.get_mut(..length + self.tag())?;
        let (body, tag) = packet.split_at_mut_checked(length)?;
        match self {
            Self::AesCm(cipher) => {
                cipher.apply(header.ssrc, index, body.get_mut(header.octets..)?);
                let right = cipher.authenticate(body).tag(&rollovers(index));
                tag.copy_from_slice(right.get(..tag.len())?);
            }
            Self::Gcm128(_) | Self::Gcm256(_) => {
                let (beside, data) = body.split_at_mut_checked(header.octets)?;
                tag.copy_from_slice(&self.seal(header.ssrc, index, beside, data)?);
            }
        }
        Some(length + tag.len())
    }

    /// Opens the RTP packet that `packet` is, which has one of the indices `maybe`: its length without the tag, and its
    /// index. Where it is not authentic it stays as it is.
    pub fn open_rtp(
        &self,
        packet: &mut [u8],
        header: Header,
        maybe: impl Iterator<Item = u64>,
    ) -> Result<(usize, u64), SrtpFault> {
        let length = packet.len().checked_sub(self.tag()).filter(|length| header.octets <= *length);
        let length = length.ok_or(SrtpFault::TooShort)?;
        let (body, tag) = packet.split_at_mut_checked(length).ok_or(SrtpFault::TooShort)?;
        let mut maybe = maybe;
        let index = match self {
            Self::AesCm(cipher) => {
                let authentication = cipher.authenticate(body);
                let index = maybe.find(|index| authentication.is(&rollovers(*index), tag)).ok_or(SrtpFault::BadTag)?;
                cipher.apply(header.ssrc, index, body.get_mut(header.octets..).ok_or(SrtpFault::TooShort)?);
                index
            }
            Self::Gcm128(_) | Self::Gcm256(_) => {
                let (beside, data) = body.split_at_mut_checked(header.octets).ok_or(SrtpFault::TooShort)?;
                let tag = *tag.first_chunk().ok_or(SrtpFault::TooShort)?;
                maybe.find(|index| self.open(header.ssrc, *index, beside, data, tag)).ok_or(SrtpFault::BadTag)?
            }
        };
        Ok((length, index))
    }

    /// Protects the RTCP packet of `length` octets at the start of `packet`; its length then. `None`: it is none, or there
    /// is no room for index and tag.
    pub fn seal_rtcp(&self, packet: &mut [u8], length: usize, ssrc: u32, index: u32) -> Option<usize> {
        let packet = packet.get_mut(..length + RTCP_INDEX + self.tag())?;
        let (body, trailer) = packet.split_at_mut_checked(length)?;
        let word = (ENCRYPTED | index).to_be_bytes();
        match self {
            Self::AesCm(cipher) => {
                cipher.apply(ssrc, index.into(), body.get_mut(RTCP_HEADER..)?);
                let right = cipher.authenticate(body).tag(&word);
                let (own, tag) = trailer.split_at_mut_checked(RTCP_INDEX)?;
                own.copy_from_slice(&word);
                tag.copy_from_slice(right.get(..tag.len())?);
            }
            Self::Gcm128(_) | Self::Gcm256(_) => {
                let (head, data) = body.split_at_mut_checked(RTCP_HEADER)?;
                let (tag, own) = trailer.split_at_mut_checked(TAG)?;
                own.copy_from_slice(&word);
                tag.copy_from_slice(&self.seal(ssrc, index.into(), &beside(head, word), data)?);
            }
        }
        Some(length + trailer.len())
    }

    /// E flag and index of the RTCP packet that `packet` is.
    pub fn rtcp_word(&self, packet: &[u8]) -> Result<u32, SrtpFault> {
        let behind = if let Self::AesCm(cipher) = self { cipher.tag() } else { 0 };
        let body = packet.len().checked_sub(RTCP_INDEX + self.tag()).filter(|body| *body >= RTCP_HEADER);
        body.ok_or(SrtpFault::TooShort)?;
        let word = packet.get(..packet.len() - behind).and_then(|packet| packet.last_chunk());
        word.map(|word| u32::from_be_bytes(*word)).ok_or(SrtpFault::TooShort)
    }

    /// Opens the RTCP packet that `packet` is, with its [`rtcp_word`](Self::rtcp_word), encrypted; its length without index
    /// and tag. Where it is not authentic it stays as it is.
    pub fn open_rtcp(&self, packet: &mut [u8], ssrc: u32, word: u32) -> Result<usize, SrtpFault> {
        let length = packet.len().checked_sub(RTCP_INDEX + self.tag()).ok_or(SrtpFault::TooShort)?;
        let (body, trailer) = packet.split_at_mut_checked(length).ok_or(SrtpFault::TooShort)?;
        let (head, data) = body.split_at_mut_checked(RTCP_HEADER).ok_or(SrtpFault::TooShort)?;
        let index = u64::from(word & !ENCRYPTED);
        let word = word.to_be_bytes();
        let authentic = match self {
            Self::AesCm(cipher) => {
                let tag = trailer.get(RTCP_INDEX..).ok_or(SrtpFault::TooShort)?;
                let authentic = cipher.authenticate(body).is(&word, tag);
                if authentic && let Some(data) = body.get_mut(RTCP_HEADER..) {
                    cipher.apply(ssrc, index, data);
                }
                authentic
            }
            Self::Gcm128(_) | Self::Gcm256(_) => {
                let tag = *trailer.first_chunk().ok_or(SrtpFault::TooShort)?;
                self.open(ssrc, index, &beside(head, word), data, tag)
            }
        };
        if authentic { Ok(length) } else { Err(SrtpFault::BadTag) }
    }

    fn seal(&self, ssrc: u32, index: u64, beside: &[u8], data: &mut [u8]) -> Option<[u8; TAG]> {
        match self {
            Self::AesCm(_) => None,
            Self::Gcm128(cipher) => cipher.seal(ssrc, index, beside, data),
            Self::Gcm256(cipher) => cipher.seal(ssrc, index, beside, data),
        }
    }

    fn open(&self, ssrc: u32, index: u64, beside: &[u8], data: &mut [u8], tag: [u8; TAG]) -> bool {
        match self {
            Self::AesCm(_) => false,
            Self::Gcm128(cipher) => cipher.open(ssrc, index, beside, data, tag),
            Self::Gcm256(cipher) => cipher.open(ssrc, index, beside, data, tag),
        }
    }
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cipher").finish_non_exhaustive()
    }
}

/// The rollover counter, which is authenticated behind the packet (RFC 3711 section 4.2).
fn rollovers(index: u64) -> [u8; 4] {
    ((index >> 16) as u32).to_be_bytes()
}

/// What of an RTCP packet is authenticated beside what is encrypted (RFC 7714 section 9.2).
fn beside(head: &[u8], word: [u8; RTCP_INDEX]) -> [u8; RTCP_HEADER + RTCP_INDEX] {
    let mut beside = [0; RTCP_HEADER + RTCP_INDEX];
    beside.iter_mut().zip(head.iter().chain(&word)).for_each(|(out, octet)| *out = *octet);
    beside
}
