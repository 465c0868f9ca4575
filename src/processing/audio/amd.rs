//! Pure: who answered a call: a human, who greets and waits, or an answering machine, which talks on and beeps.
//!
//! [`AmdDetector`] takes what comes from pick-up on. `greeting` judges how long is spoken and paused, `beep` finds the tone behind
//! which a message is taken.

mod beep;
mod detector;
mod event;
mod greeting;
mod params;

pub use detector::AmdDetector;
pub use event::{AmdCause, AmdEvent, AnsweredBy};
pub use params::AmdParams;
