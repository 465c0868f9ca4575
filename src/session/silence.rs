//! Control: what counts as silence of a session's party.

use crate::error::ConfigError;
use crate::types::{BLOCK_MS, Decibels};
use crate::worker::SilencePlan;
use std::time::Duration;

/// What counts as silence of a session's party, told by [`Silence`](crate::EventKind::Silence) and
/// [`SilenceEnded`](crate::EventKind::SilenceEnded).
///
/// ```
/// use media_core::{EventKind, MediaEngineConfig, MediaSessionParams, SampleRate, SilenceParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let events = engine.handle().subscribe();
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// let two = Duration::from_secs(2);
/// engine.complete(bot.set_silence_detection(Some(SilenceParams::new(two))))?;
/// engine.run_for(Duration::from_secs(3)); // nothing comes: that is silence
/// let told: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|event| event.kind).collect();
/// assert!(told.contains(&EventKind::Silence { lasted: two }));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SilenceParams {
    /// After so much of it that is told: 100 ms to 1 h.
    pub after: Duration,
    /// Below this it is silence: the mean over 10 ms in dB of full scale, -100 to 0. Default -45.
    pub below: Decibels,
}

impl SilenceParams {
    /// Silence of that length.
    pub fn new(after: Duration) -> Self {
        Self { after, below: Decibels(-45.0) }
    }

    /// With this [`below`](Self#structfield.below).
    #[must_use]
    pub fn below(mut self, level: Decibels) -> Self {
        self.below = level;
        self
    }

    /// For a leg.
    ///
    /// # Errors
    /// The first setting that is out of its range.
    pub(crate) fn plan(&self) -> Result<SilencePlan, ConfigError> {
        if !(Duration::from_millis(100)..=Duration::from_secs(3_600)).contains(&self.after) {
            return Err(ConfigError::new("after", format!("{:?}", self.after), "100 ms to 1 h"));
        }
        if !(-100.0..=0.0).contains(&self.below.0) {
            return Err(ConfigError::new("below", self.below.0, "-100 to 0"));
        }
        let blocks = self.after.as_millis().div_ceil(u128::from(BLOCK_MS)) as u32;
        Ok(SilencePlan { below: 10f32.powf(self.below.0 / 10.0), blocks })
    }
}
