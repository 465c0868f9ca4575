//! Real-time: what a leg's peer presses, and what it is told to press: telephone events (RFC 4733) and tones.

mod event_receivers;
mod press;
mod telephone_events;
mod tone_sender;

pub(in crate::worker) use event_receivers::{EventReceivers, Taken};
pub(in crate::worker) use press::{Presses, Way};
pub use telephone_events::TelephoneEvents;
pub(in crate::worker) use tone_sender::DigitTone;
