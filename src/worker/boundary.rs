//! Boundary: what crosses between a worker and the control side: orders and receipts, events, settings, ring ends.

mod event;
mod order;
mod port;
mod switches;

pub use event::{Facts, WorkerEvent, WorkerEventKind};
pub use order::{Cargo, ORDERS_PER_TICK, Order, Outcome, Receipt, Verb};
pub use port::{MAX_PORTS, WorkerPort};
pub use switches::{Switch, Switches};
