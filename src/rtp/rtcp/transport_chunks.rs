//! Pure: the packet status chunks of transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 sections 3.1.1 to
//! 3.1.4): 0 a packet that did not come, 1 one with a delta of one octet, 2 one with a delta of two.

use super::fault::TransportFeedbackFault;

/// Statuses of one bit, or of two, in a chunk.
const BITS: usize = 14;
const PAIRS: usize = 7;
/// The longest run.
const RUN: usize = 0x1fff;

/// How many statuses a chunk has room for.
fn room(chunk: u16) -> u16 {
    match chunk >> 14 {
        0 | 1 => chunk & RUN as u16,
        2 => BITS as u16,
        _ => PAIRS as u16,
    }
}

/// The status at a place of a chunk.
fn symbol(chunk: u16, at: u16) -> u8 {
    let bits = match chunk >> 14 {
        0 | 1 => chunk >> 13,
        2 => chunk >> (BITS as u16 - 1 - at) & 1,
        _ => chunk >> (2 * (PAIRS as u16 - 1 - at)) & 3,
    };
    bits as u8
}

/// The octets that chunks of so many statuses take, and those of their deltas.
pub(super) fn deltas_of(rest: &[u8], count: u16) -> Result<(usize, usize), TransportFeedbackFault> {
    let (mut left, mut octets) = (count, 0);
    for (n, chunk) in rest.as_chunks().0.iter().enumerate() {
        let chunk = u16::from_be_bytes(*chunk);
        let here = room(chunk).min(left);
        // A run is one status so many times.
        let (places, times) = if chunk >> 15 == 0 { (here.min(1), usize::from(here)) } else { (here, 1) };
        for at in 0..places {
            match symbol(chunk, at) {
                3 => return Err(TransportFeedbackFault::Reserved),
                size => octets += times * usize::from(size),
            }
        }
        left -= here;
        if left == 0 {
            return Ok((2 * (n + 1), octets));
        }
    }
    Err(TransportFeedbackFault::Truncated)
}

/// The statuses of chunks.
#[derive(Debug, Clone)]
pub(super) struct Symbols<'a> {
    chunks: std::slice::Iter<'a, [u8; 2]>,
    chunk: u16,
    at: u16,
    left: u16,
}

impl<'a> Symbols<'a> {
    pub(super) fn new(chunks: &'a [u8], count: u16) -> Self {
        Self { chunks: chunks.as_chunks().0.iter(), chunk: 0, at: 0, left: count }
    }
}

impl Iterator for Symbols<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.left = self.left.checked_sub(1)?;
        // An empty run has none: so has the chunk that this begins with.
        while self.at >= room(self.chunk) {
            (self.chunk, self.at) = (u16::from_be_bytes(*self.chunks.next()?), 0);
        }
        self.at += 1;
        Some(symbol(self.chunk, self.at - 1))
    }
}

fn status(delta: Option<i16>) -> u8 {
    match delta {
        None => 0,
        Some(0..=255) => 1,
        Some(_) => 2,
    }
}

/// The chunks that tell which of those came, and how.
pub(super) fn chunks(deltas: &[Option<i16>]) -> impl Iterator<Item = u16> + Clone {
    let mut rest = deltas;
    std::iter::from_fn(move || {
        let first = status(*rest.first()?);
        let run = rest.iter().take(RUN).take_while(|delta| status(**delta) == first).count();
        let small = rest.iter().take(BITS).take_while(|delta| status(**delta) < 2).count();
        let vector = |kind: u16, room: usize, width: usize| {
            let places = rest.iter().take(room).enumerate();
            places.fold(kind, |all, (n, delta)| all | u16::from(status(*delta)) << (width * (room - 1 - n)))
        };
        let (chunk, taken) = if run >= BITS || run == rest.len() {
            (u16::from(first) << 13 | run as u16, run)
        } else if small == BITS.min(rest.len()) {
            (vector(0x8000, BITS, 1), BITS)
        } else if run >= PAIRS {
            (u16::from(first) << 13 | run as u16, run)
        } else {
            (vector(0xc000, PAIRS, 2), PAIRS)
        };
        rest = rest.get(taken..).unwrap_or(&[]);
        Some(chunk)
    })
}
