//! Control: options of `media-lab call`: who says what, and which networks are between.

use super::path::Kind;
use super::script::Says;
use crate::cli::values::within;
use media_core::types::SampleRate;
use std::path::PathBuf;

/// Who says what.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Who says what")]
pub struct Sounds {
    /// What A says: mono, any sample rate [default: made speech].
    #[arg(long, value_name = "FILE")]
    pub speech_a: Option<PathBuf>,
    /// What B says: mono, any sample rate [default: made speech].
    #[arg(long, value_name = "FILE")]
    pub speech_b: Option<PathBuf>,
    /// When B's file begins, 0 to 3600.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = within(0.0..=3_600.0))]
    pub from_b: f64,
    /// Level of A's speech, -60 to -10 [default: a file's own, -26 of made speech].
    #[arg(long, value_name = "DBFS", allow_negative_numbers = true, value_parser = within(-60.0..=-10.0))]
    pub level_a_dbfs: Option<f64>,
    /// Level of B's speech, -60 to -10 [default: a file's own, -26 of made speech].
    #[arg(long, value_name = "DBFS", allow_negative_numbers = true, value_parser = within(-60.0..=-10.0))]
    pub level_b_dbfs: Option<f64>,
}

impl Sounds {
    /// By phone.
    #[must_use]
    pub fn says(&self, rates: [SampleRate; 2]) -> [Says; 2] {
        let says =
            |rate, file: &Option<PathBuf>, level_dbfs, from_s| Says { rate, file: file.clone(), level_dbfs, from_s };
        [
            says(rates[0], &self.speech_a, self.level_a_dbfs, 0.0),
            says(rates[1], &self.speech_b, self.level_b_dbfs, self.from_b),
        ]
    }
}

/// Between phones and engine.
#[derive(Debug, Clone, clap::Args)]
#[command(
    next_help_heading = "Network: perfect, clean, wifi, mobile, spikes, skew, reorder, step, loss, 5g, or a trace's file"
)]
pub struct Network {
    /// All four ways, each by chances of its own.
    #[arg(long, value_name = "NAME|FILE", default_value = "clean", value_parser = Kind::parse)]
    pub network: Kind,
    /// From A's phone to the engine.
    #[arg(long, value_name = "NAME|FILE", value_parser = Kind::parse)]
    pub network_from_a: Option<Kind>,
    /// From the engine to A's phone.
    #[arg(long, value_name = "NAME|FILE", value_parser = Kind::parse)]
    pub network_to_a: Option<Kind>,
    /// From B's phone to the engine.
    #[arg(long, value_name = "NAME|FILE", value_parser = Kind::parse)]
    pub network_from_b: Option<Kind>,
    /// From the engine to B's phone.
    #[arg(long, value_name = "NAME|FILE", value_parser = Kind::parse)]
    pub network_to_b: Option<Kind>,
}

impl Network {
    fn own(&self) -> [&Option<Kind>; 4] {
        [&self.network_from_a, &self.network_to_a, &self.network_from_b, &self.network_to_b]
    }

    /// From A, to A, from B, to B.
    #[must_use]
    pub fn ways(&self) -> [Kind; 4] {
        self.own().map(|own| own.clone().unwrap_or_else(|| self.network.clone()))
    }

    /// All that were given.
    pub fn given(&self) -> impl Iterator<Item = &Kind> {
        std::iter::once(&self.network).chain(self.own().into_iter().flatten())
    }
}
