//! Pure: what a barge-in detector is to decide by.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// What a barge-in detector decides by.
///
/// Two wishes stand against each other: to interrupt soon, and to let "mm-hm" pass. With the default of 40 ms a caller who
/// interrupts is noticed 50 to 150 ms after he began, and so is a cough. From 350 ms on, backchannels of up to 300 ms are told as
/// such, and an interruption so much later.
///
/// Example: [`BargeInDetector`](super::BargeInDetector).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct BargeInParams {
    /// How long speech over the far end's voice has to last to be an interruption, in ms: 20 to 2,000. Speech that is
    /// shorter is a backchannel.
    pub minimum_ms: u16,
    /// How little is taken for speech over an echo: 0 to 1. At 1 a fifth of the evidence is asked for that is at 0.
    pub sensitivity: f32,
    /// The least and the greatest pause that ends a turn, in ms: 200 to 5,000. In between it follows the pauses that the
    /// speaker makes within his turns.
    pub turn_pause_ms: (u16, u16),
}

impl Default for BargeInParams {
    /// 40 ms, sensitivity 0.5, pauses of 500 to 1,200 ms.
    fn default() -> Self {
        Self { minimum_ms: 40, sensitivity: 0.5, turn_pause_ms: (500, 1_200) }
    }
}

setters! { BargeInParams { minimum_ms: u16, sensitivity: f32, turn_pause_ms: (u16, u16) } }

impl BargeInParams {
    /// Whether they are in range.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub(crate) fn check(&self) -> Result<(), ProcessingError> {
        let (least, most) = (f32::from(self.turn_pause_ms.0), f32::from(self.turn_pause_ms.1));
        let within = ProcessingError::within;
        within("barge_in.minimum_ms", f32::from(self.minimum_ms), 20.0, 2_000.0, "20 to 2,000 ms")?;
        within("barge_in.sensitivity", self.sensitivity, 0.0, 1.0, "0 to 1")?;
        within("barge_in.turn_pause_ms.1", most, 200.0, 5_000.0, "200 to 5,000 ms")?;
        within("barge_in.turn_pause_ms.0", least, 200.0, most, "200 ms to turn_pause_ms.1")?;
        Ok(())
    }
}
