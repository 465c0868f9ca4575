//! Control: one end of a shuttle: orders out in order, receipts home in order, each with what is done after it.

use crate::rt::Depot;
use crate::telemetry::health::Pulse;
use std::collections::VecDeque;

/// An order or a receipt: the one is known as the answer to the other by its number.
pub(crate) trait Numbered: Send {
    /// Its number.
    fn seq(&self) -> u32;
}

/// Orders of `O`, receipts of `R`, and with each order an `A`: what is done after it.
pub(crate) struct Link<O: Send, R: Send, A> {
    pub(crate) depot: Depot<O, R>,
    backlog: VecDeque<(O, A)>,
    outstanding: VecDeque<(u32, A)>,
    /// Signs of life of the thread at the other end.
    pub(crate) pulse: Pulse,
    next_seq: u32,
}

impl<O: Numbered, R: Numbered, A> Link<O, R, A> {
    pub(crate) fn new(depot: Depot<O, R>, in_flight: usize) -> Self {
        let outstanding = VecDeque::with_capacity(in_flight);
        Self { depot, backlog: VecDeque::new(), outstanding, pulse: Pulse::new(), next_seq: 0 }
    }

    /// The number of the next order.
    pub(crate) fn number(&mut self) -> u32 {
        let seq = self.next_seq;
        self.next_seq = seq.wrapping_add(1);
        seq
    }

    /// Puts an order behind those that wait; [`pump`](Self::pump) sends it.
    pub(crate) fn push(&mut self, order: O, after: A) {
        self.backlog.push_back((order, after));
    }

    /// Sends what waits, as far as the shuttle has room; whether anything went out.
    pub(crate) fn pump(&mut self) -> bool {
        let mut sent = false;
        while let Some((order, after)) = self.backlog.pop_front() {
            let seq = order.seq();
            match self.depot.send(order) {
                Ok(()) => self.outstanding.push_back((seq, after)),
                Err(order) => {
                    self.backlog.push_front((order, after));
                    break;
                }
            }
            sent = true;
        }
        sent
    }

    /// The next receipt with what is to be done after it. Receipts come home in the order of the orders.
    pub(crate) fn collect(&mut self) -> Option<(R, A)> {
        let receipt = self.depot.collect()?;
        let (seq, after) = self.outstanding.pop_front()?;
        debug_assert_eq!(seq, receipt.seq(), "receipts come home in order");
        Some((receipt, after))
    }

    /// What is to be done after all orders that are not answered: those that are out, then those that wait.
    pub(crate) fn afters(&mut self) -> impl Iterator<Item = &mut A> {
        let out = self.outstanding.iter_mut().map(|(_, after)| after);
        out.chain(self.backlog.iter_mut().map(|(_, after)| after))
    }

    /// The oldest order that is out, for whoever answers it in the other end's place.
    pub(crate) fn take_outstanding(&mut self) -> Option<A> {
        self.outstanding.pop_front().map(|(_, after)| after)
    }

    /// The oldest order that waits: it will not be sent.
    pub(crate) fn take_unsent(&mut self) -> Option<(O, A)> {
        self.backlog.pop_front()
    }

    /// Orders that wait.
    pub(crate) fn backlog(&self) -> usize {
        self.backlog.len()
    }

    /// Whether receipts are owed, or orders wait.
    pub(crate) fn owes(&self) -> bool {
        !self.outstanding.is_empty() || !self.backlog.is_empty()
    }
}
