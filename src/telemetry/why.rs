//! Control: why the audio of a session broke, and how far it comes, for whoever asks by the session's number or its dialog.

use crate::quality::{AudioStage, CallBook, Glitch, OneWay, Second};
use crate::types::{DialogId, SessionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::UNIX_EPOCH;

/// A glitch in a row.
///
/// Example: [`Why`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WhyRow {
    /// When it began: µs since 1970, UTC.
    pub unix_us: u64,
    /// How long it was, in µs.
    pub length_us: u64,
    /// [`GlitchCause::name`](crate::quality::GlitchCause::name).
    pub cause: String,
    /// As a sentence, with when and how long.
    pub text: String,
}

/// Why the audio of a session broke, and how far it comes.
///
/// From [`MediaHandle::why`](crate::MediaHandle::why) and the stats socket. Printed, it is a line a glitch, the oldest first, a line of
/// counts and one of how far the audio comes.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let session = handle.create_media_session("dialog-a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let session = engine.complete(session)?;
/// engine.complete(session.hold_outward())?;
/// engine.run_for(Duration::from_secs(2));
/// let why = handle.why("dialog-a").expect("by its dialog, or its number");
/// assert_eq!((why.counts["held"], why.ended), (1, false));
/// assert!(why.to_string().contains("to the party: held"), "{why}");
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Why {
    /// The number of the session.
    pub session: u32,
    /// Its dialog.
    pub dialog: String,
    /// It is over.
    pub ended: bool,
    /// How far the audio comes, from the party and to it, as of the last second.
    pub inward: AudioStage,
    /// See `inward`.
    pub outward: AudioStage,
    /// The newest glitches, the oldest first.
    pub glitches: Vec<WhyRow>,
    /// How many of each cause there were in all.
    pub counts: BTreeMap<String, u64>,
    /// The last two minutes, a second each.
    pub seconds: Vec<Second>,
}

impl Why {
    pub(crate) fn read((id, dialog, book, ended): (SessionId, DialogId, CallBook, bool)) -> Self {
        // The supervisor waits for a copy only, not for the words that are made of it.
        let notes = book.open().clone();
        Self {
            session: id.index(),
            dialog: dialog.as_str().to_owned(),
            ended,
            inward: notes.ways.inward,
            outward: notes.ways.outward,
            glitches: notes.glitches.iter().map(WhyRow::of).collect(),
            counts: notes.glitches.counts().map(|(cause, count)| (cause.name().to_owned(), count)).collect(),
            seconds: notes.line.iter().copied().collect(),
        }
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        // Cannot fail: plain data with string keys.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl WhyRow {
    fn of(glitch: &Glitch) -> Self {
        let since = glitch.wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            unix_us: since.as_micros() as u64,
            length_us: glitch.length.as_micros() as u64,
            cause: glitch.cause.name().to_owned(),
            text: glitch.to_string(),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { session, dialog, ended, inward, outward, .. } = self;
        writeln!(f, "session {session}, dialog {dialog}{}", if *ended { ", over" } else { "" })?;
        self.glitches.iter().try_for_each(|row| writeln!(f, "{}", row.text))?;
        let counts: Vec<String> = self.counts.iter().map(|(cause, count)| format!("{cause} {count}")).collect();
        writeln!(f, "glitches: {}", if counts.is_empty() { "none".to_owned() } else { counts.join(", ") })?;
        let mut ways = OneWay::default();
        (ways.inward, ways.outward) = (*inward, *outward);
        writeln!(f, "{ways}")
    }
}

#[cfg(test)]
mod tests;
