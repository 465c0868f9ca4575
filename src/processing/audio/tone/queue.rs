//! Real-time: events that wait for their block: a detector reports one a block, and a change of digits makes two.

use super::ToneEvent;

/// A few events, first in, first out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Queue {
    events: [Option<ToneEvent>; 4],
}

impl Queue {
    /// Adds one. There is room: no detector makes more than two in any three blocks.
    pub fn add(&mut self, event: ToneEvent) {
        if let Some(free) = self.events.iter_mut().find(|e| e.is_none()) {
            *free = Some(event);
        }
    }

    /// The oldest.
    pub fn take(&mut self) -> Option<ToneEvent> {
        let first = self.events[0].take();
        if first.is_some() {
            self.events.rotate_left(1);
        }
        first
    }

    /// A block has gone by: what began is 10 ms further back.
    pub fn age(&mut self) {
        for event in self.events.iter_mut().flatten() {
            if let ToneEvent::Begin { ago_ms, .. } = event {
                *ago_ms = ago_ms.saturating_add(10);
            }
        }
    }
}
