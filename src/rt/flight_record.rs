//! Pure: what a worker notes of a tick, as words: the tick's time, the orders it took in, the packets and samples that came, and a
//! digest of each packet that went out.
//!
//! A record is one word that says its kind, its length in words and whom it is about, and what its kind says behind that. All
//! that is needed to tell one record from the next stands in the first word, so that a reader may skip what it does not want.

use super::packet_header::{HEADER_WORDS, PacketHeader};
use crate::types::{MediaTime, TickNumber};

/// Words of the longest record: a packet of the greatest length.
pub(super) const MAX_RECORD: usize = 1 + HEADER_WORDS + super::MAX_RECEIVED.div_ceil(8);

/// The first word of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlightHead {
    /// Which kind of record.
    pub kind: u8,
    /// Of a packet: whether its payload was kept.
    pub whole: bool,
    /// Words of the record, this one among them.
    pub words: usize,
    /// Place of the leg, number of the order, or records lost before this tick.
    pub about: u32,
}

impl FlightHead {
    /// The kind of [`FlightRecord::Tick`].
    pub const TICK: u8 = 1;
    /// The kind of [`FlightRecord::Order`].
    pub const ORDER: u8 = 2;
    /// Words of the longest record.
    pub const MOST_WORDS: usize = MAX_RECORD;
    pub(super) const PACKET: u8 = 3;
    pub(super) const SAMPLES: u8 = 4;
    pub(super) const SENT: u8 = 5;

    pub(super) const fn word(kind: u8, whole: bool, words: usize, about: u32) -> u64 {
        kind as u64 | (whole as u64) << 8 | (words as u64 & 0xffff) << 16 | (about as u64) << 32
    }

    /// What a first word says.
    pub const fn of(word: u64) -> Self {
        let words = (word >> 16 & 0xffff) as usize;
        Self { kind: word as u8, whole: word >> 8 & 1 == 1, words, about: (word >> 32) as u32 }
    }
}

/// A record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FlightRecord<'r> {
    /// A tick begins: what follows is its own.
    Tick {
        /// Its number.
        number: TickNumber,
        /// Its time.
        now: MediaTime,
        /// Records for which there was no room since the tick before.
        lost: u32,
    },
    /// An order was applied, at the boundary of the tick.
    Order(u32),
    /// A packet came in.
    Packet {
        /// Whose, when, and its place in the stream.
        header: PacketHeader,
        /// Octets of its payload.
        length: usize,
        /// The payload, if it was kept.
        payload: Option<&'r [u8]>,
    },
    /// A leg of samples took in a block.
    Samples {
        /// Its place.
        leg: u32,
        /// How many.
        length: usize,
        /// The samples, if they were kept.
        samples: Option<&'r [f32]>,
    },
    /// A packet went out.
    Sent(SentPacket),
}

/// What is noted of a packet that went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentPacket {
    /// The place of its leg.
    pub leg: u32,
    /// Of header and payload.
    pub digest: u64,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP sequence number.
    pub sequence: u16,
    /// Octets of the payload.
    pub length: u16,
}

impl SentPacket {
    /// Of a packet that a leg sends.
    pub fn new(leg: u32, header: &PacketHeader, payload: &[u8]) -> Self {
        let own = u64::from(header.ssrc) << 32 | u64::from(header.timestamp);
        let rest = u64::from(header.sequence) | u64::from(header.payload_type) << 16 | u64::from(header.marker) << 24;
        let digest = digest(payload, own ^ rest.rotate_left(17));
        Self { leg, digest, timestamp: header.timestamp, sequence: header.sequence, length: payload.len() as u16 }
    }

    pub(super) fn words(&self) -> [u64; 3] {
        let place = u64::from(self.timestamp) | u64::from(self.sequence) << 32 | u64::from(self.length) << 48;
        [FlightHead::word(FlightHead::SENT, true, 3, self.leg), self.digest, place]
    }
}

impl<'r> FlightRecord<'r> {
    /// The record at the start of `words`, and how many of them it is; `None` if there is no whole record.
    pub fn first(words: &'r [u64]) -> Option<(Self, usize)> {
        let head = FlightHead::of(*words.first()?);
        let body = words.get(1..head.words)?;
        let record = match head.kind {
            FlightHead::TICK => {
                let &[number, now] = body else { return None };
                Self::Tick { number: TickNumber(number), now: MediaTime::from_nanos(now), lost: head.about }
            }
            FlightHead::ORDER if body.is_empty() => Self::Order(head.about),
            FlightHead::PACKET => {
                let (header, octets) = body.split_first_chunk::<HEADER_WORDS>()?;
                let (header, length) = PacketHeader::from_words(*header);
                Self::Packet { header, length, payload: kept(head.whole, octets, length)? }
            }
            FlightHead::SAMPLES => {
                let (&length, samples) = body.split_first()?;
                let length = usize::try_from(length).ok()?;
                Self::Samples { leg: head.about, length, samples: kept(head.whole, samples, length)? }
            }
            FlightHead::SENT => {
                let &[digest, place] = body else { return None };
                let (timestamp, sequence) = (place as u32, (place >> 32) as u16);
                let length = (place >> 48) as u16;
                Self::Sent(SentPacket { leg: head.about, digest, timestamp, sequence, length })
            }
            _ => return None,
        };
        Some((record, head.words))
    }
}

/// The first `length` values in words that are exactly as many as they need; `Some(None)` if they were not kept.
fn kept<T: bytemuck::Pod>(whole: bool, words: &[u64], length: usize) -> Option<Option<&[T]>> {
    if !whole {
        return words.is_empty().then_some(None);
    }
    let values = bytemuck::try_cast_slice::<u64, T>(words).ok()?;
    let needed = length.checked_mul(size_of::<T>())?.div_ceil(8);
    if needed == words.len() { values.get(..length).map(Some) } else { None }
}

/// A digest of octets, begun with `seed`. Not a cryptographic one: it tells what differs by chance, once in 2^64.
///
/// Products of 16 octets each with a number of their place, which do not wait for each other.
fn digest(octets: &[u8], seed: u64) -> u64 {
    const ODD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];
    let (sixteens, rest) = octets.as_chunks::<16>();
    let (mut sum, mut place) = (octets.len() as u64, ODD[1]);
    let mut take = |sixteen: u128| {
        place = place.wrapping_add(ODD[0]);
        sum = sum.wrapping_add(fold(sixteen as u64 ^ place, (sixteen >> 64) as u64 ^ ODD[1]));
    };
    for sixteen in sixteens {
        take(u128::from_le_bytes(*sixteen));
    }
    if !rest.is_empty() {
        let mut last = [0; 16];
        if let Some(room) = last.get_mut(..rest.len()) {
            room.copy_from_slice(rest);
        }
        take(u128::from_le_bytes(last));
    }
    fold(sum ^ ODD[0], seed ^ ODD[1])
}

/// Both halves of the product in one.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests;
