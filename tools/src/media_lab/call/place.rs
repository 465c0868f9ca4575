//! Control: options of `media-lab call`: B's phone, its room, and the noise there.

use super::noise::{Made, noise};
use super::path::is_file_name;
use super::room::{RoomPlan, made};
use crate::cli::values::within;
use crate::jitter_lab::read_sound;
use anyhow::{Result, ensure};
use clap::ValueEnum as _;
use media_core::types::SampleRate;
use std::path::PathBuf;

/// What is made by program, or read, or not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source<T> {
    /// Not there.
    None,
    /// By program.
    Made(T),
    /// Read.
    File(PathBuf),
}

impl<T> Source<T> {
    /// Its file.
    pub const fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    fn parse(text: &str, made: Option<T>, names: &str) -> Result<Self, String> {
        match (text, made) {
            ("none", _) => Ok(Self::None),
            (_, Some(made)) => Ok(Self::Made(made)),
            _ if is_file_name(text) => Ok(Self::File(text.into())),
            _ => Err(format!("must be {names}, or a sound file (a name with an ending, or a path)")),
        }
    }
}

fn room(text: &str) -> Result<Source<()>, String> {
    Source::parse(text, (text == "made").then_some(()), "made, none")
}

fn noise_of(text: &str) -> Result<Source<Made>, String> {
    Source::parse(text, Made::from_str(text, false).ok(), "none, white, pink, babble")
}

/// At B.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "B's phone and room")]
pub struct Place {
    /// From loudspeaker to microphone: made, none (a phone that does not echo), or an impulse response: mono, any sample rate.
    #[arg(long, value_name = "NAME|FILE", default_value = "made", value_parser = room)]
    pub room: Source<()>,
    /// In which time sound in a made room falls by 60 dB, 20 to 2000.
    #[arg(long, value_name = "MS", default_value_t = 250.0, value_parser = within(20.0..=2_000.0_f32))]
    pub rt60_ms: f32,
    /// By how much the echo at the microphone is fainter than what is played, -20 to 60.
    #[arg(long, value_name = "DB", default_value_t = 10.0, allow_negative_numbers = true, value_parser = within(-20.0..=60.0_f32))]
    pub return_loss_db: f32,
    /// From what is played to the begin of its echo at the microphone, 10 to 500.
    #[arg(long, value_name = "MS", default_value_t = 40.0, value_parser = within(10.0..=500.0_f32))]
    pub echo_delay_ms: f32,
    /// The loudspeaker clips softly at that level, -40 to 0 [default: it does not].
    #[arg(long, value_name = "DBFS", allow_negative_numbers = true, value_parser = within(-40.0..=0.0_f32))]
    pub clip_dbfs: Option<f32>,
    /// Noise at the microphone: none, white, pink, babble, or a file: mono, any sample rate.
    #[arg(long, value_name = "NAME|FILE", default_value = "white", value_parser = noise_of)]
    pub noise: Source<Made>,
    /// Its level, -90 to -10.
    #[arg(long, value_name = "DBFS", default_value_t = -70.0, allow_negative_numbers = true, value_parser = within(-90.0..=-10.0_f64))]
    pub noise_dbfs: f64,
}

/// The longest response that is taken.
const LONGEST_S: usize = 4;

impl Place {
    /// The room at a phone's rate, for a call of so many seconds.
    ///
    /// # Errors
    /// A file that cannot be read, or is silent.
    pub fn plan(&self, rate: SampleRate, seconds: f64, seed: u64) -> Result<RoomPlan> {
        let response = match &self.room {
            Source::None => Vec::new(),
            Source::Made(()) => made(self.rt60_ms, rate, seed ^ 0x0072_6f6f_6d00),
            Source::File(path) => {
                let (_, response) = read_sound(path, |_| rate)?;
                let most = LONGEST_S * rate.hz() as usize;
                ensure!(
                    response.len() <= most,
                    "{}: lasts longer than {LONGEST_S} s: cut the response",
                    path.display()
                );
                response
            }
        };
        let mut noise = match &self.noise {
            Source::None => Vec::new(),
            Source::Made(kind) => noise(*kind, rate, seconds.min(60.0), seed),
            Source::File(path) => read_sound(path, |_| rate)?.1,
        };
        let power = noise.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / noise.len().max(1) as f64;
        for (what, source, silent) in [
            ("noise", self.noise.file(), power < 1e-12),
            ("response", self.room.file(), response.iter().all(|x| x.abs() < 1e-9)),
        ] {
            ensure!(
                source.is_none() || !silent,
                "{}: is silent: give a {what}",
                source.map_or_else(String::new, |p| p.display().to_string())
            );
        }
        let gain = (10f64.powf(self.noise_dbfs / 20.0) / power.sqrt().max(1e-9)) as f32;
        noise.iter_mut().for_each(|x| *x *= gain);
        Ok(RoomPlan {
            response,
            return_loss_db: self.return_loss_db,
            delay_ms: self.echo_delay_ms,
            clip_dbfs: self.clip_dbfs,
            noise,
        })
    }
}
