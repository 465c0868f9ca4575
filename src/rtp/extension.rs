//! Pure: elements of the header extension of an RTP packet (RFC 8285): read where they stand, one written.

use super::{MAX_PACKET, MIN_HEADER, RtpFault, RtpHeader, write};

/// What an extension of elements with one octet of head begins with (RFC 8285 section 4.2).
const ONE_OCTET: u16 = 0xbede;
/// The same with two (section 4.3); its last four bits are the application's.
const TWO_OCTETS: u16 = 0x1000;

/// The first element `id` of a packet's header extension, 1..=255; `None`: there is none, or the packet has no extension of RFC
/// 8285. Elements with one octet of head and with two are read. Real-time safe.
///
/// ```
/// use media_core::rtp::{RtpHeader, extension_element, parse, write_extended};
///
/// let header = RtpHeader { payload_type: 111, sequence: 7, ..RtpHeader::default() };
/// let mut datagram = [0; 40];
/// let octets = write_extended(&header, (5, &[0x12, 0x34]), b"opus", &mut datagram)?;
/// assert_eq!(extension_element(&datagram[..octets], 5), Some(&[0x12, 0x34][..]));
/// assert_eq!(extension_element(&datagram[..octets], 6), None);
/// assert_eq!(parse(&datagram[..octets])?, (header, &b"opus"[..]));
/// # Ok::<(), media_core::rtp::RtpFault>(())
/// ```
pub fn extension_element(packet: &[u8], id: u8) -> Option<&[u8]> {
    let first = *packet.first()?;
    if first & 0x10 == 0 || id == 0 {
        return None;
    }
    let rest = packet.get(MIN_HEADER + 4 * usize::from(first & 0x0f)..)?;
    let (&[p1, p0, n1, n0], rest) = rest.split_first_chunk()?;
    let elements = rest.get(..4 * usize::from(u16::from_be_bytes([n1, n0])))?;
    match u16::from_be_bytes([p1, p0]) {
        ONE_OCTET => find(elements, id, |head, rest| {
            // 15 ends the list, and so does padding that claims to be long.
            let stop = head >> 4 == 15 || head >> 4 == 0;
            (!stop).then_some((head >> 4, 1 + usize::from(head & 0x0f), rest))
        }),
        profile if profile & 0xfff0 == TWO_OCTETS => find(elements, id, |head, rest| {
            let (&length, rest) = rest.split_first()?;
            Some((head, usize::from(length), rest))
        }),
        _ => None,
    }
}

/// Goes through elements, of whose heads `of` tells number, length and what follows the head.
fn find<'a>(
    mut elements: &'a [u8],
    id: u8,
    of: impl Fn(u8, &'a [u8]) -> Option<(u8, usize, &'a [u8])>,
) -> Option<&'a [u8]> {
    while let Some((&head, rest)) = elements.split_first() {
        if head == 0 {
            elements = rest;
            continue;
        }
        let (found, length, rest) = of(head, rest)?;
        let (value, rest) = rest.split_at_checked(length)?;
        if found == id {
            return Some(value);
        }
        elements = rest;
    }
    None
}

/// As [`write()`], with one element, its number and value, in a header extension: one octet of head for numbers up to 14 and 1 to
/// 16 octets, else two. Real-time safe.
///
/// # Errors
/// As [`write()`]; [`RtpFault::BadExtension`] where no element is so: number 0, or more than 255 octets. `out` is unchanged then.
///
/// Example: [`extension_element`].
pub fn write_extended(
    header: &RtpHeader,
    (id, value): (u8, &[u8]),
    payload: &[u8],
    out: &mut [u8],
) -> Result<usize, RtpFault> {
    let long = u8::try_from(value.len()).map_err(|_| RtpFault::BadExtension)?;
    let short = (id <= 14 && (1..=16).contains(&long)).then(|| id << 4 | (long - 1));
    let (profile, head) = match short {
        _ if id == 0 => return Err(RtpFault::BadExtension),
        Some(head) => (ONE_OCTET, [head, 0]),
        None => (TWO_OCTETS, [id, long]),
    };
    let heads = if short.is_some() { 1 } else { 2 };
    let words = (heads + value.len()).div_ceil(4);
    let before = MIN_HEADER + 4 + 4 * words;
    if payload.len() > MAX_PACKET - before {
        return Err(RtpFault::TooLong);
    }
    let length = before + payload.len();
    let out = out.get_mut(..length).ok_or(RtpFault::ShortOutput)?;
    write(header, &[], out)?;
    let [first, ..] = out else { return Err(RtpFault::ShortOutput) };
    *first |= 0x10;
    let [p1, p0] = profile.to_be_bytes();
    let [n1, n0] = (words as u16).to_be_bytes();
    let padding = [0; 4];
    let padding = padding.get(..4 * words - heads - value.len()).unwrap_or(&[]);
    let mut rest = out.get_mut(MIN_HEADER..).unwrap_or(&mut []);
    for part in [&[p1, p0, n1, n0], head.get(..heads).unwrap_or(&[]), value, padding, payload] {
        let (place, after) = rest.split_at_mut_checked(part.len()).ok_or(RtpFault::ShortOutput)?;
        place.copy_from_slice(part);
        rest = after;
    }
    Ok(length)
}
