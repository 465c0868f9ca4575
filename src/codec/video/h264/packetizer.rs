//! Pure: access units to RTP payloads (RFC 6184 sections 5.6 to 5.8).

use super::nal::{FU_A, FU_END, FU_START, STAP_A, reference, unit_type};
use crate::codec::CodecFault;

/// Cuts access units into payloads of limited size.
///
/// RFC 6184 sections 5.6 to 5.8.
///
/// ```
/// use media_core::codec::{H264Depacketizer, H264Packetizer, annex_b};
/// use media_core::types::SequenceNumber;
///
/// let picture = [&[0, 0, 0, 1, 0x65][..], &[7; 3_000]].concat(); // an IDR slice
/// let (mut cut, mut put) = (H264Packetizer::new(1_200, true), H264Depacketizer::new(10_000));
/// let mut packets = cut.packetize(annex_b(&picture));
/// let (mut payload, mut sequence) = ([0; 1_200], SequenceNumber(9));
/// while let Some(packet) = packets.next_into(&mut payload) {
///     let packet = packet.unwrap();
///     put.push(sequence, 90_000, packet.marker, &payload[..packet.octets]).unwrap();
///     sequence = sequence.advanced(1);
/// }
/// let unit = put.next_unit().unwrap();
/// assert!(unit.key_frame && unit.complete);
/// assert!(unit.data.ends_with(&[7; 3_000]));
/// assert_eq!((put.counters().packets, put.counters().lost), (3, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct H264Packetizer {
    max_payload: usize,
    non_interleaved: bool,
}

/// One payload that was written.
///
/// Example: [`H264Packetizer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct H264Packet {
    /// Octets of the payload.
    pub octets: usize,
    /// The RTP marker: the last payload of the access unit.
    pub marker: bool,
}

/// The payloads of one access unit, one at a time.
///
/// Example: [`H264Packetizer`].
#[derive(Debug, Clone)]
pub struct H264Packets<'a, I> {
    units: I,
    packetizer: H264Packetizer,
    /// What is left of a unit that goes out in fragments, with its header octet.
    fragment: Option<(u8, &'a [u8])>,
}

impl H264Packetizer {
    /// Payloads of at most `max_payload` octets (16 or more); `non_interleaved`: packetization mode 1, which may aggregate
    /// and fragment, else mode 0, one NAL unit a payload.
    pub fn new(max_payload: usize, non_interleaved: bool) -> Self {
        Self { max_payload: max_payload.max(16), non_interleaved }
    }

    /// The payloads of an access unit, given as its NAL units without start codes, for example by
    /// [`annex_b`](super::annex_b). Empty units are left out.
    pub fn packetize<'a, I>(&self, units: impl IntoIterator<IntoIter = I>) -> H264Packets<'a, I>
    where
        I: Iterator<Item = &'a [u8]> + Clone,
    {
        H264Packets { units: units.into_iter(), packetizer: *self, fragment: None }
    }
}

impl<'a, I: Iterator<Item = &'a [u8]> + Clone> H264Packets<'a, I> {
    /// Writes the next payload into `out`; `None` at the end. Real-time safe.
    ///
    /// # Errors
    /// [`CodecFault::ShortOutput`] unless `out` holds the largest payload, [`CodecFault::BadFrame`] for a unit too large
    /// for packetization mode 0, which is then left out.
    pub fn next_into(&mut self, out: &mut [u8]) -> Option<Result<H264Packet, CodecFault>> {
        let max = self.packetizer.max_payload;
        let Some(out) = out.get_mut(..max) else { return Some(Err(CodecFault::ShortOutput)) };
        let octets = match self.fragment.take() {
            Some((header, rest)) => self.write_fragment(header, rest, 0, out),
            None => {
                let unit = self.next_unit()?;
                let aggregated = if self.packetizer.non_interleaved { self.aggregate(unit, out) } else { None };
                match (aggregated, unit) {
                    (Some(octets), _) => Some(octets),
                    (None, _) if unit.len() <= max => write_at(out, 0, unit),
                    (None, &[header, ref rest @ ..]) if self.packetizer.non_interleaved => {
                        self.write_fragment(header, rest, FU_START, out)
                    }
                    _ => return Some(Err(CodecFault::BadFrame)),
                }
            }
        };
        let marker = self.fragment.is_none() && self.units.clone().all(<[u8]>::is_empty);
        Some(octets.map(|octets| H264Packet { octets, marker }).ok_or(CodecFault::ShortOutput))
    }

    fn next_unit(&mut self) -> Option<&'a [u8]> {
        self.units.by_ref().find(|unit| !unit.is_empty())
    }

    /// Writes a fragment of a unit and keeps the rest of it.
    fn write_fragment(&mut self, header: u8, rest: &'a [u8], start: u8, out: &mut [u8]) -> Option<usize> {
        let (now, later) = rest.split_at(rest.len().min(self.packetizer.max_payload - 2));
        let end = if later.is_empty() { FU_END } else { 0 };
        write_at(out, 0, &[reference(header) | FU_A, start | end | unit_type(header)])?;
        self.fragment = (!later.is_empty()).then_some((header, later));
        write_at(out, 2, now)
    }

    /// Writes `first` and as many of the units after it as fit; `None`, and nothing taken, if none does.
    fn aggregate(&mut self, first: &'a [u8], out: &mut [u8]) -> Option<usize> {
        let (mut octets, mut joined, mut header) = (1, 0, STAP_A);
        let (mut units, mut unit) = (self.units.clone(), first);
        loop {
            if octets + 2 + unit.len() > self.packetizer.max_payload {
                break;
            }
            let length = u16::try_from(unit.len()).ok()?;
            octets = write_at(out, octets, &length.to_be_bytes())?;
            octets = write_at(out, octets, unit)?;
            // The forbidden bit of any, and the highest nal_ref_idc (section 5.7).
            let (own, all) = (reference(*unit.first()?), reference(header));
            header = (own & 0x80) | (all & 0x80) | (own & 0x60).max(all & 0x60) | STAP_A;
            joined += 1;
            if joined > 1 {
                self.units = units.clone();
            }
            match units.by_ref().find(|unit| !unit.is_empty()) {
                Some(next) => unit = next,
                None => break,
            }
        }
        write_at(out, 0, &[header])?;
        (joined > 1).then_some(octets)
    }
}

/// Copies `data` to `out` at `at` and returns where it ends there.
fn write_at(out: &mut [u8], at: usize, data: &[u8]) -> Option<usize> {
    let end = at + data.len();
    out.get_mut(at..end)?.copy_from_slice(data);
    Some(end)
}
