//! Real-time: a receive path that moves to another worker takes its waiting payloads along, as copies.

use super::Receive;
use crate::rt::{PayloadPool, PayloadSlot};
use crate::worker::luggage::Luggage;

impl Receive {
    /// Copies the waiting payloads out, on departure.
    pub(in crate::worker) fn stow(&mut self, pool: &mut PayloadPool, luggage: &mut Luggage) {
        self.path.payloads_mut(|slot| {
            luggage.pack(pool.octets(*slot));
            pool.free(*slot);
        });
    }

    /// Copies them in, on arrival. One that finds no room becomes an empty payload, which is concealed.
    pub(in crate::worker) fn restore(&mut self, pool: &mut PayloadPool, luggage: &mut Luggage) {
        self.path.payloads_mut(|slot| *slot = luggage.unpack_into(pool).unwrap_or(PayloadSlot::NONE));
    }
}
