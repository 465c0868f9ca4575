//! Control: the supervisor and all that it knows and does.
//!
//! State below, verbs above: [`records`] and [`links`] give no orders, [`supervisor`] holds them and steps, [`verbs`] carry
//! out what is asked of it, [`upkeep`] what a step does unasked. Verbs take and return plain data; handles are made of it on
//! the caller's side ([`engine`](crate::engine)), which nothing in here names.

pub(crate) mod events;
pub(crate) mod links;
pub(crate) mod records;
pub(crate) mod request;
pub(crate) mod supervisor;
mod upkeep;
pub(crate) mod verbs;
mod wiring;

pub use events::Events;
pub use request::pending::Pending;
pub use supervisor::Supervisor;
