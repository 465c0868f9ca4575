//! Pure: the numbers of a generic negative acknowledgement (RFC 4585 section 6.2.1): a sequence number and a bit for each of the 16
//! behind it, four octets for both.

/// The sequence numbers that are asked for, in the order in which they are told. Octets that are no whole pair are none.
///
/// ```
/// use media_core::rtp::rtcp::{Feedback, RtcpPacket, RtcpWriter, nacked, read};
///
/// let mut room = [0; 40];
/// let octets = RtcpWriter::new(&mut room).nack(1, 7, &[65_534, 65_535, 3, 700]).finish().unwrap();
/// let Some(Ok(RtcpPacket::Feedback { ssrc: 1, media: 7, feedback: Feedback::Nack(told) })) = read(&room[..octets]).next()
/// else { panic!() };
/// assert_eq!(told.len(), 8, "two pairs: the numbers wrap");
/// assert_eq!(nacked(told).collect::<Vec<_>>(), [65_534, 65_535, 3, 700]);
/// ```
pub fn nacked(pairs: &[u8]) -> impl Iterator<Item = u16> {
    let (pairs, _) = pairs.as_chunks::<4>();
    pairs.iter().flat_map(|&[a, b, c, d]| {
        let (first, behind) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        let others = (0..16).filter(move |bit| behind >> bit & 1 == 1).map(move |bit| first.wrapping_add(bit + 1));
        std::iter::once(first).chain(others)
    })
}

/// Those numbers as pairs, one word each, which tell them in the same order.
pub(super) fn pairs(numbers: &[u16]) -> impl Iterator<Item = u32> + Clone {
    let mut rest = numbers;
    std::iter::from_fn(move || {
        let (&first, mut others) = rest.split_first()?;
        let mut behind = 0;
        while let Some((&next, after)) = others.split_first() {
            let bit = next.wrapping_sub(first).wrapping_sub(1);
            if bit >= 16 || behind >> bit != 0 {
                break;
            }
            behind |= 1 << bit;
            others = after;
        }
        rest = others;
        Some(u32::from(first) << 16 | behind)
    })
}
