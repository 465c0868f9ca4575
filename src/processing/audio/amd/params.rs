//! Pure: what a detector of answering machines decides by.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// What a detector of answering machines decides by, in the words of Asterisk's `AMD()`; defaults are for a verdict within 1.5 s of a
/// greeting's begin.
///
/// Example: [`AmdDetector`](super::AmdDetector).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct AmdParams {
    /// Who says nothing for so long is a machine, in ms: 100 to 20,000. Default 2,500.
    pub initial_silence_ms: u16,
    /// Who still talks so long after the greeting's begin, but for a gap of a quarter of
    /// [`after_greeting_silence_ms`](Self::after_greeting_silence_ms), is a machine, in ms: 300 to 20,000. Default 1,400.
    pub greeting_ms: u16,
    /// Who is silent for so long after words is a human, in ms: 100 to 5,000. Default 600. At the end of
    /// [`greeting_ms`](Self::greeting_ms) three quarters of it will do.
    pub after_greeting_silence_ms: u16,
    /// After so long there is a verdict, in ms: 500 to 60,000. Default 5,000.
    pub total_analysis_ms: u16,
    /// What is shorter is no word, in ms: 20 to 1,000. Default 100.
    pub minimum_word_ms: u16,
    /// Between two words it is silent for so long, in ms: 20 to 1,000. Default 50.
    pub between_words_silence_ms: u16,
    /// Who says more words than this is a machine: 1 to 100. Words are what is parted by silence: "this is John" is one as a rule.
    /// Default 4.
    pub maximum_number_of_words: u16,
    /// For so long after the verdict a beep is waited for, in ms: 0 to 600,000. Default 60,000.
    pub beep_within_ms: u32,
}

impl Default for AmdParams {
    fn default() -> Self {
        Self {
            initial_silence_ms: 2_500,
            greeting_ms: 1_400,
            after_greeting_silence_ms: 600,
            total_analysis_ms: 5_000,
            minimum_word_ms: 100,
            between_words_silence_ms: 50,
            maximum_number_of_words: 4,
            beep_within_ms: 60_000,
        }
    }
}

setters! { AmdParams { initial_silence_ms: u16, greeting_ms: u16, after_greeting_silence_ms: u16, total_analysis_ms: u16, minimum_word_ms: u16, between_words_silence_ms: u16, maximum_number_of_words: u16, beep_within_ms: u32 } }

impl AmdParams {
    /// Whether they are in range.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub(crate) fn check(&self) -> Result<(), ProcessingError> {
        let within = |name, value: u16, least: f32, most, range| {
            ProcessingError::within(name, f32::from(value), least, most, range)
        };
        within("amd.initial_silence_ms", self.initial_silence_ms, 100.0, 20_000.0, "100 to 20,000 ms")?;
        within("amd.greeting_ms", self.greeting_ms, 300.0, 20_000.0, "300 to 20,000 ms")?;
        within("amd.after_greeting_silence_ms", self.after_greeting_silence_ms, 100.0, 5_000.0, "100 to 5,000 ms")?;
        within("amd.total_analysis_ms", self.total_analysis_ms, 500.0, 60_000.0, "500 to 60,000 ms")?;
        within("amd.minimum_word_ms", self.minimum_word_ms, 20.0, 1_000.0, "20 to 1,000 ms")?;
        within("amd.between_words_silence_ms", self.between_words_silence_ms, 20.0, 1_000.0, "20 to 1,000 ms")?;
        within("amd.maximum_number_of_words", self.maximum_number_of_words, 1.0, 100.0, "1 to 100")?;
        ProcessingError::within("amd.beep_within_ms", self.beep_within_ms as f32, 0.0, 600_000.0, "0 to 600,000 ms")?;
        Ok(())
    }
}
