//! Pure: why something was refused, in a word for the report.

use media_core::error::{
    CodecError, ConferenceError, EngineError, Error, IoError, PlaybackError, PortError, SessionError,
};

/// The group of an error: what a stress is about, or what is wrong with the request itself.
fn group(error: &Error) -> &'static str {
    match error {
        Error::Engine(EngineError::Busy)
        | Error::Session(
            SessionError::Capacity { .. }
            | SessionError::Overloaded { .. }
            | SessionError::IoOverloaded { .. }
            | SessionError::Ports(_)
            | SessionError::DigitsWaiting(_),
        )
        | Error::Playback(PlaybackError::QueueFull(..) | PlaybackError::Stalled)
        | Error::Conference(ConferenceError::Full(..)) => "full",
        Error::Io(IoError::Ports(PortError::RangeUsedUp { .. })) => "full",
        Error::Session(SessionError::Unknown(_) | SessionError::UnknownDialog(_) | SessionError::UnknownPort(_))
        | Error::Conference(ConferenceError::Unknown(_))
        | Error::Engine(EngineError::Stopped) => "ended",
        Error::Engine(EngineError::ThreadStalled(_)) => "a thread hangs",
        Error::Engine(EngineError::Panicked) | Error::Codec(CodecError::Panicked { .. }) => "a panic was planted",
        _ => "not as asked",
    }
}

/// Whether there is a reason for it that lies in the engine's state, or was planted: any other is in what was asked.
pub fn is_of_the_engine(error: &Error) -> bool {
    group(error) != "not as asked"
}

/// Group and kind.
pub fn kind(error: &Error) -> String {
    let group = group(error);
    match error {
        Error::Config(why) | Error::Session(SessionError::Parameter(why)) => {
            format!("{group}: Parameter {}", why.field)
        }
        Error::Session(SessionError::Capacity { what, .. }) => format!("{group}: {what}"),
        other => {
            let text = format!("{other:?}");
            let names = text.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty());
            format!("{group}: {}", names.take(2).collect::<Vec<_>>().join(" "))
        }
    }
}
