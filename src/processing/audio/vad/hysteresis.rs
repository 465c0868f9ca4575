//! Real-time: from a probability per block to speech on and off.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// How decisions are made. `on ≥ off`; whatever is set, the decision never panics, but a chain takes none that is out of range.
///
/// Example: [`ProcessingParams`](crate::ProcessingParams).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct HysteresisParams {
    /// Speech begins where the probability reaches this (0 to 1) …
    pub on: f32,
    /// … for so many blocks of 10 ms in a row (0 counts as 1).
    pub onset_blocks: u16,
    /// Speech goes on while the probability is at least this (0 to 1) …
    pub off: f32,
    /// … and for so many blocks of 10 ms after it was last.
    pub hangover_blocks: u16,
}

impl Default for HysteresisParams {
    /// On at 0.5 for two blocks, off below 0.35 for 20 blocks.
    fn default() -> Self {
        Self { on: 0.5, onset_blocks: 2, off: 0.35, hangover_blocks: 20 }
    }
}

setters! { HysteresisParams { on: f32, onset_blocks: u16, off: f32, hangover_blocks: u16 } }

impl HysteresisParams {
    /// Whether they are in range.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub(crate) fn check(&self) -> Result<(), ProcessingError> {
        ProcessingError::within("voice.on", self.on, 0.0, 1.0, "0 to 1, as a probability is")?;
        ProcessingError::within("voice.off", self.off, 0.0, self.on, "0 to voice.on")?;
        Ok(())
    }
}

/// The decision for one stream. Real-time safe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hysteresis {
    params: HysteresisParams,
    speech: bool,
    /// Blocks in a row that spoke for the other state.
    against: u16,
}

impl Hysteresis {
    /// Begins without speech.
    #[must_use]
    pub const fn new(params: HysteresisParams) -> Self {
        Self { params, speech: false, against: 0 }
    }

    /// Goes on with what another has decided, by its own parameters.
    pub const fn continue_from(&mut self, former: Self) {
        (self.speech, self.against) = (former.speech, 0);
    }

    /// Takes in a block's probability; NaN counts as 0. Returns whether there is speech.
    pub fn update(&mut self, probability: f32) -> bool {
        let probability = if probability.is_nan() { 0.0 } else { probability };
        let (other, patience) = if self.speech {
            (probability < self.params.off, self.params.hangover_blocks.saturating_add(1))
        } else {
            (probability >= self.params.on, self.params.onset_blocks.max(1))
        };
        self.against = if other { self.against.saturating_add(1) } else { 0 };
        if self.against >= patience {
            (self.speech, self.against) = (!self.speech, 0);
        }
        self.speech
    }

    /// Whether there is speech, as decided last.
    #[must_use]
    pub const fn is_speech(&self) -> bool {
        self.speech
    }

    /// Back to no speech.
    pub const fn reset(&mut self) {
        (self.speech, self.against) = (false, 0);
    }
}

#[cfg(test)]
mod tests;
