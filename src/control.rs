//! Control: the supervisor and all that it knows and does.
//!
//! State below, verbs above: [`records`] and [`links`] give no orders, [`supervisor`] holds them and steps, [`verbs`] carry
//! out what is asked of it, [`upkeep`] what a step does unasked. Verbs take and return plain data; handles are made of it on
//! the caller's side ([`engine`](crate::engine)), which nothing in here names.

pub(crate) mod event_callbacks;
pub(crate) mod events;
pub(crate) mod links;
mod ordering;
pub(crate) mod records;
pub(crate) mod request;
pub(crate) mod session_events;
pub(crate) mod supervisor;
mod upkeep;
pub(crate) mod verbs;
mod wiring;

pub use events::Events;
pub use request::pending::Pending;
pub use session_events::SessionEvents;
pub use supervisor::Supervisor;
