//! Boundary: packets between an RtpPort's thread and a worker: one writer, one reader, records of their true length.
//!
//! The ring is one of 64-bit words. A record is four words of header and the payload, padded to a word, so memory goes
//! with the octets that wait, and copying with the octets that are there. Records are written and read in the ring itself
//! but for those that lie around its end. When the ring is full the newest packet is dropped and counted by the writer.

use super::packet_header::{HEADER_WORDS, PacketHeader, PacketKey};

/// The longest payload in octets that the engine makes: with its headers it goes over Ethernet in one piece.
pub const MAX_PAYLOAD: usize = 1500;
/// The longest payload in octets that it takes and passes on; a longer one is refused and counted. What a jumbo frame
/// brings, or fragments: 60 ms of linear samples at 48 kHz are 5,760.
pub const MAX_RECEIVED: usize = crate::rtp::MAX_PACKET;

const MAX_WORDS: usize = HEADER_WORDS + MAX_RECEIVED.div_ceil(8);

/// Makes a ring of `octets` octets (at least one packet of the greatest length). Allocates: control side.
#[expect(clippy::disallowed_methods, reason = "control side")]
pub fn packet_ring(octets: usize) -> (PacketTx, PacketRx) {
    let (producer, consumer) = rtrb::RingBuffer::new((octets / 8).max(MAX_WORDS));
    let tx = PacketTx { ring: producer, record: Box::new([0; MAX_WORDS]), dropped: 0 };
    (tx, PacketRx { ring: consumer, record: Box::new([0; MAX_WORDS]), seen: 0 })
}

/// The writing end.
#[derive(Debug)]
pub struct PacketTx {
    ring: rtrb::Producer<u64>,
    record: Box<[u64; MAX_WORDS]>,
    dropped: u64,
}

/// The reading end.
#[derive(Debug)]
pub struct PacketRx {
    ring: rtrb::Consumer<u64>,
    record: Box<[u64; MAX_WORDS]>,
    /// Words of waiting packets that [`look_ahead`](Self::look_ahead) has passed.
    seen: usize,
}

impl PacketTx {
    /// Pushes a packet; `false` if it is too long or the ring is full: dropped and counted. Real-time safe.
    pub fn push(&mut self, header: &PacketHeader, payload: &[u8]) -> bool {
        if payload.len() > MAX_RECEIVED {
            self.dropped += 1;
            return false;
        }
        let Ok(mut chunk) = self.ring.write_chunk(HEADER_WORDS + payload.len().div_ceil(8)) else {
            self.dropped += 1;
            return false;
        };
        match chunk.as_mut_slices() {
            (record, []) => write_record(record, header, payload),
            // Around the ring's end: put together beside it.
            (first, second) => {
                let record = &mut self.record[..first.len() + second.len()];
                write_record(record, header, payload);
                let (a, b) = record.split_at(first.len());
                first.copy_from_slice(a);
                second.copy_from_slice(b);
            }
        }
        chunk.commit_all();
        true
    }

    /// Packets dropped here, too long or for want of room.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

fn write_record(record: &mut [u64], header: &PacketHeader, payload: &[u8]) {
    let (head, body) = record.split_at_mut(HEADER_WORDS);
    head.copy_from_slice(&header.to_words(payload.len()));
    bytemuck::cast_slice_mut::<u64, u8>(body)[..payload.len()].copy_from_slice(payload);
}

impl PacketRx {
    /// Takes the oldest packet: `taken` gets its header and its payload, which it reads where it lies. The packet is gone
    /// from the ring afterwards, even if `taken` panics. `None` if the ring is empty. Real-time safe as far as `taken` is.
    pub fn take<R>(&mut self, taken: impl FnOnce(&PacketHeader, &[u8]) -> R) -> Option<R> {
        let (header, length) = self.oldest()?;
        let words = HEADER_WORDS + length.div_ceil(8);
        let chunk = self.ring.read_chunk(words).ok()?;
        self.seen = self.seen.saturating_sub(words);
        let chunk = Taken(Some(chunk));
        let (first, second) = chunk.0.as_ref()?.as_slices();
        let body = if second.is_empty() {
            first.get(HEADER_WORDS..)?
        } else {
            let words = first.iter().chain(second).skip(HEADER_WORDS);
            self.record.iter_mut().zip(words).for_each(|(to, word)| *to = *word);
            &self.record[..]
        };
        Some(taken(&header, bytemuck::cast_slice(body).get(..length)?))
    }

    /// Pops the oldest packet: its header and its payload, valid until the next call. Real-time safe.
    pub fn pop(&mut self) -> Option<(PacketHeader, &[u8])> {
        let mut words = [0; HEADER_WORDS];
        self.ring.pop_entire_slice(&mut words).ok()?;
        let (header, length) = PacketHeader::from_words(words);
        self.seen = self.seen.saturating_sub(HEADER_WORDS + length.div_ceil(8));
        // A record is pushed whole, so its payload is there if its header is.
        let body = &mut self.record[..length.div_ceil(8).min(MAX_WORDS)];
        self.ring.pop_entire_slice(body).ok()?;
        Some((header, bytemuck::cast_slice(body).get(..length)?))
    }

    /// The header of the oldest packet, which stays in the ring. Real-time safe.
    pub fn peek(&mut self) -> Option<PacketHeader> {
        Some(self.oldest()?.0)
    }

    /// Whom the first packet is for that this has not told of yet, so that what it will touch can be asked for. `None` if
    /// there is none, or it lies around the ring's end. Real-time safe.
    pub fn look_ahead(&mut self) -> Option<PacketKey> {
        let waiting = self.ring.slots();
        let chunk = self.ring.read_chunk(waiting).ok()?;
        let words = chunk.as_slices().0.get(self.seen..)?.first_chunk()?;
        let (header, length) = PacketHeader::from_words(*words);
        self.seen += HEADER_WORDS + length.div_ceil(8);
        Some(header.key)
    }

    /// The header of the oldest packet, and how long its payload is.
    fn oldest(&mut self) -> Option<(PacketHeader, usize)> {
        let chunk = self.ring.read_chunk(HEADER_WORDS).ok()?;
        let (first, second) = chunk.as_slices();
        let mut words = [0; HEADER_WORDS];
        for (word, w) in words.iter_mut().zip(first.iter().chain(second)) {
            *word = *w;
        }
        Some(PacketHeader::from_words(words))
    }

    /// Words waiting: a reader that takes no more than were there when it began cannot be held by a fast writer.
    pub fn backlog(&self) -> usize {
        self.ring.slots()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }
}

/// A packet that is being read; its room is given back when that ends, however it ends.
struct Taken<'r>(Option<rtrb::chunks::ReadChunk<'r, u64>>);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(chunk) = self.0.take() {
            chunk.commit_all();
        }
    }
}
