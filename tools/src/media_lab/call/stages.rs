//! Control: options of `media-lab call`: the stages of the engine's leg of B.

use crate::media_lab::aec;
use crate::media_lab::speech_stages::SpeechStages;
use media_core::processing::chain::ProcessingParams;

/// Of the engine's leg of B.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Stages of what comes from B")]
pub struct Stages {
    /// Cancel the echo.
    #[arg(long, value_enum)]
    pub aec: Option<aec::Algorithm>,
    /// Noise, voice and gain.
    #[command(flatten)]
    pub speech: SpeechStages,
    /// Who leaves out what it sends of pauses (comfort noise, or Opus's own).
    #[arg(long, value_enum, default_value_t = Pauses::Nobody)]
    pub dtx: Pauses,
}

/// Who leaves pauses out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Pauses {
    /// All is sent.
    Nobody,
    /// The engine, to both phones.
    Engine,
    /// Both phones.
    Phones,
    /// All.
    All,
}

impl Stages {
    /// As a session has them.
    #[must_use]
    pub fn params(&self) -> ProcessingParams {
        let mut params = ProcessingParams::default();
        if let Some(algorithm) = self.aec {
            params.aec = algorithm.params().into();
        }
        self.speech.put_into(&mut params);
        params
    }

    /// Whether the phones, and the engine, leave pauses out.
    #[must_use]
    pub fn pauses(&self) -> [bool; 2] {
        let dtx = self.dtx;
        [matches!(dtx, Pauses::Phones | Pauses::All), matches!(dtx, Pauses::Engine | Pauses::All)]
    }
}
