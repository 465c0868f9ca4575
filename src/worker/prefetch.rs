//! Real-time: asks the cache for a batch's state before its legs are worked on, level by level: the misses of 64 legs
//! overlap, where one leg's chain of pointers would wait for each in turn.

use super::leg::{Input, Output};
use super::tick::Worker;
use crate::rt::{pop_lowest, prefetch_all};

impl Worker {
    pub(super) fn prefetch_inputs(&self, batch: usize, bits: u64) {
        for_each(batch, bits, |leg| {
            if let Some((head, body)) = self.legs.peek(leg) {
                prefetch_all(head);
                prefetch_all(body);
            }
        });
        for_each(batch, bits, |leg| {
            if let Some(Input::Rtp(receive)) = self.legs.peek(leg).map(|(_, body)| &body.input) {
                prefetch_all(&**receive);
            }
        });
        for_each(batch, bits, |leg| {
            if let Some(Input::Rtp(receive)) = self.legs.peek(leg).map(|(_, body)| &body.input) {
                receive.prefetch();
            }
        });
    }

    pub(super) fn prefetch_outputs(&self, batch: usize, bits: u64) {
        for_each(batch, bits, |leg| {
            if let Some(Output::Rtp(plan)) = self.legs.peek(leg).map(|(_, body)| &body.output) {
                prefetch_all(&**plan);
            }
        });
        for_each(batch, bits, |leg| {
            if let Some(Output::Rtp(plan)) = self.legs.peek(leg).map(|(_, body)| &body.output) {
                plan.prefetch();
            }
        });
    }
}

fn for_each(batch: usize, mut bits: u64, ask: impl Fn(u32)) {
    while let Some(bit) = pop_lowest(&mut bits) {
        ask(batch as u32 * 64 + bit);
    }
}
