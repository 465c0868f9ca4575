//! Control: what a jitter buffer is built from, and the ranges that hold.
#![expect(clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

use crate::types::setters;
use std::time::Duration;

/// How delay is weighed against loss.
///
/// Example: [`JitterConfig`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum JitterStrategy {
    /// About 0.3 % of the time concealed for lateness, and delay that stays for a minute after a stall: for recordings and
    /// announcements.
    Conservative,
    /// About 1 %: for conversation.
    #[default]
    Balanced,
    /// About 3 %: least delay.
    Aggressive,
    /// This many ms over the fastest packet, whatever the network does. Only clock drift is followed.
    Fixed(u16),
}

impl JitterStrategy {
    /// The shares of time that may be concealed because packets come too late: while delay is small, and above.
    pub(crate) const fn late_budgets(self) -> [f32; 2] {
        match self {
            Self::Conservative => [0.001, 0.003],
            Self::Balanced | Self::Fixed(_) => [0.002, 0.012],
            Self::Aggressive => [0.01, 0.03],
        }
    }

    /// For so many seconds the slowest packet is no reason to wait less than it took: what is conservative also waits for
    /// what comes each half minute.
    pub(crate) const fn memory_s(self) -> i64 {
        if matches!(self, Self::Conservative) { 60 } else { 10 }
    }
}

/// Why a [`JitterConfig`] is refused. Names the field and its range.
///
/// Example: [`JitterConfig`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JitterConfigError {
    /// The RTP clock rate.
    #[error("rate = {0} Hz: must be a multiple of 100 from 8000 to 192000 Hz")]
    Rate(u32),
    /// The least delay.
    #[error("min_delay_ms = {0}: must be at most max_delay_ms ({1})")]
    MinDelay(u16, u16),
    /// The greatest delay.
    #[error("max_delay_ms = {0}: must be 20 to 1000")]
    MaxDelay(u16),
    /// The fixed delay.
    #[error("fixed delay = {0} ms: must be at most max_delay_ms ({1})")]
    FixedDelay(u16, u16),
}

impl JitterConfigError {
    /// The field with its value, and what would be legal.
    pub(crate) fn parts(self) -> (String, String) {
        let most = |most| format!("at most max_delay_ms ({most})");
        match self {
            Self::Rate(hz) => (format!("rate of {hz} Hz"), "a multiple of 100 from 8000 to 192000 Hz".into()),
            Self::MinDelay(ms, max) => (format!("min_delay_ms of {ms}"), most(max)),
            Self::MaxDelay(ms) => (format!("max_delay_ms of {ms}"), "20 to 1000".into()),
            Self::FixedDelay(ms, max) => (format!("fixed delay of {ms} ms"), most(max)),
        }
    }
}

/// What a jitter buffer is built from. Delays are in ms over the fastest recent packet of the network.
///
/// ```
/// use media_core::{AudioFormat, JitterConfig, JitterStrategy, MediaSessionParams};
///
/// let jitter = JitterConfig::new(8000) // Hz of the RTP clock
///     .strategy(JitterStrategy::Aggressive)
///     .max_delay_ms(120);
/// assert!(jitter.plan().is_ok());
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).jitter(jitter);
/// assert_eq!(params.jitter.max_delay_ms, 120);
/// assert!(jitter.max_delay_ms(10_000).plan().is_err()); // create_media_session refuses it, too
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct JitterConfig {
    /// RTP clock rate in Hz (RFC 3551): 8000 for G.711 and G.722, 48000 for Opus.
    pub rate: u32,
    /// Delay against loss.
    pub strategy: JitterStrategy,
    /// Delay is never aimed below this; 0..=`max_delay_ms`.
    pub min_delay_ms: u16,
    /// A hard bound: audio that would be played later is dropped; 20..=1000.
    pub max_delay_ms: u16,
}

setters! { JitterConfig { rate: u32, strategy: JitterStrategy, min_delay_ms: u16, max_delay_ms: u16 } }

impl JitterConfig {
    /// The usual: balanced, 0 to 400 ms.
    pub const fn new(rate: u32) -> Self {
        Self { rate, strategy: JitterStrategy::Balanced, min_delay_ms: 0, max_delay_ms: 400 }
    }

    /// Checks the ranges.
    ///
    /// # Errors
    /// [`JitterConfigError`], with the field.
    pub const fn plan(self) -> Result<JitterPlan, JitterConfigError> {
        if self.rate < 8_000 || self.rate > 192_000 || !self.rate.is_multiple_of(100) {
            return Err(JitterConfigError::Rate(self.rate));
        }
        if self.max_delay_ms < 20 || self.max_delay_ms > 1_000 {
            return Err(JitterConfigError::MaxDelay(self.max_delay_ms));
        }
        if self.min_delay_ms > self.max_delay_ms {
            return Err(JitterConfigError::MinDelay(self.min_delay_ms, self.max_delay_ms));
        }
        if let JitterStrategy::Fixed(ms) = self.strategy
            && ms > self.max_delay_ms
        {
            return Err(JitterConfigError::FixedDelay(ms, self.max_delay_ms));
        }
        Ok(JitterPlan { config: self })
    }
}

/// A checked [`JitterConfig`]: the only thing a jitter buffer is built from.
///
/// Example: [`JitterConfig`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JitterPlan {
    config: JitterConfig,
}

impl JitterPlan {
    /// What was checked.
    pub const fn config(&self) -> JitterConfig {
        self.config
    }

    /// That many ms in units of the RTP clock.
    pub(crate) const fn units(&self, ms: u32) -> i64 {
        self.config.rate as i64 * ms as i64 / 1_000
    }

    /// Slots for packets of 10 ms up to the greatest delay and as much again in reserve, 64 or 128.
    pub(crate) const fn slots(&self) -> usize {
        if self.config.max_delay_ms <= 300 { 64 } else { 128 }
    }

    /// The greatest delay.
    pub const fn max_delay(&self) -> Duration {
        Duration::from_millis(self.config.max_delay_ms as u64)
    }
}
