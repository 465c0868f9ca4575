//! Real-time: events that wait for their block: a detector reports one a block, and a change of digits makes two.

use super::ToneEvent;
use ringbuf::LocalRb;
use ringbuf::storage::Array;
use ringbuf::traits::Observer;
use std::fmt;

/// A few events, first in, first out.
#[derive(Default)]
pub struct Queue(LocalRb<Array<ToneEvent, 4>>);

impl Queue {
    /// Adds one. There is room: no detector makes more than two in any three blocks.
    pub fn add(&mut self, event: ToneEvent) {
        let _ = self.0.try_push(event);
    }

    /// The oldest.
    pub fn pop(&mut self) -> Option<ToneEvent> {
        self.0.try_pop()
    }

    /// A block has gone by: what began is 10 ms further back.
    pub fn age(&mut self) {
        for event in self.0.iter_mut() {
            if let ToneEvent::Begin { ago_ms, .. } = event {
                *ago_ms = ago_ms.saturating_add(10);
            }
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queue").field(&self.0.occupied_len()).finish()
    }
}
