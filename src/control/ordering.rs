//! Control: orders to media threads, one by one or several at one tick boundary, and what is done after them.

use super::links::gathering::{Gathering, receipts};
use super::supervisor::{After, Supervisor};
use crate::rt::contain::{contained, end};
use crate::types::WorkerId;
use crate::worker::{Receipt, Verb};

impl Supervisor {
    /// Sends an order, in the order of the calls; `after` is done when its receipt comes home.
    pub(super) fn order(&mut self, worker: WorkerId, verb: Verb, after: After) {
        // Before what is gathered goes, whose description would take the place of this one's.
        let recipe = self.flight.recipe(&verb);
        if self.gathering.as_ref().is_some_and(|open| open.worker == worker && open.is_full()) {
            self.send_gathered();
            self.gathering = Some(Gathering::new(worker));
        }
        if let Some(open) = self.gathering.as_mut().filter(|open| open.worker == worker) {
            self.flight.gather(recipe);
            return open.add(verb, after);
        }
        if let Some(link) = self.workers.get_mut(worker.as_usize()) {
            let seq = link.post(verb, after);
            self.flight.keep(worker, seq, self.now, recipe);
        }
    }

    /// What `act` orders of that worker is applied at one tick boundary, as long as it is no more than a tick takes.
    pub(super) fn in_one_tick(&mut self, worker: WorkerId, act: impl FnOnce(&mut Self)) {
        self.send_gathered();
        self.gathering = Some(Gathering::new(worker));
        act(self);
        self.send_gathered();
    }

    pub(super) fn send_gathered(&mut self) {
        let Some(open) = self.gathering.take() else { return };
        let worker = open.worker;
        let Some((verb, afters)) = open.finish() else { return };
        let after = move |s: &mut Self, receipt| {
            for (receipt, after) in receipts(receipt, afters.len()).into_iter().zip(afters) {
                s.follow(receipt, after);
            }
        };
        self.flight.describe_gathered();
        self.order(worker, verb, Some(Box::new(after)));
    }

    pub(super) fn follow(&mut self, receipt: Receipt, after: After) {
        // What comes home is freed in here, and some of it is the embedder's.
        match after {
            Some(after) => _ = contained("what came home from a media thread", || after(self, receipt)),
            None => end("what came home from a media thread", receipt),
        }
    }

    /// What to do after an order that only has something done.
    pub(super) fn then(then: impl FnOnce(&mut Self) + Send + 'static) -> After {
        Some(Box::new(move |s, _| then(s)))
    }

    /// Does `then` after `n` receipts of orders with what [`arrival`](Self::arrival) returns; at once if `n` is 0.
    pub(super) fn after_all(&mut self, n: usize, then: impl FnOnce(&mut Self) + Send + 'static) -> u64 {
        let (id, due) = self.countdown.begin(n, Box::new(then));
        if let Some(then) = due {
            then(self);
        }
        id
    }

    /// What to do after one of several orders.
    pub(super) fn arrival(id: u64) -> After {
        Self::then(move |s| {
            if let Some(then) = s.countdown.arrive(id) {
                then(s);
            }
        })
    }
}
