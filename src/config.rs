//! Control: how an engine is set up, and what follows from it.

mod check;
mod engine;
mod glitch_flights;
mod plan;

pub use engine::MediaEngineConfig;
pub use glitch_flights::GlitchFlights;
pub use plan::Plan;
pub(crate) use plan::{EVENT_LANE, ORDER_BACKLOG, ORDERS_IN_FLIGHT, PLACES_IN_TRANSIT};
