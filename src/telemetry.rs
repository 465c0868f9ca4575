//! Control: what the engine measures of itself: histograms of the tick and its phases, gauges, the health of its threads.
//!
//! A media thread records into histograms of its own and stamps its phases; each second the supervisor swaps the full set
//! for an empty one and adds it up. All the rest, the [`Snapshot`], the [gauges](GaugeQuery), the stats socket and the
//! interval log, lives on ordinary threads: to ask costs a media thread nothing.
//!
//! # Gauges
//!
//! Single figures are named as paths and queried by path prefix ([`GaugeQuery`], [`MediaHandle::gauges`]):
//!
//! | path | what |
//! |---|---|
//! | `/engine/sessions` | the engine as a whole |
//! | `/sick/one_way` | sessions that are sick now: one-way (of them `refused`, `undecodable`), lossy, stopped |
//! | `/core/1/busy_permille` | a core of the machine over the last second |
//! | `/worker/0/late_ticks` | a media thread: its counters, late ticks, load, kernel |
//! | `/worker/0/tick_work/p99_ns` | one of its histograms over the last 5 to 10 s |
//! | `/io/0/sends` | an I/O thread: turns, receives, sends, time on its core |
//! | `/session/17/lost` | a session's leg, by the session's number |
//! | `/session/17/transport/refused` | what its port counted |
//!
//! # Stats socket
//!
//! [`MediaEngineConfig::stats_socket`](crate::MediaEngineConfig::stats_socket) opens a Unix-domain stream socket, mode 0600.
//! A request is a line of text:
//!
//! | request line | answer |
//! |---|---|
//! | `json` | one line of JSON: [`Snapshot::from_json`] reads it |
//! | `text` | the table, ended by an empty line |
//! | `histograms` | an HdrHistogram interval log of all since the start, ended by the line `#end` |
//! | `gauges PATTERN` | single figures as lines `path value`, ended by an empty line |
//! | `gauges json PATTERN` | the same as one line of JSON |
//! | `gauges PATTERN from NEXT` | the page after the one that named NEXT |
//! | `legs ORDER [first N] [of PART]` | the N first legs by `sick`, `packets`, `lost`, `concealed` or `delay`, of dialogs with PART in their name, as one line of JSON ([`LegQuery`]) |
//! | `watch json MS` (`text`, `histograms`) | the same at once and each MS ms (100 at least) until the next request or the end |
//! | anything else | `error: …`, one line |
//!
//! A client that takes nothing of its answer for 2 s, or not all of it within 10 s, is dropped.
//!
//! # Interval logs
//!
//! [`MediaEngineConfig::histogram_log`](crate::MediaEngineConfig::histogram_log) writes HdrHistogram V2 interval logs: a line
//! for each histogram, worker and interval, tagged `worker/0/tick_work` (the names of [`Measure`]); times in s, values in ns.
//!
//! [`MediaHandle::gauges`]: crate::MediaHandle::gauges

#[cfg(not(feature = "internals"))]
pub(crate) mod counters;
#[cfg(feature = "internals")]
pub mod counters;
mod directory;
#[cfg(not(feature = "internals"))]
pub(crate) mod gauges;
#[cfg(feature = "internals")]
pub mod gauges;
pub(crate) mod health;
#[cfg(not(feature = "internals"))]
pub(crate) mod histograms;
#[cfg(feature = "internals")]
pub mod histograms;
#[cfg(not(feature = "internals"))]
pub(crate) mod interval_log;
#[cfg(feature = "internals")]
pub mod interval_log;
#[cfg(not(feature = "internals"))]
pub(crate) mod legs;
#[cfg(feature = "internals")]
pub mod legs;
mod log_limit;
#[cfg(not(feature = "internals"))]
pub(crate) mod measure;
#[cfg(feature = "internals")]
pub mod measure;
#[cfg(not(feature = "internals"))]
pub(crate) mod meter;
#[cfg(feature = "internals")]
pub mod meter;
mod prometheus;
#[cfg(not(feature = "internals"))]
pub(crate) mod snapshot;
#[cfg(feature = "internals")]
pub mod snapshot;
#[cfg(not(feature = "internals"))]
pub(crate) mod stats_socket;
#[cfg(feature = "internals")]
pub mod stats_socket;
mod timing;
#[cfg(not(feature = "internals"))]
pub(crate) mod totals;
#[cfg(feature = "internals")]
pub mod totals;
mod why;

pub use crate::rt::load::Load;
pub use crate::rt::os::steal::CoreUse;
pub use crate::rt::os::usage::ThreadUsage;
pub use crate::rt::xrun::Xruns;
pub(crate) use directory::{Directory, Entry};
pub use gauges::{GaugePage, GaugeQuery};
pub use health::{EngineHealth, ThreadHealth, ThreadState};
#[cfg(feature = "internals")]
pub use histograms::HistogramSet;
#[cfg(not(feature = "internals"))]
pub(crate) use histograms::HistogramSet;
pub use legs::{LegOrder, LegQuery, LegRow};
pub(crate) use log_limit::LogLimit;
pub use measure::{Measure, Phase};
#[cfg(feature = "internals")]
pub use meter::PhaseMeter;
#[cfg(not(feature = "internals"))]
pub(crate) use meter::PhaseMeter;
pub(crate) use prometheus::MOS_BOUNDS;
pub use snapshot::{Nanos, Percentiles, Snapshot, Table, Window, WorkerSnapshot};
pub use timing::TimingGauges;
pub use why::{Why, WhyRow};
