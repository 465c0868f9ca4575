//! Boundary: what the stages of a leg know, kept by the tick, published where anyone reads it.

use crate::processing::audio::aec::EchoMetrics;
use crate::rt::Gauge;

/// What the stages of a leg know.
///
/// From [`MediaSessionHandle::processing_metrics`](crate::MediaSessionHandle::processing_metrics). Example:
/// [`AudioProcessor`](crate::processing::AudioProcessor).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct ProcessingMetrics {
    /// The echo canceller's; none while there is none.
    pub echo: Option<EchoMetrics>,
    /// Probability of voice in the last block, 0 to 1.
    pub voice_probability: f32,
    /// How much voice there was, in ms.
    pub voice_ms: u64,
    /// Gain of the gain control in dB.
    pub gain_db: f32,
    /// Blocks that a stage refused, or gave NaN for; it was reset then.
    pub stage_faults: u64,
}

/// [`ProcessingMetrics`] as gauges: written by the media thread each 160 ms and when asked, read by anyone.
///
/// Example: [`AudioProcessor`](crate::processing::AudioProcessor).
#[derive(Debug, Default)]
pub struct ProcessingGauges {
    cancels: Gauge,
    /// NaN: not known.
    erl_db: Gauge,
    erle_linear_db: Gauge,
    erle_db: Gauge,
    /// One more than the delay in ms; 0: not found.
    delay_ms: Gauge,
    /// The delay in ms; 0: no such echo.
    late_echo_ms: Gauge,
    divergences: Gauge,
    double_talk: Gauge,
    voice_probability: Gauge,
    voice_ms: Gauge,
    gain_db: Gauge,
    stage_faults: Gauge,
}

impl ProcessingGauges {
    pub(crate) fn publish(&self, metrics: &ProcessingMetrics) {
        self.cancels.set(u64::from(metrics.echo.is_some()));
        let echo = metrics.echo.unwrap_or_default();
        self.erl_db.set(u64::from(echo.erl_db.unwrap_or(f32::NAN).to_bits()));
        self.erle_linear_db.set(u64::from(echo.erle_linear_db.to_bits()));
        self.erle_db.set(u64::from(echo.erle_db.to_bits()));
        self.delay_ms.set(echo.delay_ms.map_or(0, |ms| u64::from(ms) + 1));
        self.late_echo_ms.set(echo.late_echo_ms.map_or(0, u64::from));
        self.divergences.set(u64::from(echo.divergences));
        self.double_talk.set(u64::from(echo.double_talk));
        self.voice_probability.set(u64::from(metrics.voice_probability.to_bits()));
        self.voice_ms.set(metrics.voice_ms);
        self.gain_db.set(u64::from(metrics.gain_db.to_bits()));
        self.stage_faults.set(metrics.stage_faults);
    }

    /// The metrics as last published. Each value is whole; values of neighbouring blocks may mix.
    pub fn read(&self) -> ProcessingMetrics {
        let float = |gauge: &Gauge| f32::from_bits(gauge.get() as u32);
        let echo = EchoMetrics {
            erl_db: Some(float(&self.erl_db)).filter(|db| db.is_finite()),
            erle_linear_db: float(&self.erle_linear_db),
            erle_db: float(&self.erle_db),
            delay_ms: self.delay_ms.get().checked_sub(1).map(|ms| ms as u16),
            late_echo_ms: Some(self.late_echo_ms.get() as u16).filter(|ms| *ms > 0),
            divergences: self.divergences.get() as u32,
            double_talk: self.double_talk.get() != 0,
        };
        ProcessingMetrics {
            echo: (self.cancels.get() != 0).then_some(echo),
            voice_probability: float(&self.voice_probability),
            voice_ms: self.voice_ms.get(),
            gain_db: float(&self.gain_db),
            stage_faults: self.stage_faults.get(),
        }
    }
}
