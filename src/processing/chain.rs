//! Pure: the processing chain of a leg: which stages, in which order, and how they come and go while a call runs.
//!
//! From the party: tone detection, echo cancellation, noise suppression, voice detection, gain control, equalizer,
//! compressor, removal of digits that become events. To the party: gain control, equalizer, compressor; what leaves them is the echo canceller's reference.
//!
//! The control side plans a chain from `ProcessingParams` and builds it ([`AudioProcessor`]); a media thread runs it. A
//! change of parameters is a new chain that follows on the former one: stages that stay the same, and those that take the new
//! parameters while they run, go on with what they have learnt, the others are cross-faded over one block. The former chain goes home.

mod build;
mod carryover;
mod choice;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod digits;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod far_end;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod metrics;
mod params;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod processor;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod settings;
mod shed;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod slot;
mod stages;
#[cfg(test)]
mod tests;

pub use build::{ChainRates, ChainRequest};
pub use choice::{Choice, CustomStage};
pub use digits::Removal;
pub use metrics::{ProcessingGauges, ProcessingMetrics};
pub use params::{AgcStage, ProcessingParams};
pub use processor::{AudioProcessor, StageReport};
