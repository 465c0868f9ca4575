//! Control: `media-lab chain`: the processing chain of a call's leg over files, with stages that come and go.

mod draw;
mod run;

use super::speech_stages::SpeechStages;
use super::{aec, eq};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::values::within;
use anyhow::{Result, ensure};
use media_core::processing::audio::tone::{CallProgressParams, DtmfParams, SingleToneParams};
use media_core::processing::chain::ProcessingParams;
use media_core::processing::effects::{Band, CompressorParams, EqualizerParams, MAX_BANDS};
use std::path::PathBuf;

/// What `chain` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab chain --ns spectral --agc wideband noisy.wav out.wav
  media-lab chain --far far.wav --aec frequency_domain --vad spectral --events e.csv mic.wav out.wav
  media-lab chain --ns spectral --from 5 --until 10 noisy.wav out.wav

The stages run in the order of a call: tones, echo, noise, voice, gain, equalizer, compressor. --from and --until \
switch them on and off within the file, as a command does in a call. OUTPUT is what a call hears: the delay of the \
stages is in it. The CSV of --events has rows `t_ms,event`. ERLE, gain and delay are reported as they are at the end.")]
pub struct Args {
    /// What comes from the party: mono, 8, 16, 24, 32 or 48 kHz.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// The reference of --aec, what is sent to the party: mono, with the sample rate of INPUT.
    #[arg(long, value_name = "FILE")]
    pub far: Option<PathBuf>,
    /// Cancel the echo of --far.
    #[arg(long, value_enum, requires = "far")]
    pub aec: Option<aec::Algorithm>,
    /// Noise, voice and gain.
    #[command(flatten)]
    pub speech: SpeechStages,
    /// Detect DTMF digits.
    #[arg(long)]
    pub tones: bool,
    /// Detect fax calling and answer tones.
    #[arg(long)]
    pub single_tones: bool,
    /// Detect call-progress tones: dial tone, ringback, busy, congestion, special information.
    #[arg(long)]
    pub call_progress: bool,
    /// A band of the equalizer, `SHAPE:HZ[:GAIN_DB[:Q]]` as in `media-lab eq`; up to eight times.
    #[arg(long, value_name = "BAND", value_parser = eq::band)]
    pub band: Vec<Band>,
    /// Compress.
    #[arg(long)]
    pub compress: bool,
    /// When the stages are switched on.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = within(0.0..=86_400.0), allow_negative_numbers = true)]
    pub from: f64,
    /// When the stages are switched off [default: the end of INPUT].
    #[arg(long, value_name = "SECONDS", alias = "to", value_parser = within(0.0..=86_400.0), allow_negative_numbers = true)]
    pub until: Option<f64>,
    /// The CSV file of events to write: voice began and ended, digits.
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw levels, gain, voice and ERLE over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

impl Args {
    fn params(&self) -> Result<ProcessingParams> {
        ensure!(self.band.len() <= MAX_BANDS, "--band is given {} times: must be at most {MAX_BANDS}", self.band.len());
        let mut params = ProcessingParams::default();
        if self.tones {
            params.tones = DtmfParams::default().into();
        }
        if self.single_tones {
            params.single_tones = SingleToneParams::fax().into();
        }
        if self.call_progress {
            params.call_progress = CallProgressParams::default().into();
        }
        if let Some(algorithm) = self.aec {
            params.aec = algorithm.params().into();
        }
        self.speech.put_into(&mut params);
        if !self.band.is_empty() {
            params.equalizer = EqualizerParams::of(&self.band).into();
        }
        if self.compress {
            params.compressor = CompressorParams::default().into();
        }
        Ok(params)
    }
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default()
            .read(&self.input)
            .read(self.far.as_ref())
            .write(&self.output)
            .write(self.events.as_ref())
            .draw(self.plot.as_ref())
    }

    fn run(&self) -> Result<()> {
        run::run(self)
    }
}
