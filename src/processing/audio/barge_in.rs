//! Pure: whether a party speaks over the voice that it is sent, which comes back from it as an echo; and when its turn is over.
//!
//! Three things have to come together in a block's bands: more came than any echo of what was sent can be, by all that was
//! heard so far (`echo_bound`); more is left than the echo canceller's filter leaves; and more than the noise. How
//! much that is, and whether what is left sounds like speech, is evidence that is gathered over blocks (`evidence`). `speech`
//! makes events of it.

mod bands;
mod detector;
mod ears;
mod echo_bound;
mod event;
mod evidence;
mod params;
mod speech;
#[cfg(test)]
mod tests;
mod turn;

pub use detector::BargeInDetector;
pub use event::BargeInEvent;
pub use params::BargeInParams;
