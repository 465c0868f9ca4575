//! Control: the media laboratory: the library's parts on files, on virtual time. One subcommand a file.
//!
//! `wav` reads and writes sound, `container` files of packets, `shape` brings sound to another rate, `codec_choice` finds a
//! codec, `chart` draws, `speech_stages` are options of several commands, [`crate::cli`] says how all of them speak; each other file is a subcommand with its arguments and its `run`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

pub mod aec;
pub mod agc;
pub mod barge_in;
pub mod blocks;
pub mod call;
pub mod chain;
pub mod chart;
pub mod codec_choice;
pub mod codecs;
pub mod compress;
pub mod conformance;
pub mod container;
pub mod convert;
pub mod decode;
pub mod dtmf;
pub mod encode;
pub mod eq;
pub mod jitter;
pub mod loudness;
pub mod mix;
pub mod mos;
pub mod ns;
pub mod plot_jitter;
pub mod progress;
pub mod replay;
pub mod resample;
pub mod shape;
pub mod speech_stages;
pub mod sweep;
pub mod transcode;
pub mod vad;
pub mod wav;

use crate::cli::Command;
use clap::{Parser, Subcommand};

/// The media laboratory: what media-core does to sound, on files.
///
/// Each command runs the parts of the library that calls use, block by block on virtual time. The result is the same
/// each run. Sound files are read as WAV (RIFF, RIFX, RF64, BW64; linear 8 to 64 bit, float, µ-law, A-law) or Ogg Opus,
/// and written as WAV. No command reads and writes the same file. Each command's --help has examples.
///
/// Exit codes: 0 done; 1 not done, the error says why; 2 the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "media-lab", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Commands,
}

const EXAMPLES: &str = "\
Examples:
  media-lab ns noisy.wav clean.wav
  media-lab encode --bitrate 24000 clean.wav clean.opus
  media-lab jitter --trace wifi.csv --plot jitter.svg clean.wav heard.wav
  media-lab loudness --json heard.wav";

#[derive(Debug, Subcommand)]
enum Commands {
    /// Cancel the echo of one file in another.
    Aec(aec::Args),
    /// Bring the speech in a file to a loudness.
    Agc(agc::Args),
    /// Judge the barge-in detector in made calls over phones that echo.
    BargeIn(barge_in::Args),
    /// Make a call: two phones over the engine, a room that echoes, networks, and stages; what each heard, and how good it was.
    Call(Box<call::Args>),
    /// Run the processing chain of a call over a file: echo, noise, voice, gain, tones, effects.
    Chain(Box<chain::Args>),
    /// List the codecs of this build, with the cost of a packet on this machine.
    Codecs(codecs::Args),
    /// Compress the dynamics of a file, and limit its peaks.
    Compress(compress::Args),
    /// Run a codec on raw files, for scripts that compare it with test vectors.
    Conformance(conformance::Args),
    /// Convert sample format, channels and sample rate of a file.
    Convert(convert::Args),
    /// Decode an encoded file to WAV.
    Decode(decode::Args),
    /// Detect DTMF digits in a file.
    Dtmf(dtmf::Args),
    /// Encode a file.
    Encode(encode::Args),
    /// Equalize a file.
    Eq(eq::Args),
    /// Play a sound through a network and a call's receive path, or make a trace of a network.
    Jitter(Box<jitter::Args>),
    /// Measure the loudness of a file (EBU R 128).
    Loudness(loudness::Args),
    /// Mix files as a conference: what each member would hear, and who spoke when.
    Mix(mix::Args),
    /// Rate a call by the E-model: R and MOS from codec, loss and delay.
    Mos(mos::Args),
    /// Suppress the noise in a file.
    Ns(ns::Args),
    /// Draw arrivals, delay, target and level of the jitter buffer over time.
    PlotJitter(plot_jitter::Args),
    /// Play a file of the flight recorder again, and prove that it is the call.
    Replay(replay::Args),
    /// Convert the sample rate of a file.
    Resample(resample::Args),
    /// Measure the resampler's response with tones.
    Sweep(sweep::Args),
    /// Transcode an encoded file to another codec.
    Transcode(transcode::Args),
    /// Detect voice in a file.
    Vad(vad::Args),
}

impl Commands {
    fn command(&self) -> &dyn Command {
        match self {
            Self::Aec(args) => args,
            Self::Agc(args) => args,
            Self::BargeIn(args) => args,
            Self::Call(args) => &**args,
            Self::Chain(args) => &**args,
            Self::Codecs(args) => args,
            Self::Compress(args) => args,
            Self::Conformance(args) => args,
            Self::Convert(args) => args,
            Self::Decode(args) => args,
            Self::Dtmf(args) => args,
            Self::Encode(args) => args,
            Self::Eq(args) => args,
            Self::Jitter(args) => &**args,
            Self::Loudness(args) => args,
            Self::Mix(args) => args,
            Self::Mos(args) => args,
            Self::Ns(args) => args,
            Self::PlotJitter(args) => args,
            Self::Replay(args) => args,
            Self::Resample(args) => args,
            Self::Sweep(args) => args,
            Self::Transcode(args) => args,
            Self::Vad(args) => args,
        }
    }
}

/// Runs the command line.
///
/// # Errors
/// What went wrong, for the user.
pub fn run(cli: &Cli) -> anyhow::Result<()> {
    crate::cli::run(cli.command.command())
}

#[cfg(test)]
mod levels_tests;
#[cfg(test)]
mod tests;
