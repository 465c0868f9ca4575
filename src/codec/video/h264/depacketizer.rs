//! Pure: RTP payloads to access units (RFC 6184 sections 5.6 to 5.8), with what is lost left out whole.

use super::nal::{FU_A, FU_END, FU_START, IDR, STAP_A, reference, unit_type};
use crate::codec::CodecFault;
use crate::types::SequenceNumber;

/// A picture.
///
/// Example: [`H264Packetizer`](crate::codec::H264Packetizer).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessUnit<'a> {
    /// Its NAL units with start codes of four octets (H.264 Annex B).
    pub data: &'a [u8],
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// It holds a slice of a key frame.
    pub key_frame: bool,
    /// No packet of it is missing. Else the NAL units that it holds are whole, but some are not there.
    pub complete: bool,
}

/// Packets counted by what became of them.
///
/// Example: [`H264Packetizer`](crate::codec::H264Packetizer).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct H264Counters {
    /// Packets taken.
    pub packets: u64,
    /// Sequence numbers that did not come.
    pub lost: u64,
    /// Packets that came after their successors, or twice; not used.
    pub late: u64,
    /// Payloads, or parts of them, that could not be read.
    pub malformed: u64,
    /// NAL units given up because a part was missing or they were too large.
    pub units_dropped: u64,
}

#[derive(Debug)]
struct Picture {
    data: Box<[u8]>,
    used: usize,
    timestamp: u32,
    key_frame: bool,
    complete: bool,
}

/// Puts access units together. Takes packets in order: reordering is the jitter buffer's.
///
/// Example: [`H264Packetizer`](crate::codec::H264Packetizer).
#[derive(Debug)]
pub struct H264Depacketizer {
    /// The picture being built, and the last one that is done.
    pictures: [Picture; 2],
    /// A picture is being built.
    building: bool,
    /// Pictures to hand out: the done one first, then that of `building`.
    ready: bool,
    ended: bool,
    /// Where the NAL unit of the fragments begins.
    fragment: Option<usize>,
    next: Option<SequenceNumber>,
    counters: H264Counters,
}

