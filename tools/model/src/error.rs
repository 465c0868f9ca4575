//! The errors that are named.

#[derive(Debug, Clone, PartialEq)]
pub enum EngineError {
    Stopped,
    TimedOut,
    AnswerTaken,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    Engine(EngineError),
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}
