//! Control: what is to be played: parts one behind another, how often, from where, how loud, and what ends it.

use crate::error::PlaybackError;
use crate::playback::tones::ToneCadence;
use crate::types::Gain;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Parts that a prompt may have.
pub(crate) const MAX_PARTS: usize = 1_024;
/// Rates in Hz that samples may have.
pub(crate) const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;

/// A part of a prompt.
///
/// Example: [`Prompt`].
#[derive(Debug, Clone, PartialEq)]
pub struct PromptPart(pub(crate) Part);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    File(PathBuf),
    Samples { samples: Arc<[f32]>, hz: u32 },
    Tone(ToneCadence),
    Silence(Duration),
}

impl PromptPart {
    /// A file: WAV of 8, 16, 24 or 32 bit or 32 bit float, any number of channels (made one, each as loud as the others), 4,000 to
    /// 192,000 Hz. With feature `symphonia` also MP3, FLAC and Ogg Vorbis; which it is, its octets say and not its name. It is read as
    /// it is played, by a thread of its own. A path is below
    /// [`media_root`](crate::MediaEngineConfig::media_root), where that is set.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self(Part::File(path.as_ref().to_path_buf()))
    }

    /// Samples, 1.0 = full scale, at 4,000 to 192,000 Hz. Clones share them. What is no number is silence.
    pub fn samples(samples: impl Into<Arc<[f32]>>, hz: u32) -> Self {
        Self(Part::Samples { samples: samples.into(), hz })
    }

    /// A tone.
    pub fn tone(tone: ToneCadence) -> Self {
        Self(Part::Tone(tone))
    }

    /// Silence.
    pub fn silence(time: Duration) -> Self {
        Self(Part::Silence(time))
    }
}

/// What is to be played to a session or a room. Parts follow on each other without a gap, as rounds do.
///
/// ```
/// use media_core::{Gain, Prompt, PromptPart};
/// use std::time::Duration;
///
/// let menu = Prompt::list([PromptPart::file("welcome.wav"), PromptPart::silence(Duration::from_millis(500)), PromptPart::file("menu.wav")]);
/// let menu = menu.times(3).interrupted_by_digit();
/// let music = Prompt::file("music.wav").forever().gain(Gain::linear(0.3).unwrap());
/// # let _ = (menu, music);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    pub(crate) parts: Vec<PromptPart>,
    /// `None`: for ever.
    pub(crate) times: Option<u32>,
    pub(crate) start: Duration,
    pub(crate) gain: Gain,
    pub(crate) beside: Gain,
    pub(crate) by_digit: bool,
    pub(crate) by_speech: bool,
}

impl Prompt {
    /// A prompt of several parts, up to 1,024.
    pub fn list(parts: impl IntoIterator<Item = PromptPart>) -> Self {
        Self {
            parts: parts.into_iter().collect(),
            times: Some(1),
            start: Duration::ZERO,
            gain: Gain::UNITY,
            beside: Gain::MUTE,
            by_digit: false,
            by_speech: false,
        }
    }

    /// Of one WAV file ([`PromptPart::file`]).
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self::list([PromptPart::file(path)])
    }

    /// Of samples ([`PromptPart::samples`]).
    pub fn samples(samples: impl Into<Arc<[f32]>>, hz: u32) -> Self {
        Self::list([PromptPart::samples(samples, hz)])
    }

    /// Of a tone ([`PromptPart::tone`]).
    pub fn tone(tone: ToneCadence) -> Self {
        Self::list([PromptPart::tone(tone)])
    }

    /// Plays it so often. Default once.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Plays it over and over until it is stopped.
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.times = None;
        self
    }

    /// Begins there, in the first round; it is faded in over 10 ms then.
    #[must_use]
    pub fn start_at(mut self, start: Duration) -> Self {
        self.start = start;
        self
    }

    /// How loud. Default as it is.
    #[must_use]
    pub fn gain(mut self, gain: Gain) -> Self {
        self.gain = gain;
        self
    }

    /// How loud what else the leg hears (its partner, its room) is heard beside it; a limiter holds the sum within full scale. Default not at all: the prompt replaces it. In a room
    /// the others always are heard.
    #[must_use]
    pub fn beside(mut self, gain: Gain) -> Self {
        self.beside = gain;
        self
    }

    /// Ends when a digit begins that the listener presses (in a room: any member), by telephone event or, where tones are
    /// listened for, by tone. So do those that wait behind it, up to one that has no such setting.
    #[must_use]
    pub fn interrupted_by_digit(mut self) -> Self {
        self.by_digit = true;
        self
    }

    /// Ends when the listener begins to speak (in a room: any member), as its voice detector finds
    /// ([`ProcessingParams::vad`](crate::ProcessingParams::vad)); who spoke before it began ends it when he begins again. So do those that wait behind it, up to one
    /// that has no such setting.
    #[must_use]
    pub fn interrupted_by_speech(mut self) -> Self {
        self.by_speech = true;
        self
    }

    /// Checks all that can be known without looking at a file.
    pub(crate) fn check(&self, root: Option<&Path>) -> Result<(), PlaybackError> {
        if !(1..=MAX_PARTS).contains(&self.parts.len()) {
            return Err(PlaybackError::Parts { given: self.parts.len(), most: MAX_PARTS });
        }
        if self.times == Some(0) {
            return Err(PlaybackError::NoRound);
        }
        for PromptPart(part) in &self.parts {
            match part {
                Part::File(path) => super::media_root::check(path, root)?,
                Part::Samples { hz, .. } if !RATES.contains(hz) => return Err(PlaybackError::Rate(*hz)),
                Part::Tone(tone) => tone.fault().map_or(Ok(()), |why| Err(PlaybackError::Tone(why)))?,
                Part::Samples { .. } | Part::Silence(_) => {}
            }
        }
        Ok(())
    }
}

impl From<PromptPart> for Prompt {
    fn from(part: PromptPart) -> Self {
        Self::list([part])
    }
}
