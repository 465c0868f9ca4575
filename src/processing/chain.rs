//! Pure: the processing chain of a leg: which stages, in which order, and how they come and go while a call runs.
//!
//! From the party: tone detection, barge-in detection, echo cancellation, noise suppression, voice detection, gain control, equalizer,
//! compressor, removal of digits that become events. To the party: gain control, equalizer, compressor; what leaves them is the echo canceller's reference.
//!
//! The control side plans a chain from `ProcessingParams` and builds it ([`AudioProcessor`]); a media thread runs it. A
//! change of parameters is a new chain that follows on the former one: stages that stay the same, and those that take the new
//! parameters while they run, go on with what they have learnt, the others are cross-faded over one block. The former chain goes home.

mod build;
mod carryover;
mod choice;
mod digits;
mod far_end;
mod metrics;
mod params;
mod processor;
mod request;
mod settings;
mod shed;
mod slot;
mod stages;
#[cfg(test)]
mod tests;

pub use choice::{Choice, CustomStage};
pub use digits::Removal;
pub use metrics::{ProcessingGauges, ProcessingMetrics};
pub use params::{AgcStage, ProcessingParams};
pub use processor::{AudioProcessor, StageReport};
pub use request::{ChainRates, ChainRequest};
