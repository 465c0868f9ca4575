//! Boundary: what a detector of answering machines says.

/// Who answered a call.
///
/// Example: [`AmdDetector`](super::AmdDetector).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnsweredBy {
    /// A human.
    Human,
    /// An answering machine, an announcement, a fax.
    Machine,
    /// It cannot be said.
    NotSure,
}

/// What a verdict rests on.
///
/// Example: [`AmdDetector`](super::AmdDetector).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AmdCause {
    /// A greeting that was short, and a pause behind it: a human who waits.
    AfterGreetingSilence,
    /// A greeting that goes on: a machine.
    LongGreeting,
    /// More words than a human greets with: a machine.
    MaximumWords,
    /// A tone that a machine gives before it records.
    Beep,
    /// Nothing was said for long: a machine.
    InitialSilence,
    /// The time is over, and nothing of the above was found: not sure.
    TooLong,
}

/// What was found in a block of 10 ms.
///
/// Example: [`AmdDetector`](super::AmdDetector).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AmdEvent {
    /// The verdict, once.
    Answered {
        /// Who.
        by: AnsweredBy,
        /// Why.
        cause: AmdCause,
        /// So many ms after detection began.
        after_ms: u32,
        /// So many ms after the greeting began; 0 where there was none.
        greeting_ms: u32,
    },
    /// A tone as answering machines give it is over: what is said from now on is recorded. Once, and where the verdict was "human" too.
    BeepEnded {
        /// Its frequency.
        hz: u16,
        /// How long it was, to 10 ms.
        length_ms: u32,
    },
}