impl H264Depacketizer {
    /// For access units of up to `capacity` octets. Control side: allocates twice that.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(capacity: usize) -> Self {
        let picture = || Picture {
            data: vec![0; capacity].into_boxed_slice(),
            used: 0,
            timestamp: 0,
            key_frame: false,
            complete: true,
        };
        Self {
            pictures: [picture(), picture()],
            building: false,
            ready: false,
            ended: false,
            fragment: None,
            next: None,
            counters: H264Counters::default(),
        }
    }

    /// What became of the packets.
    pub fn counters(&self) -> H264Counters {
        self.counters
    }

    /// Takes a packet. Afterwards [`next_unit`](Self::next_unit) is to be called until it gives no more. Real-time safe.
    ///
    /// # Errors
    /// [`CodecFault::BadPayload`], counted: the packet is passed over.
    pub fn push(
        &mut self,
        sequence: SequenceNumber,
        timestamp: u32,
        marker: bool,
        payload: &[u8],
    ) -> Result<(), CodecFault> {
        self.counters.packets += 1;
        let gap = self.next.map_or(0, |next| sequence.distance_from(next));
        if gap < 0 {
            self.counters.late += 1;
            return Ok(());
        }
        self.next = Some(sequence.advanced(1));
        self.counters.lost += gap.cast_unsigned() as u64;
        let old = self.building && (self.ended || self.pictures[0].timestamp != timestamp);
        if gap > 0 {
            // What was lost may have been the end of this picture, or the start of the next, or both.
            self.drop_fragment();
            self.pictures[0].complete &= !self.building || self.ended;
        }
        if old {
            self.finish();
        }
        if !self.building {
            let complete = gap == 0;
            let picture = &mut self.pictures[0];
            (picture.used, picture.timestamp, picture.key_frame, picture.complete) = (0, timestamp, false, complete);
            (self.building, self.ended) = (true, false);
        }
        let outcome = self.take(payload);
        if outcome.is_none() {
            self.counters.malformed += 1;
            self.pictures[0].complete = false;
        }
        if marker {
            self.drop_fragment();
            self.ended = true;
        }
        outcome.ok_or(CodecFault::BadPayload)
    }

    /// The next picture that is done; an empty one (all lost) is left out.
    pub fn next_unit(&mut self) -> Option<AccessUnit<'_>> {
        if !self.ready && self.building && self.ended {
            self.finish();
        }
        let ready = std::mem::take(&mut self.ready);
        let picture = &self.pictures[1];
        let data = picture.data.get(..picture.used)?;
        let unit =
            AccessUnit { data, timestamp: picture.timestamp, key_frame: picture.key_frame, complete: picture.complete };
        (ready && !data.is_empty()).then_some(unit)
    }

    /// Forgets the past, for a new source.
    pub fn reset(&mut self) {
        (self.building, self.ready, self.ended, self.fragment, self.next) = (false, false, false, None, None);
    }

    fn finish(&mut self) {
        self.drop_fragment();
        self.pictures.swap(0, 1);
        (self.building, self.ready, self.ended) = (false, true, false);
    }

    /// Gives up the NAL unit whose fragments are being joined.
    fn drop_fragment(&mut self) {
        if let Some(start) = self.fragment.take() {
            self.pictures[0].used = start;
            self.pictures[0].complete = false;
            self.counters.units_dropped += 1;
        }
    }

    fn take(&mut self, payload: &[u8]) -> Option<()> {
        let (&header, rest) = payload.split_first()?;
        match unit_type(header) {
            1..24 => {
                self.drop_fragment();
                self.append_unit(payload)
            }
            STAP_A => {
                self.drop_fragment();
                self.take_aggregation(rest)
            }
            FU_A => self.take_fragment(header, rest),
            _ => None,
        }
    }

    fn take_aggregation(&mut self, mut rest: &[u8]) -> Option<()> {
        while !rest.is_empty() {
            let (length, tail) = rest.split_first_chunk::<2>()?;
            let (unit, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            // Aggregations and fragments do not nest.
            unit.first().filter(|&&header| (1..24).contains(&unit_type(header)))?;
            self.append_unit(unit)?;
            rest = tail;
        }
        Some(())
    }

    fn take_fragment(&mut self, indicator: u8, rest: &[u8]) -> Option<()> {
        let (&flags, body) = rest.split_first()?;
        let (start, end) = (flags & FU_START != 0, flags & FU_END != 0);
        if body.is_empty() || (start && end) || !(1..24).contains(&unit_type(flags)) {
            self.drop_fragment();
            return None;
        }
        if start {
            self.drop_fragment();
            let begin = self.pictures[0].used;
            let header = reference(indicator) | unit_type(flags);
            self.append(&[0, 0, 0, 1, header])?;
            self.fragment = Some(begin);
        } else if self.fragment.is_none() {
            // Its start was lost, which is known already, or it never had one.
            self.pictures[0].complete = false;
            return Some(());
        }
        if self.append(body).is_none() {
            self.drop_fragment();
            return None;
        }
        if end {
            self.fragment = None;
            self.pictures[0].key_frame |= unit_type(flags) == IDR;
        }
        Some(())
    }

    fn append_unit(&mut self, unit: &[u8]) -> Option<()> {
        let begin = self.pictures[0].used;
        if self.append(&[0, 0, 0, 1]).and_then(|()| self.append(unit)).is_none() {
            self.pictures[0].used = begin;
            self.counters.units_dropped += 1;
            return None;
        }
        self.pictures[0].key_frame |= unit.first().is_some_and(|&header| unit_type(header) == IDR);
        Some(())
    }

    fn append(&mut self, octets: &[u8]) -> Option<()> {
        let picture = &mut self.pictures[0];
        let end = picture.used + octets.len();
        picture.data.get_mut(picture.used..end)?.copy_from_slice(octets);
        picture.used = end;
        Some(())
    }
}
