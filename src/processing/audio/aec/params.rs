//! Control: what an echo canceller is to do.

use crate::processing::stage::ProcessingError;

/// How an echo canceller is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AecParams {
    /// The adaptive filter.
    pub algorithm: AecAlgorithm,
    /// How much of the echo path the filter models, from its first sound on, in ms: 16 to 500.
    pub tail_ms: u16,
    /// The largest bulk delay between reference and echo that is searched, in ms: 0 to 500. With 0 the echo is taken to
    /// begin within the tail, as at a hybrid.
    pub max_delay_ms: u16,
}

impl Default for AecParams {
    /// [`AecParams::light`].
    fn default() -> Self {
        Self::light()
    }
}

impl AecParams {
    /// `nlms` for a room: what overload sheds to.
    #[must_use]
    pub fn light() -> Self {
        Self { algorithm: AecAlgorithm::Nlms, tail_ms: 100, max_delay_ms: 500 }
    }

    /// `nlms` for a hybrid's echo (G.168): a tail of 64 ms, no bulk delay.
    #[must_use]
    pub fn line() -> Self {
        Self { algorithm: AecAlgorithm::Nlms, tail_ms: 64, max_delay_ms: 0 }
    }

    pub(super) fn checked(self) -> Result<Self, ProcessingError> {
        ProcessingError::within("tail_ms", f32::from(self.tail_ms), 16.0, 500.0, "16 to 500 ms")?;
        ProcessingError::within("max_delay_ms", f32::from(self.max_delay_ms), 0.0, 500.0, "0 to 500 ms")?;
        Ok(self)
    }
}

/// The adaptive filter of a canceller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AecAlgorithm {
    /// [`Nlms`](super::Nlms): time domain, light.
    #[default]
    Nlms,
}
