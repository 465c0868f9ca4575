//! Boundary: what media and I/O threads count: written by one of them, read by anyone.

mod leg;
mod published;
mod relay;
mod rtcp;
mod transport;
mod transport_statistics;
mod worker;

pub use leg::LegGauges;
pub(crate) use leg::{LegCounters, each_leg_counter};
pub use relay::RelayGauges;
pub use rtcp::RtcpGauges;
pub use transport::TransportGauges;
pub use transport_statistics::TransportStatistics;
pub(crate) use worker::WorkerCounters;
pub use worker::WorkerGauges;
