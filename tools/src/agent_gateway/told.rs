//! Pure: what a port tells, as a message: an arm for each kind.

use super::event::{Event, Place};
use super::marks::Marks;
use media_core::processing::BargeInEvent;
use media_core::{AgentEvent, AgentEventKind, DryCause, InterruptCause};

/// The message of an event.
pub(super) fn told(event: &AgentEvent, marks: &mut Marks) -> Event {
    let at = Place::from(event.position);
    match event.kind {
        AgentEventKind::Mark(id) => Event::Mark { name: marks.take(id), at },
        AgentEventKind::MarkForgotten(id) => Event::MarkForgotten { name: marks.take(id), at },
        AgentEventKind::Flushed { flush, forgotten } => Event::Cleared { clear: flush, forgotten, at },
        AgentEventKind::Interrupted { cause, forgotten } => Event::Interrupted { by: by(cause).into(), forgotten, at },
        AgentEventKind::DryBegan(why) => Event::DryBegan { cause: cause(why).into(), at },
        AgentEventKind::DryEnded { cause: why, lasted } => {
            Event::DryEnded { cause: cause(why).into(), lasted_ms: lasted.as_secs_f64() * 1_000.0, at }
        }
        AgentEventKind::DigitBegan(digit) => Event::Dtmf { digit, at },
        AgentEventKind::Speech(BargeInEvent::SpeechBegan { ago_ms }) => Event::SpeechBegan { ago_ms, at },
        AgentEventKind::Speech(BargeInEvent::Interruption { ago_ms }) => Event::Interruption { ago_ms, at },
        AgentEventKind::Speech(BargeInEvent::Backchannel { length_ms }) => Event::Backchannel { length_ms, at },
        AgentEventKind::Speech(BargeInEvent::SpeechEnded { length_ms }) => Event::SpeechEnded { length_ms, at },
        AgentEventKind::Speech(BargeInEvent::TurnEnded { pause_ms }) => Event::TurnEnded { pause_ms, at },
        AgentEventKind::BacklogLow => Event::BacklogLow { at },
        kind => Event::Other { text: format!("{kind:?}"), at },
    }
}

const fn cause(cause: DryCause) -> &'static str {
    match cause {
        DryCause::Late => "late",
        DryCause::Flushed => "cleared",
        DryCause::Held => "held",
        DryCause::Finished => "finished",
        _ => "other",
    }
}

const fn by(cause: InterruptCause) -> &'static str {
    match cause {
        InterruptCause::Speech => "speech",
        InterruptCause::Digit => "digit",
        _ => "other",
    }
}

#[cfg(test)]
mod tests;
