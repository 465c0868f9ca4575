//! Pure: transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1): which packets came, and when.

use super::fault::TransportFeedbackFault;
use super::transport_chunks::{Symbols, deltas_of};

/// A unit of reference times, in units of the arrivals: 64 ms of 250 µs.
const REFERENCE: i64 = 256;

/// What a receiver says of packets by the transport-wide numbers of their header extension: RTPFB with format 15. Read whole before
/// anything of it is told; its text may be as short as 20 octets and tell of 65,535 packets, so that
/// [`packet_count`](Self::packet_count) is to be looked at first.
///
/// ```
/// use media_core::rtp::rtcp::{Feedback, RtcpPacket, RtcpWriter, TransportArrivals, TransportFeedback, read};
///
/// // Packet 65,534 came 1 ms after 2 × 64 ms, the next one did not, the one behind it 20 ms after the first.
/// let told = TransportArrivals { base_sequence: 65_534, reference_time: 2, number: 9, deltas: &[Some(4), None, Some(80)] };
/// let mut room = [0; 40];
/// let octets = RtcpWriter::new(&mut room).transport_feedback(1, 7, &told).finish().unwrap();
/// let Some(Ok(RtcpPacket::Feedback { ssrc: 1, media: 7, feedback: Feedback::TransportWide(text) })) = read(&room[..octets]).next()
/// else { panic!() };
/// let feedback = TransportFeedback::read(text)?;
/// assert_eq!((feedback.packet_count(), feedback.number()), (3, 9));
/// let arrivals: Vec<_> = feedback.packets().collect();
/// assert_eq!(arrivals, [(65_534, Some(2 * 256 + 4)), (65_535, None), (0, Some(2 * 256 + 84))]);
/// # Ok::<(), media_core::rtp::rtcp::TransportFeedbackFault>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransportFeedback<'a> {
    base: u16,
    count: u16,
    reference: i32,
    number: u8,
    chunks: &'a [u8],
    deltas: &'a [u8],
}

impl<'a> TransportFeedback<'a> {
    /// Reads what follows the media source of the packet, in as many steps as it has octets, whatever it tells. What follows the
    /// last time is passed over. Real-time safe.
    ///
    /// # Errors
    /// [`TransportFeedbackFault`].
    pub fn read(text: &'a [u8]) -> Result<Self, TransportFeedbackFault> {
        let (&[b1, b0, c1, c0, r2, r1, r0, number], rest) =
            text.split_first_chunk().ok_or(TransportFeedbackFault::Truncated)?;
        let (base, count) = (u16::from_be_bytes([b1, b0]), u16::from_be_bytes([c1, c0]));
        if count == 0 {
            return Err(TransportFeedbackFault::Empty);
        }
        let (chunks, octets) = deltas_of(rest, count)?;
        let (chunks, deltas) = rest.split_at_checked(chunks).ok_or(TransportFeedbackFault::Truncated)?;
        let deltas = deltas.get(..octets).ok_or(TransportFeedbackFault::Truncated)?;
        // 24 bits with a sign.
        let reference = i32::from_be_bytes([r2, r1, r0, 0]) >> 8;
        Ok(Self { base, count, reference, number, chunks, deltas })
    }

    /// The number of the first packet that it tells of.
    pub fn base_sequence(&self) -> u16 {
        self.base
    }

    /// Of how many packets it tells, from the first on: 1 or more.
    pub fn packet_count(&self) -> u16 {
        self.count
    }

    /// Counts the feedback of a receiver, modulo 256.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// The packets, in the order of their numbers: when each came, in units of 250 µs by the receiver's clock, whose origin nobody
    /// knows and which wraps after 2^32 of them; `None`: it did not come.
    pub fn packets(&self) -> impl Iterator<Item = (u16, Option<i64>)> + use<'a> {
        let mut time = i64::from(self.reference) * REFERENCE;
        let (mut sequence, mut deltas) = (self.base, self.deltas);
        Symbols::new(self.chunks, self.count).map(move |symbol| {
            let delta = match (symbol, deltas) {
                (1, [delta, rest @ ..]) => {
                    deltas = rest;
                    Some(i64::from(*delta))
                }
                (2, [high, low, rest @ ..]) => {
                    deltas = rest;
                    Some(i64::from(i16::from_be_bytes([*high, *low])))
                }
                _ => None,
            };
            let packet = sequence;
            sequence = sequence.wrapping_add(1);
            (
                packet,
                delta.map(|delta| {
                    time += delta;
                    time
                }),
            )
        })
    }
}

/// What [`RtcpWriter::transport_feedback`](super::RtcpWriter::transport_feedback) tells.
///
/// Example: [`TransportFeedback`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransportArrivals<'a> {
    /// The number of the first packet.
    pub base_sequence: u16,
    /// The time from which the first delta counts, in units of 64 ms by the receiver's clock; 24 bits of it are told.
    pub reference_time: u32,
    /// Counts the feedback, modulo 256.
    pub number: u8,
    /// For each packet how long it came after the one before it that came, in units of 250 µs; `None`: it did not come.
    pub deltas: &'a [Option<i16>],
}

#[cfg(test)]
mod tests;
