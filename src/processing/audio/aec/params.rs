//! Control: what an echo canceller is to do.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// The tail that is left under overload, in ms: the direct sound of a room and its first reflections.
pub const LOW_COMPLEXITY_TAIL_MS: u16 = 48;

/// How an echo canceller is made. `suppression`, `comfort_noise`, a shorter `tail_ms` than it was made with, and `neural` to
/// `frequency_domain` and back may change while it runs, without its forgetting the echo path ([`EchoCanceller::set_params`](super::EchoCanceller::set_params)); the rest
/// makes another canceller.
///
/// ```
/// use media_core::ProcessingParams;
/// use media_core::processing::{AecAlgorithm, AecParams, EchoSuppression};
///
/// let aec = AecParams::light().suppression(EchoSuppression::High); // line() is for a two-wire line, the default for rooms
/// assert_eq!(aec.algorithm, AecAlgorithm::Nlms);
/// let mut params = ProcessingParams::default();
/// params.aec = aec.into();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct AecParams {
    /// The adaptive filter.
    pub algorithm: AecAlgorithm,
    /// How much of the echo path the filter models, from its first sound on, in ms: 16 to 500.
    pub tail_ms: u16,
    /// The largest bulk delay between reference and echo that is searched, in ms: 0 to 1000. With 0 the echo is taken to
    /// begin within the tail, as at a hybrid.
    pub max_delay_ms: u16,
    /// What is done about the echo that the filter leaves.
    pub suppression: EchoSuppression,
    /// Whether what suppression takes out of the background noise is replaced by noise of the same spectrum.
    pub comfort_noise: bool,
}

impl Default for AecParams {
    /// For a hands-free party: `frequency_domain`, 250 ms of room, 500 ms of network.
    fn default() -> Self {
        Self {
            algorithm: AecAlgorithm::FrequencyDomain,
            tail_ms: 250,
            max_delay_ms: 500,
            suppression: EchoSuppression::default(),
            comfort_noise: true,
        }
    }
}

setters! {
    AecParams {
        algorithm: AecAlgorithm,
        tail_ms: u16,
        max_delay_ms: u16,
        suppression: EchoSuppression,
        comfort_noise: bool,
    }
}

impl AecParams {
    /// `nlms` for a room: less memory than `frequency_domain`, and at 16 kHz and up more work.
    #[must_use]
    pub fn light() -> Self {
        Self { algorithm: AecAlgorithm::Nlms, tail_ms: 100, ..Self::default() }
    }

    /// `nlms` for a hybrid's echo (G.168): a tail of 64 ms, no bulk delay, suppression by 12 dB at most.
    #[must_use]
    pub fn line() -> Self {
        Self {
            algorithm: AecAlgorithm::Nlms,
            tail_ms: 64,
            max_delay_ms: 0,
            suppression: EchoSuppression::Low,
            comfort_noise: true,
        }
    }

    /// The same with no more than 48 ms of tail and without a network: what overload sheds to. (Another filter would not help:
    /// from 16 kHz on `nlms` is the dearer one at any tail that serves a room.)
    #[must_use]
    pub fn low_complexity(self) -> Self {
        let algorithm = match self.algorithm {
            AecAlgorithm::Neural => AecAlgorithm::FrequencyDomain,
            other => other,
        };
        Self { algorithm, tail_ms: self.tail_ms.min(LOW_COMPLEXITY_TAIL_MS), ..self }
    }

    /// Whether a canceller that was made as `made` goes on with these settings.
    pub(crate) fn can_continue_from(&self, made: &Self) -> bool {
        let sheds_network = (self.algorithm, made.algorithm) == (AecAlgorithm::FrequencyDomain, AecAlgorithm::Neural);
        (self.algorithm == made.algorithm || sheds_network)
            && self.max_delay_ms == made.max_delay_ms
            && self.tail_ms <= made.tail_ms
    }

    pub(crate) fn checked(self) -> Result<Self, ProcessingError> {
        ProcessingError::within("tail_ms", f32::from(self.tail_ms), 16.0, 500.0, "16 to 500 ms")?;
        ProcessingError::within("max_delay_ms", f32::from(self.max_delay_ms), 0.0, 1_000.0, "0 to 1000 ms")?;
        Ok(self)
    }
}

/// The adaptive filter of a canceller.
///
/// Example: [`AecParams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum AecAlgorithm {
    /// [`Nlms`](super::Nlms): time domain, light.
    Nlms,
    /// [`FrequencyDomain`](super::FrequencyDomain): partitioned blocks, a Kalman filter in each bin.
    #[default]
    FrequencyDomain,
    /// The same filter, and a small recurrent network that tells what it leaves of the echo from a near speaker: for devices whose
    /// loudspeaker distorts, and for talk at both ends. Cargo feature `neural`.
    Neural,
}

/// How far the echo that the filter leaves is attenuated, where the near speaker is not heard above it.
///
/// Example: [`AecParams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum EchoSuppression {
    /// The filter alone.
    Off,
    /// By 12 dB at most.
    Low,
    /// By 26 dB at most.
    Moderate,
    /// By 46 dB at most.
    #[default]
    High,
}

impl EchoSuppression {
    /// The least gain.
    pub(super) fn floor(self) -> f32 {
        match self {
            Self::Off => 1.0,
            Self::Low => 0.25,
            Self::Moderate => 0.05,
            Self::High => 0.005,
        }
    }
}
