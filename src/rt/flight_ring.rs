//! Real-time: the way of a worker's notes to an ordinary thread, which keeps the last of them. What finds no room is dropped whole
//! and counted with the rest of its tick, and the next tick that finds room says how much: what is kept of a tick is its begin.

use super::flight_record::{FlightHead, MAX_RECORD, SentPacket};
use super::packet_header::PacketHeader;
use crate::types::{MediaTime, TickNumber};

/// Makes a ring for `octets` octets of notes, all touched. `payloads`: whether octets and samples are kept, or their number only.
/// Allocates: control side.
pub fn flight_ring(octets: usize, payloads: bool) -> (FlightTx, FlightRx) {
    let (mut producer, mut consumer) = rtrb::RingBuffer::new((octets / 8).max(2 * MAX_RECORD));
    if let Ok(chunk) = producer.write_chunk(producer.slots()) {
        // Every page is there before the first tick.
        chunk.commit_all();
    }
    if let Ok(chunk) = consumer.read_chunk(consumer.slots()) {
        chunk.commit_all();
    }
    (FlightTx { ring: producer, lost: 0, payloads }, FlightRx { ring: consumer })
}

/// The worker's end. A record goes in whole, in one piece where it does not lie around the ring's end.
#[derive(Debug)]
pub struct FlightTx {
    ring: rtrb::Producer<u64>,
    lost: u32,
    payloads: bool,
}

/// The other end.
#[derive(Debug)]
pub struct FlightRx {
    ring: rtrb::Consumer<u64>,
}

impl FlightTx {
    /// A tick begins. Real-time safe, as all of these.
    pub fn tick(&mut self, number: TickNumber, now: MediaTime) {
        let first = FlightHead::word(FlightHead::TICK, true, 3, self.lost);
        if self.push(&[first, number.0, now.as_nanos()], &[]) {
            self.lost = 0;
        }
    }

    /// An order is applied.
    pub fn order(&mut self, seq: u32) {
        self.put(&[FlightHead::word(FlightHead::ORDER, true, 1, seq)], &[]);
    }

    /// A packet came in.
    pub fn packet(&mut self, header: &PacketHeader, payload: &[u8]) {
        let kept = if self.payloads { payload } else { &[] };
        let words = 5 + kept.len().div_ceil(8);
        let [a, b, c, d] = header.to_words(payload.len());
        let first = FlightHead::word(FlightHead::PACKET, self.payloads, words, header.key.leg().index);
        self.put(&[first, a, b, c, d], kept);
    }

    /// A leg of samples took in a block.
    pub fn samples(&mut self, leg: u32, samples: &[f32]) {
        let kept = if self.payloads { samples } else { &[] };
        let words = 2 + size_of_val(kept).div_ceil(8);
        let first = FlightHead::word(FlightHead::SAMPLES, self.payloads, words, leg);
        self.put(&[first, samples.len() as u64], bytemuck::cast_slice(kept));
    }

    /// A packet went out.
    pub fn sent(&mut self, leg: u32, header: &PacketHeader, payload: &[u8]) {
        self.put(&SentPacket::new(leg, header, payload).words(), &[]);
    }

    /// Records that found no room since the last tick that did.
    #[cfg(test)]
    pub(crate) fn lost(&self) -> u32 {
        self.lost
    }

    /// Of the tick that the reader saw begin last: what comes behind a gap is none of that tick.
    #[inline]
    fn put<const N: usize>(&mut self, head: &[u64; N], octets: &[u8]) {
        if self.lost > 0 {
            self.lost = self.lost.saturating_add(1);
            return;
        }
        self.push(head, octets);
    }

    /// Whether there was room.
    #[inline]
    fn push<const N: usize>(&mut self, head: &[u64; N], octets: &[u8]) -> bool {
        let words = N + octets.len().div_ceil(8);
        let Ok(mut chunk) = self.ring.write_chunk_uninit(words) else {
            self.lost = self.lost.saturating_add(1);
            return false;
        };
        let (whole, rest) = octets.as_chunks::<8>();
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, octet)| *to = *octet);
        let last = (!rest.is_empty()).then(|| u64::from_ne_bytes(last));
        if let (record, []) = chunk.as_mut_slices()
            && let Some((to_head, to_body)) = record.split_first_chunk_mut::<N>()
        {
            to_head.iter_mut().zip(head).for_each(|(to, word)| _ = to.write(*word));
            to_body.iter_mut().zip(whole).for_each(|(to, word)| _ = to.write(u64::from_ne_bytes(*word)));
            if let (Some(last), Some(to)) = (last, to_body.last_mut()) {
                to.write(last);
            }
            // SAFETY: the chunk has as many words as the head, the whole words of the octets and the one of their rest, and each was written.
            unsafe { chunk.commit_all() };
        } else {
            let whole = whole.iter().map(|word| u64::from_ne_bytes(*word));
            chunk.fill_from_iter(head.iter().copied().chain(whole).chain(last));
        }
        true
    }
}

impl FlightRx {
    /// Hands all that waits to `take`, in up to two pieces: the last record of each may go on in the next.
    pub fn drain(&mut self, mut take: impl FnMut(&[u64])) {
        let Ok(chunk) = self.ring.read_chunk(self.ring.slots()) else { return };
        let (first, second) = chunk.as_slices();
        take(first);
        take(second);
        chunk.commit_all();
    }
}

#[cfg(test)]
mod tests;
