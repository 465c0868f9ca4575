//! Control: what an agent's port does not take.

use super::link::AgentPosition;

/// Why an [`AgentWriter`](crate::AgentWriter) takes no samples.
///
/// ```
/// use media_core::AgentWriteError;
///
/// assert_eq!(AgentWriteError::Closed.to_string(), "the session has ended: nothing is sent any more");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgentWriteError {
    /// The caller has cut in: what was being said is not sent any more.
    #[error(
        "the caller interrupted after sample {}: forget what was behind it, and call begin_turn or flush before new speech",
        .0.sample
    )]
    Interrupted(AgentPosition),
    /// The session has ended.
    #[error("the session has ended: nothing is sent any more")]
    Closed,
    /// As many marks wait as may.
    #[error("{0} marks wait to be reached: no more may")]
    Marks(usize),
}
