//! Control: histograms, gauges, the stats socket and HdrHistogram interval logs.
//!
//! A media thread fills a [`HistogramSet`] and stamps its phases with a
//! [`PhaseMeter`]; each second the supervisor swaps the full set for an empty one and adds it to
//! [`Totals`](totals::Totals). All the rest, the [`Snapshot`](snapshot::Snapshot), the
//! [stats socket](stats_socket) and the [interval log](interval_log), lives on ordinary threads.

pub mod counters;
mod directory;
pub mod gauges;
pub(crate) mod health;
pub mod histograms;
pub mod interval_log;
pub mod legs;
mod log_limit;
pub mod measure;
pub mod meter;
pub mod snapshot;
pub mod stats_socket;
mod timing;
pub mod totals;

pub(crate) use directory::{Directory, Entry};
pub use health::{EngineHealth, ThreadHealth, ThreadState};
pub use histograms::HistogramSet;
pub(crate) use log_limit::LogLimit;
pub use measure::{Measure, Phase};
pub use meter::PhaseMeter;
pub use timing::TimingGauges;
