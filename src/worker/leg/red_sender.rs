//! Real-time: the outward half of redundancy (RFC 2198): keeps the last payloads and puts them before the next one.
//! Built whole by the control side.

use crate::buffer::{RedBlock, write_red};
use crate::rt::MAX_PAYLOAD;
use crate::worker::leg::Stamp;

/// The most older payloads in a packet.
const MOST: usize = 4;
/// The longest older payload, by its header's 10 bits.
const LONGEST: usize = 1_023;
/// The header of an older payload, in octets.
const HEADER: usize = 4;
/// The greatest age of an older payload in units of the clock, by its header's 14 bits.
const OLDEST: u32 = (1 << 14) - 1;

/// A payload that was sent.
#[derive(Debug, Clone, Copy, Default)]
struct Sent {
    timestamp: u32,
    payload_type: u8,
    /// Octets; 0: none is kept here.
    length: usize,
}

/// The outward half of redundancy (RFC 2198): keeps the last payloads and puts them before the next one. Built whole by
/// the control side.
#[derive(Debug)]
pub struct RedSender {
    payload_type: u8,
    level: usize,
    /// The last payloads, the newest first, each at its place in `octets`.
    sent: [Sent; MOST],
    places: [usize; MOST],
    octets: Box<[u8]>,
    packet: Box<[u8]>,
}

impl RedSender {
    /// Sends under `payload_type` with `level` (1..=4) older payloads. Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(payload_type: u8, level: u8) -> Self {
        Self {
            payload_type,
            level: usize::from(level).min(MOST),
            sent: [Sent::default(); MOST],
            places: std::array::from_fn(|n| n * LONGEST),
            octets: vec![0; MOST * LONGEST].into_boxed_slice(),
            packet: vec![0; MAX_PAYLOAD].into_boxed_slice(),
        }
    }

    /// The payload to send in place of `payload` (of `codec`'s payload type), with its payload type, and how many older
    /// ones did not fit. What was sent before a pause is no use any more.
    pub(in crate::worker) fn wrap(&mut self, stamp: &Stamp, codec: u8, payload: &[u8]) -> Option<(u8, &[u8], u64)> {
        if stamp.marker {
            self.sent = [Sent::default(); MOST];
        }
        let empty = RedBlock { payload_type: codec, offset: 0, octets: &[] };
        // The oldest first, as they are written; filled from the end.
        let mut blocks = [empty; MOST];
        let (mut count, mut left_out) = (0, 0);
        let mut room = self.packet.len().checked_sub(1 + payload.len())?;
        for (sent, place) in self.sent.iter().zip(self.places).take(self.level).filter(|(sent, _)| sent.length > 0) {
            let age = stamp.timestamp.wrapping_sub(sent.timestamp);
            if sent.length > LONGEST || age == 0 || age > OLDEST || room < HEADER + sent.length {
                left_out += 1;
                continue;
            }
            let octets = self.octets.get(place..place + sent.length)?;
            room -= HEADER + sent.length;
            count += 1;
            *blocks.get_mut(MOST - count)? = RedBlock { payload_type: sent.payload_type, offset: age as u16, octets };
        }
        let own = RedBlock { payload_type: codec, offset: 0, octets: payload };
        let length = write_red(blocks.get(MOST - count..)?, &own, &mut self.packet)?;
        self.keep(stamp.timestamp, codec, payload);
        Some((self.payload_type, self.packet.get(..length)?, left_out))
    }

    /// Keeps a payload in the place of the oldest.
    fn keep(&mut self, timestamp: u32, payload_type: u8, payload: &[u8]) {
        self.sent.rotate_right(1);
        self.places.rotate_right(1);
        let place = self.places[0];
        let length = payload.len();
        self.sent[0] = Sent { timestamp, payload_type, length };
        if let (Some(to), Some(from)) =
            (self.octets.get_mut(place..place + length.min(LONGEST)), payload.get(..length.min(LONGEST)))
        {
            to.copy_from_slice(from);
        }
    }
}

#[cfg(test)]
mod tests;
