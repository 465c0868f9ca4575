//! Real-time: the payloads that a leg's receive path holds: given back, or taken along to another worker.

use super::Receive;
use crate::rt::{PayloadPool, PayloadSlot};
use crate::worker::luggage::Luggage;

impl Receive {
    /// Gives all payloads back and forgets the stream.
    pub(in crate::worker) fn flush(&mut self, pool: &mut PayloadPool) {
        self.path.drain(|slot| pool.free(slot));
        (self.inside, self.passed, self.begun) = (0, None, false);
    }

    /// Copies the waiting payloads out, on departure.
    pub(in crate::worker) fn stow(&mut self, pool: &mut PayloadPool, luggage: &mut Luggage) {
        self.path.payloads_mut(|slot| {
            luggage.pack(pool.octets(*slot));
            pool.free(*slot);
        });
    }

    /// Copies them in, on arrival. One that finds no room becomes an empty payload, which is concealed.
    pub(in crate::worker) fn restore(&mut self, pool: &mut PayloadPool, luggage: &mut Luggage) {
        self.path.payloads_mut(|slot| {
            *slot = luggage.unpack_into(pool).unwrap_or(PayloadSlot::NONE).with_format(slot.format());
        });
    }
}
