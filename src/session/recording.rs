//! Control: what is asked of a recording, and how it ended.

use crate::codec::audio::dtmf::TelephoneEvent;
use crate::error::ConfigError;
use crate::types::{Decibels, SampleRate};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What a recording hears.
///
/// Example: [`RecordParams`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordChannels {
    /// One channel: both sides of a call together; of a conference, all who speak.
    #[default]
    Mixed,
    /// Two channels: on the left what the session's party says, on the right what it is to hear, prompts included.
    Stereo,
    /// One channel: what the session's party says.
    Said,
    /// One channel: what the session's party is to hear, prompts included.
    Heard,
}

/// What is asked of a recording: a WAV file of 16 bits.
///
/// Plain data, checked when the recording begins: what is not possible comes back as a
/// [`RecordError`](crate::RecordError).
///
/// ```
/// use media_core::{RecordChannels, RecordParams};
/// use std::time::Duration;
///
/// let voicemail = RecordParams::new("voicemail/2026/4711.wav")
///     .channels(RecordChannels::Said)
///     .max_length(Duration::from_secs(180))
///     .stop_on_silence(Duration::from_secs(5))
///     .stop_on_digits("#*");
/// assert_eq!(voicemail.channels, RecordChannels::Said);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordParams {
    /// The file, from [`record_root`](crate::MediaEngineConfig::record_root) on: folders that lack are made, a file that is
    /// there is not overwritten. Until it is complete its name ends in `.part`.
    pub path: PathBuf,
    /// What is recorded. Default mixed.
    pub channels: RecordChannels,
    /// The rate of the file. Default: the one of the session's audio, or of the conference, as the recording begins.
    pub rate: Option<SampleRate>,
    /// After so much it ends. Default: when the file is full, at 4 GiB.
    pub max_length: Option<Duration>,
    /// After so much silence on all channels it ends. Default: never.
    pub stop_on_silence: Option<Duration>,
    /// Below this it is silence (mean over 10 ms; 0 is full scale). Default -45.
    pub silence_below: Decibels,
    /// It ends when the session's party presses one of these digits. Default none; not of a conference.
    pub stop_on_digits: String,
}

impl RecordParams {
    /// A recording to that file, from [`record_root`](crate::MediaEngineConfig::record_root) on.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            channels: RecordChannels::default(),
            rate: None,
            max_length: None,
            stop_on_silence: None,
            silence_below: Decibels(-45.0),
            stop_on_digits: String::new(),
        }
    }

    /// With these [`channels`](Self#structfield.channels).
    #[must_use]
    pub fn channels(mut self, channels: RecordChannels) -> Self {
        self.channels = channels;
        self
    }

    /// With this [`rate`](Self#structfield.rate).
    #[must_use]
    pub fn rate(mut self, rate: SampleRate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// With this [`max_length`](Self#structfield.max_length).
    #[must_use]
    pub fn max_length(mut self, length: Duration) -> Self {
        self.max_length = Some(length);
        self
    }

    /// With this [`stop_on_silence`](Self#structfield.stop_on_silence).
    #[must_use]
    pub fn stop_on_silence(mut self, time: Duration) -> Self {
        self.stop_on_silence = Some(time);
        self
    }

    /// With this [`silence_below`](Self#structfield.silence_below).
    #[must_use]
    pub fn silence_below(mut self, level: Decibels) -> Self {
        self.silence_below = level;
        self
    }

    /// With these [`stop_on_digits`](Self#structfield.stop_on_digits).
    #[must_use]
    pub fn stop_on_digits(mut self, digits: impl Into<String>) -> Self {
        self.stop_on_digits = digits.into();
        self
    }

    /// The digits that end it.
    ///
    /// # Errors
    /// The first setting that is out of its range.
    pub(crate) fn check(&self) -> Result<Vec<TelephoneEvent>, ConfigError> {
        for (field, time) in [("max_length", self.max_length), ("stop_on_silence", self.stop_on_silence)] {
            if time.is_some_and(|time| time < Duration::from_millis(10)) {
                return Err(ConfigError::new(field, format!("{time:?}"), "10 ms or more"));
            }
        }
        if !(-100.0..=0.0).contains(&self.silence_below.0) {
            return Err(ConfigError::new("silence_below", self.silence_below.0, "-100 to 0"));
        }
        let digits = self.stop_on_digits.chars().map(TelephoneEvent::from_char).collect::<Option<Vec<_>>>();
        digits.ok_or_else(|| ConfigError::new("stop_on_digits", &self.stop_on_digits, "of 0 to 9, *, #, A to D"))
    }

    /// Below this mean square it is silence.
    pub(crate) fn silence_power(&self) -> f32 {
        10.0_f32.powf(self.silence_below.0 / 10.0)
    }
}

/// Why a recording ended.
///
/// Example: [`Recording`](crate::Recording).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordingEnd {
    /// It was stopped.
    Stopped,
    /// It was as long as it may be, or its file was full.
    MaxLength,
    /// There was silence for as long as was set.
    Silence,
    /// The session's party pressed this digit.
    Digit(TelephoneEvent),
    /// The session or the conference ended.
    Destroyed,
}

/// A recording that is complete.
///
/// Example: [`Recording`](crate::Recording).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// The file.
    pub path: Arc<std::path::Path>,
    /// How long it is.
    pub length: Duration,
    /// Why it ended.
    pub end: RecordingEnd,
    /// Blocks of 10 ms that were lost, as the disk was not fast enough: silence in the file.
    pub lost_blocks: u64,
}
