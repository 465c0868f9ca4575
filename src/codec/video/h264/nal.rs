//! Pure: NAL units: their header octet (RFC 6184 section 1.3), how to find them in a byte stream and in a payload.

/// The five bits of `nal_unit_type`.
pub(super) const fn unit_type(header: u8) -> u8 {
    header & 0x1f
}

/// The forbidden bit and the two bits of `nal_ref_idc`.
pub(super) const fn reference(header: u8) -> u8 {
    header & 0xe0
}

/// A slice of a picture that needs no other.
pub(super) const IDR: u8 = 5;
/// Sequence parameter set.
const SPS: u8 = 7;
/// Picture parameter set.
const PPS: u8 = 8;
/// Aggregation of units of one time.
pub(super) const STAP_A: u8 = 24;
/// A fragment.
pub(super) const FU_A: u8 = 28;
/// The first fragment, in a fragment's second octet.
pub(super) const FU_START: u8 = 0x80;
/// The last fragment.
pub(super) const FU_END: u8 = 0x40;

/// The NAL units of a byte stream (H.264 Annex B), without start codes and trailing zeros.
pub fn annex_b(stream: &[u8]) -> NalUnits<'_> {
    let start = start_code(stream);
    NalUnits { rest: start.map_or(&[][..], |at| stream.get(at + 3..).unwrap_or(&[])) }
}

/// The NAL units of a byte stream, from [`annex_b`].
///
/// Example: [`H264Packetizer`](crate::codec::H264Packetizer).
#[derive(Debug, Clone)]
pub struct NalUnits<'a> {
    rest: &'a [u8],
}

/// Where the next `00 00 01` is.
fn start_code(stream: &[u8]) -> Option<usize> {
    stream.windows(3).position(|w| w == [0, 0, 1])
}

impl<'a> Iterator for NalUnits<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while !self.rest.is_empty() {
            let (unit, rest) = match start_code(self.rest) {
                Some(at) => (self.rest.get(..at)?, self.rest.get(at + 3..)?),
                None => (self.rest, &[][..]),
            };
            self.rest = rest;
            let length = unit.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
            if length > 0 {
                return unit.get(..length);
            }
        }
        None
    }
}

/// The types of the NAL units that a payload begins: one, those of an aggregation, or that of a first fragment.
fn begun(payload: &[u8]) -> impl Iterator<Item = u8> {
    let mut aggregated: &[u8] = &[];
    let mut single = None;
    match payload {
        [header, rest @ ..] if unit_type(*header) == STAP_A => aggregated = rest,
        [header, fragment, ..] if unit_type(*header) == FU_A => {
            single = Some(unit_type(*fragment)).filter(|_| fragment & FU_START != 0);
        }
        [header, ..] if (1..24).contains(&unit_type(*header)) => single = Some(unit_type(*header)),
        _ => {}
    }
    single.into_iter().chain(std::iter::from_fn(move || {
        let &[high, low, ref rest @ ..] = aggregated else { return None };
        let (unit, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
        aggregated = rest;
        unit.first().map(|&header| unit_type(header))
    }))
}

/// Whether a payload begins (a slice of) a key frame: decoding can start there. Real-time safe.
pub fn is_key_frame(payload: &[u8]) -> bool {
    begun(payload).any(|unit| unit == IDR)
}

/// Whether a payload begins parameter sets, which a decoder needs before the first key frame. Real-time safe.
pub fn has_parameter_sets(payload: &[u8]) -> bool {
    begun(payload).any(|unit| unit == SPS || unit == PPS)
}
