//! Boundary: what a leg carries when it moves to another worker: itself and the payloads that wait in its buffer.
//!
//! Payload slots belong to a worker's pool, so they are copied out on departure and in on arrival, in the order in which
//! the leg's buffer names them.

use super::leg::Leg;
use crate::rt::{Parcel, PayloadPool, PayloadSlot};

/// A leg on its way. The supervisor sends it empty with the order to depart.
#[derive(Debug)]
pub struct Luggage {
    /// The leg, once packed.
    pub leg: Option<Parcel<Leg>>,
    octets: Box<[u8]>,
    packed: usize,
    read: usize,
    lost: u32,
}

impl Luggage {
    /// Empty luggage for `octets` octets of payload. Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(octets: usize) -> Self {
        Self { leg: None, octets: vec![0; octets].into_boxed_slice(), packed: 0, read: 0, lost: 0 }
    }

    /// Payloads that found no room, here or in the new worker's pool: they are concealed like lost ones.
    pub fn lost(&self) -> u32 {
        self.lost
    }

    pub(super) fn pack(&mut self, payload: &[u8]) {
        let length = payload.len() as u16;
        let fits = self.packed + 2 + payload.len() <= self.octets.len();
        let stored: &[u8] = if fits { payload } else { &[] };
        self.lost += u32::from(!fits);
        let header = if fits { length } else { 0 }.to_le_bytes();
        if let Some(place) = self.octets.get_mut(self.packed..self.packed + 2 + stored.len()) {
            place[..2].copy_from_slice(&header);
            place[2..].copy_from_slice(stored);
            self.packed += 2 + stored.len();
        }
    }

    pub(super) fn unpack_into(&mut self, pool: &mut PayloadPool) -> Option<PayloadSlot> {
        let header = self.octets.get(self.read..self.read + 2)?;
        let length = usize::from(u16::from_le_bytes([header[0], header[1]]));
        let payload = self.octets.get(self.read + 2..self.read + 2 + length)?;
        self.read += 2 + length;
        let slot = pool.store(payload);
        self.lost += u32::from(slot.is_none());
        slot
    }
}
