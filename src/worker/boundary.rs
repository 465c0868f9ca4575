//! Boundary: what crosses between a worker and the control side: orders and receipts with what they carry, ring ends.

mod order;
mod port;

pub use order::{Cargo, ORDERS_PER_TICK, Order, Outcome, Receipt, Together, TogetherStep, Verb};
pub use port::{MAX_PORTS, WorkerPort};
