//! Control: options of `media-lab call`: the stages of the engine's leg of B.

use crate::cli::values::within;
use crate::media_lab::{aec, agc, ns, vad};
use media_core::processing::audio::agc::AgcParams;
use media_core::processing::audio::ns::NsParams;
use media_core::processing::chain::{AgcStage, ProcessingParams};

/// Of the engine's leg of B.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Stages of what comes from B")]
pub struct Stages {
    /// Cancel the echo.
    #[arg(long, value_enum)]
    pub aec: Option<aec::Algorithm>,
    /// Suppress noise.
    #[arg(long, value_enum)]
    pub ns: Option<ns::Algorithm>,
    /// How strongly noise is suppressed.
    #[arg(long, value_enum, default_value_t = ns::Level::Moderate)]
    pub level: ns::Level,
    /// Detect voice.
    #[arg(long, value_enum)]
    pub vad: Option<vad::Algorithm>,
    /// Control the gain.
    #[arg(long, value_enum)]
    pub agc: Option<agc::Algorithm>,
    /// Loudness of speech that --agc aims at, -40 to -10.
    #[arg(long, value_name = "LUFS", default_value_t = AgcParams::default().target_lufs, allow_negative_numbers = true, value_parser = within(-40.0..=-10.0_f32))]
    pub target_lufs: f32,
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
        if let Some(algorithm) = self.ns {
            params.ns = NsParams::default().algorithm(algorithm.into()).level(self.level.into()).into();
        }
        if let Some(algorithm) = self.vad {
            params.vad = algorithm.params().into();
        }
        if let Some(algorithm) = self.agc {
            let target = AgcParams::default().target_lufs(self.target_lufs);
            params.agc = AgcStage::default().algorithm(algorithm.into()).params(target).into();
        }
        params
    }

    /// Whether the phones, and the engine, leave pauses out.
    #[must_use]
    pub fn pauses(&self) -> [bool; 2] {
        let dtx = self.dtx;
        [matches!(dtx, Pauses::Phones | Pauses::All), matches!(dtx, Pauses::Engine | Pauses::All)]
    }
}
