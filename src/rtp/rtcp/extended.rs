//! Pure: the blocks of an extended report (RFC 3611 section 3) that say when, and how good a call is.

use super::{NtpTime, VoipMetrics};

/// A block of an extended report.
///
/// ```
/// use media_core::rtp::rtcp::{ExtendedBlock, NtpTime, RtcpPacket, RtcpWriter, read};
///
/// let mut datagram = [0; 64];
/// let octets = RtcpWriter::new(&mut datagram).extended(1, &[ExtendedBlock::ReceiverReferenceTime(NtpTime(5 << 32))]);
/// let octets = octets.finish().unwrap();
/// let Some(Ok(RtcpPacket::Extended { ssrc: 1, mut blocks })) = read(&datagram[..octets]).next() else { panic!() };
/// assert_eq!(blocks.next(), Some(ExtendedBlock::ReceiverReferenceTime(NtpTime(5 << 32))));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ExtendedBlock {
    /// When the receiver sent this, by its clock (section 4.4).
    ReceiverReferenceTime(NtpTime),
    /// The answer to that of one receiver (section 4.5; of several blocks each comes by itself).
    DelaySinceLast {
        /// The receiver that is answered.
        ssrc: u32,
        /// The middle 32 bits of its time.
        last: u32,
        /// How long ago that came, in 1/65,536 s.
        delay: u32,
    },
    /// How good a call is (section 4.7).
    VoipMetrics(VoipMetrics),
    /// Another block, by its type.
    Other(u8),
}

impl ExtendedBlock {
    /// Type, the octet behind it, and the words of the block.
    pub(super) fn words(&self) -> Option<(u8, [u32; 8], usize)> {
        let mut words = [0; 8];
        let (kind, length) = match *self {
            Self::ReceiverReferenceTime(NtpTime(time)) => {
                [words[0], words[1]] = [(time >> 32) as u32, time as u32];
                (4, 2)
            }
            Self::DelaySinceLast { ssrc, last, delay } => {
                [words[0], words[1], words[2]] = [ssrc, last, delay];
                (5, 3)
            }
            Self::VoipMetrics(metrics) => {
                words = metrics.words();
                (7, 8)
            }
            Self::Other(_) => return None,
        };
        Some((kind, words, length))
    }
}

/// The blocks of an extended report that are whole, in their order.
///
/// Example: [`ExtendedBlock`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExtendedBlocks<'a> {
    rest: &'a [u8],
    /// What is left of a block that answers several receivers.
    answers: &'a [u8],
}

impl<'a> ExtendedBlocks<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest, answers: &[] }
    }
}

impl Iterator for ExtendedBlocks<'_> {
    type Item = ExtendedBlock;

    fn next(&mut self) -> Option<ExtendedBlock> {
        if let Some((answer, rest)) = self.answers.split_first_chunk::<12>() {
            self.answers = rest;
            let [ssrc, last, delay] = words(answer);
            return Some(ExtendedBlock::DelaySinceLast { ssrc, last, delay });
        }
        let [kind, _, high, low, rest @ ..] = self.rest else { return None };
        let (body, after) = rest.split_at_checked(4 * usize::from(u16::from_be_bytes([*high, *low])))?;
        self.rest = after;
        if (*kind, body.len() >= 12) == (5, true) {
            self.answers = body;
            return self.next();
        }
        let reference =
            || body.first_chunk().map(|time| ExtendedBlock::ReceiverReferenceTime(NtpTime(u64::from_be_bytes(*time))));
        let metrics =
            || body.first_chunk::<32>().map(|body| ExtendedBlock::VoipMetrics(VoipMetrics::read(words(body))));
        let known = match kind {
            4 => reference(),
            7 => metrics(),
            _ => None,
        };
        Some(known.unwrap_or(ExtendedBlock::Other(*kind)))
    }
}

fn words<const N: usize>(octets: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    words.iter_mut().zip(octets.as_chunks().0).for_each(|(word, octets)| *word = u32::from_be_bytes(*octets));
    words
}
