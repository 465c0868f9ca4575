//! Boundary: orders out, receipts home, and a way home that cannot overflow.
//!
//! **At most `n` orders are out at once and the home ring holds `n` receipts**, so sending home never fails. The worker
//! answers each order with exactly one receipt.

/// Makes the pair for `n` orders in flight. Allocates: control side.
pub fn shuttle<O: Send, R: Send>(n: usize) -> (Depot<O, R>, Dock<O, R>) {
    let (out_tx, out_rx) = rtrb::RingBuffer::new(n);
    let (home_tx, home_rx) = rtrb::RingBuffer::new(n);
    (Depot { out: out_tx, home: home_rx, in_flight: 0, limit: n }, Dock { inbox: out_rx, home: home_tx, owed: 0 })
}

/// The control side's end.
#[derive(Debug)]
pub struct Depot<O: Send, R: Send> {
    out: rtrb::Producer<O>,
    home: rtrb::Consumer<R>,
    in_flight: usize,
    limit: usize,
}

/// The worker's end.
#[derive(Debug)]
pub struct Dock<O: Send, R: Send> {
    inbox: rtrb::Consumer<O>,
    home: rtrb::Producer<R>,
    owed: usize,
}

impl<O: Send, R: Send> Depot<O, R> {
    /// Sends an order.
    ///
    /// # Errors
    /// Gives the order back if `n` are in flight; the caller keeps it, in order, until a receipt came home.
    pub fn send(&mut self, order: O) -> Result<(), O> {
        if self.in_flight == self.limit {
            return Err(order);
        }
        match self.out.push(order) {
            Ok(()) => {
                self.in_flight += 1;
                Ok(())
            }
            Err(rtrb::PushError::Full(order)) => Err(order),
        }
    }

    /// The oldest receipt that came home.
    pub fn collect(&mut self) -> Option<R> {
        let receipt = self.home.pop().ok()?;
        self.in_flight -= 1;
        Some(receipt)
    }

    /// Whether the other end is gone: no order is taken any more. Receipts that it sent home before may still wait.
    pub fn is_abandoned(&self) -> bool {
        self.out.is_abandoned()
    }

    /// Orders sent and not yet answered.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }
}

impl<O: Send, R: Send> Dock<O, R> {
    /// The next order. Real-time safe.
    pub fn receive(&mut self) -> Option<O> {
        let order = self.inbox.pop().ok()?;
        self.owed += 1;
        Some(order)
    }

    /// Answers the order received. Cannot fail while each order is answered once. Real-time safe.
    pub fn send_home(&mut self, receipt: R) {
        debug_assert!(self.owed > 0, "a receipt without an order");
        self.owed = self.owed.saturating_sub(1);
        if let Err(rtrb::PushError::Full(receipt)) = self.home.push(receipt) {
            // Unreachable by the invariant above; leaking beats freeing on this thread.
            std::mem::forget(receipt);
            debug_assert!(false, "more orders in flight than the shuttle holds");
        }
    }
}
