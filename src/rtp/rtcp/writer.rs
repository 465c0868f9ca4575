//! Pure: writes an RTCP datagram, packet by packet, in the caller's memory.

use super::transport_chunks::chunks;
use super::{ExtendedBlock, ReportBlock, SenderInfo, TransportArrivals};

/// Writes RTCP packets one behind the other. What does not fit makes [`finish`](Self::finish) say `None`; nothing is written
/// by halves then that anybody sends. Real-time safe.
///
/// ```
/// use media_core::rtp::rtcp::{RtcpPacket, RtcpWriter, read};
///
/// let mut room = [0; 40];
/// let octets = RtcpWriter::new(&mut room).receiver_report(7, &[]).cname(7, b"x9").goodbye(7).finish().unwrap();
/// let kinds: Vec<_> = read(&room[..octets]).map(Result::unwrap).collect();
/// assert!(matches!(kinds[..], [RtcpPacket::ReceiverReport { .. }, RtcpPacket::SourceDescription { .. }, RtcpPacket::Goodbye { ssrc: Some(7) }]));
/// assert_eq!(RtcpWriter::new(&mut room[..6]).receiver_report(7, &[]).finish(), None);
/// ```
#[derive(Debug)]
pub struct RtcpWriter<'o> {
    out: &'o mut [u8],
    /// `None`: something did not fit.
    length: Option<usize>,
}

impl<'o> RtcpWriter<'o> {
    /// Writes to `out`, from its beginning.
    pub fn new(out: &'o mut [u8]) -> Self {
        Self { out, length: Some(0) }
    }

    /// A sender report (RFC 3550 section 6.4.1). Blocks beyond 31 are not written.
    #[must_use]
    pub fn sender_report(mut self, ssrc: u32, sender: &SenderInfo, blocks: &[ReportBlock]) -> Self {
        let blocks = blocks.get(..31).unwrap_or(blocks);
        self.head(blocks.len() as u8, 200, 6 + 6 * blocks.len());
        let ntp = sender.ntp.0;
        self.words(&[ssrc, (ntp >> 32) as u32, ntp as u32, sender.rtp_timestamp, sender.packets, sender.octets]);
        blocks.iter().for_each(|block| self.words(&block.words()));
        self
    }

    /// A receiver report (section 6.4.2). Blocks beyond 31 are not written.
    #[must_use]
    pub fn receiver_report(mut self, ssrc: u32, blocks: &[ReportBlock]) -> Self {
        let blocks = blocks.get(..31).unwrap_or(blocks);
        self.head(blocks.len() as u8, 201, 1 + 6 * blocks.len());
        self.words(&[ssrc]);
        blocks.iter().for_each(|block| self.words(&block.words()));
        self
    }

    /// A source description with a CNAME (section 6.5.1) of at most 255 octets.
    #[must_use]
    pub fn cname(mut self, ssrc: u32, name: &[u8]) -> Self {
        let Ok(length) = u8::try_from(name.len()) else {
            self.length = None;
            return self;
        };
        // The list of items ends with at least one octet of zero, and with a whole word.
        let items = 2 + name.len() + 1;
        let padding = items.next_multiple_of(4) - items + 1;
        self.head(1, 202, 1 + items.div_ceil(4));
        self.words(&[ssrc]);
        self.octets(&[1, length]);
        self.octets(name);
        self.octets([0; 4].get(..padding).unwrap_or(&[]));
        self
    }

    /// A goodbye of one source (section 6.6).
    #[must_use]
    pub fn goodbye(mut self, ssrc: u32) -> Self {
        self.head(1, 203, 1);
        self.words(&[ssrc]);
        self
    }

    /// A generic NACK (RFC 4585 section 6.2.1): the sequence numbers of the source `media` that did not come, in their order.
    #[must_use]
    pub fn nack(mut self, ssrc: u32, media: u32, numbers: &[u16]) -> Self {
        let pairs = super::nack::pairs(numbers);
        self.head(1, 205, 2 + pairs.clone().count());
        self.words(&[ssrc, media]);
        pairs.for_each(|pair| self.words(&[pair]));
        self
    }

    /// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1), last of its datagram as it may be
    /// padded; `media` is a source that it is about. Of no packet, or of more than 65,535, none is written.
    #[must_use]
    pub fn transport_feedback(mut self, ssrc: u32, media: u32, told: &TransportArrivals<'_>) -> Self {
        let Some(count @ 1..) = u16::try_from(told.deltas.len()).ok() else {
            self.length = None;
            return self;
        };
        let (chunks, came) = (chunks(told.deltas), || told.deltas.iter().flatten());
        let octets = 2 * chunks.clone().count() + came().map(|delta| width(*delta)).sum::<usize>();
        let padding = octets.next_multiple_of(4) - octets;
        let padded = if padding > 0 { 0x20 } else { 0 };
        self.head(15 | padded, 205, 4 + octets.div_ceil(4));
        let reference = told.reference_time << 8 | u32::from(told.number);
        self.words(&[ssrc, media, u32::from(told.base_sequence) << 16 | u32::from(count), reference]);
        chunks.for_each(|chunk| self.octets(&chunk.to_be_bytes()));
        for delta in came() {
            let octets = delta.to_be_bytes();
            self.octets(octets.get(2 - width(*delta)..).unwrap_or(&[]));
        }
        // The last octet says how many there are (RFC 3550 section 6.4.1).
        self.octets([0, 0, padding as u8].get(3 - padding..).unwrap_or(&[]));
        self
    }

    /// An extended report (RFC 3611 section 2) of blocks; those of another type than it knows are not written.
    #[must_use]
    pub fn extended(mut self, ssrc: u32, blocks: &[ExtendedBlock]) -> Self {
        let known = || blocks.iter().filter_map(ExtendedBlock::words);
        self.head(0, 207, 1 + known().map(|(_, _, length)| 1 + length).sum::<usize>());
        self.words(&[ssrc]);
        for (kind, words, length) in known() {
            self.words(&[u32::from(kind) << 24 | length as u32]);
            self.words(words.get(..length).unwrap_or(&[]));
        }
        self
    }

    /// How many octets were written; `None`: it did not all fit.
    pub fn finish(self) -> Option<usize> {
        self.length
    }

    fn head(&mut self, count: u8, kind: u8, words: usize) {
        self.words(&[u32::from(0x80 | count) << 24 | u32::from(kind) << 16 | words as u32]);
    }

    fn words(&mut self, words: &[u32]) {
        words.iter().for_each(|word| self.octets(&word.to_be_bytes()));
    }

    fn octets(&mut self, octets: &[u8]) {
        let Some(at) = self.length else { return };
        let place = self.out.get_mut(at..at + octets.len());
        self.length = place.map(|place| {
            place.copy_from_slice(octets);
            at + octets.len()
        });
    }
}

/// Octets of a delta of transport-wide feedback.
fn width(delta: i16) -> usize {
    if (0..=255).contains(&delta) { 1 } else { 2 }
}
