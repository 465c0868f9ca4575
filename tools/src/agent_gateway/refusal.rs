//! Pure: what a gateway refuses, by name.

use serde::Serialize;
use std::fmt::Display;

/// Characters of an explanation: it may quote what was sent.
const LONGEST: usize = 300;

/// Its name in an `error` message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    /// Text that is no JSON.
    BadJson,
    /// JSON that is no object with an `event` of text.
    NoEvent,
    /// An `event` that there is not.
    UnknownCommand,
    /// A field that is missing, of another type, out of its range, or not there at all.
    BadField,
    /// A payload that is no base64.
    BadBase64,
    /// Audio that is no whole number of samples.
    OddOctets,
    /// A message that is longer than is taken.
    OversizeMessage,
    /// Anything but `start` or `attach` before one of these.
    NotStarted,
    /// `start` or `attach` after one of these.
    AlreadyStarted,
    /// Neither `start` nor `attach` came in time.
    StartTimeout,
    /// `attach` to a call that there is not.
    NoSuchCall,
    /// `start` of a call that there is.
    CallExists,
    /// `attach` to a call that has its agent.
    CallHasAgent,
    /// As many calls as there may be.
    TooManyCalls,
    /// More audio than may wait. Told once, until there is room again.
    BacklogFull,
    /// As many marks wait as may.
    TooManyMarks,
    /// The engine does not do it.
    Engine,
}

/// What was refused and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) fault: Fault,
    pub(super) text: String,
}

impl Refusal {
    pub(super) fn new(fault: Fault, text: impl Display) -> Self {
        Self { fault, text: text.to_string().chars().take(LONGEST).collect() }
    }

    /// What the engine said to it.
    pub(super) fn engine(error: impl Display) -> Self {
        Self::new(Fault::Engine, error)
    }
}
