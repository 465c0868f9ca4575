//! Control: orders to one worker that are gathered, to be applied at one tick boundary.

use crate::types::WorkerId;
use crate::worker::{Cargo, ORDERS_PER_TICK, Outcome, Receipt, Together, TogetherStep, Verb};

/// Orders that wait for those that go with them, each with what is done (`A`) after it.
#[derive(Debug)]
pub(crate) struct Gathering<A> {
    pub(crate) worker: WorkerId,
    steps: Vec<(Verb, Option<A>)>,
}

impl<A> Gathering<A> {
    pub(crate) fn new(worker: WorkerId) -> Self {
        Self { worker, steps: Vec::new() }
    }

    pub(crate) fn add(&mut self, verb: Verb, after: Option<A>) {
        self.steps.push((verb, after));
    }

    /// As many as one tick takes.
    pub(crate) fn is_full(&self) -> bool {
        self.steps.len() >= ORDERS_PER_TICK
    }

    /// The one order that they are, and what is done after each; `None`: there is nothing to order.
    pub(crate) fn finish(self) -> Option<(Verb, Vec<Option<A>>)> {
        let (verbs, afters): (Vec<_>, Vec<_>) = self.steps.into_iter().unzip();
        if verbs.is_empty() {
            return None;
        }
        let step = |verb| TogetherStep { verb: Some(verb), outcome: Outcome::Stale, cargo: Cargo::None };
        let together = Together { steps: verbs.into_iter().map(step).collect() };
        Some((Verb::Together(crate::rt::Parcel::pack(together)), afters))
    }
}

/// The receipts of so many orders that were gathered, in their order, each as if it had been ordered alone.
pub(crate) fn receipts(of: Receipt, count: usize) -> Vec<Receipt> {
    let Receipt { seq, tick, at, outcome, cargo } = of;
    match cargo {
        Cargo::Together(together) => {
            let receipt = |step: TogetherStep| Receipt { seq, tick, at, outcome: step.outcome, cargo: step.cargo };
            together.unpack().steps.into_iter().map(receipt).collect()
        }
        _ => (0..count).map(|_| Receipt { seq, tick, at, outcome, cargo: Cargo::None }).collect(),
    }
}
