//! Control: options that several commands have: stages of a leg that need no second sound, and their parameters.

use crate::cli::values::within;
use crate::media_lab::{agc, ns, vad};
use media_core::processing::audio::agc::AgcParams;
use media_core::processing::audio::ns::NsParams;
use media_core::processing::chain::{AgcStage, ProcessingParams};

/// Noise, voice and gain.
#[derive(Debug, Clone, clap::Args)]
pub struct SpeechStages {
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
}

impl SpeechStages {
    /// Has them among the stages of a leg.
    pub fn put_into(&self, params: &mut ProcessingParams) {
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
    }
}
