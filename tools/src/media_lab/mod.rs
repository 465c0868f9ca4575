//! Control: the media laboratory: the library's parts on files, on virtual time. One subcommand a file.
//!
//! `wav` reads and writes sound, `container` files of packets, `shape` brings sound to another rate, `codec_choice` finds a
//! codec, `chart` draws, `report` prints; each other file is a subcommand with its arguments and its `run`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

pub mod aec;
pub mod agc;
pub mod blocks;
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
pub mod ns;
pub mod plot_jitter;
pub mod progress;
pub mod report;
pub mod resample;
pub mod shape;
pub mod sweep;
pub mod transcode;
pub mod vad;
pub mod wav;

use clap::{Parser, Subcommand};

/// The media laboratory: what media-core does to sound, on files.
///
/// Each command runs the library's own parts, the ones that calls use, block by block on virtual time: the result is
/// the same each run. Sound files are read as WAV (RIFF, RIFX, RF64, BW64; linear 8 to 64 bit, float, µ-law, A-law) or
/// Ogg Opus, and written as WAV. No file is read and written at once.
#[derive(Debug, Parser)]
#[command(name = "media-lab", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take the echo of one file out of another.
    Aec(aec::Args),
    /// Bring the speech in a file to a loudness.
    Agc(agc::Args),
    /// Run the processing chain of a call over a file: echo, noise, voice, gain, tones, effects.
    Chain(Box<chain::Args>),
    /// List the codecs that are there, with what a frame costs on this machine now.
    Codecs(codecs::Args),
    /// Compress and limit a file.
    Compress(compress::Args),
    /// Run a codec on raw files, for scripts that compare it with test vectors.
    Conformance(conformance::Args),
    /// Convert sample format, channels and sample rate of a WAV file.
    Convert(convert::Args),
    /// Decode a file of packets to WAV.
    Decode(decode::Args),
    /// Find the DTMF digits in a file.
    Dtmf(dtmf::Args),
    /// Encode a WAV file to packets.
    Encode(encode::Args),
    /// Equalize a file.
    Eq(eq::Args),
    /// Play a sound through a network and a call's receive path, or make a trace of a network.
    Jitter(Box<jitter::Args>),
    /// Measure the loudness of a file (EBU R 128).
    Loudness(loudness::Args),
    /// Suppress the noise in a WAV file.
    Ns(ns::Args),
    /// Draw arrivals, delay, target and level of a jitter buffer over time.
    PlotJitter(plot_jitter::Args),
    /// Convert the sample rate of a WAV file.
    Resample(resample::Args),
    /// Measure the resampler's response with tones.
    Sweep(sweep::Args),
    /// Bring a file of packets from one codec to another.
    Transcode(transcode::Args),
    /// Tell speech from the rest in a WAV file.
    Vad(vad::Args),
}

/// Runs the command line.
///
/// # Errors
/// What went wrong, for the user.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Aec(args) => args.files().check().and_then(|()| aec::run(&args)),
        Command::Agc(args) => args.files().check().and_then(|()| agc::run(&args)),
        Command::Chain(args) => args.files().check().and_then(|()| chain::run(&args)),
        Command::Codecs(args) => codecs::run(&args),
        Command::Compress(args) => args.files().check().and_then(|()| compress::run(&args)),
        Command::Conformance(args) => conformance::run(&args),
        Command::Convert(args) => args.files().check().and_then(|()| convert::run(&args)),
        Command::Decode(args) => args.files().check().and_then(|()| decode::run(&args)),
        Command::Dtmf(args) => args.files().check().and_then(|()| dtmf::run(&args)),
        Command::Encode(args) => args.files().check().and_then(|()| encode::run(&args)),
        Command::Eq(args) => args.files().check().and_then(|()| eq::run(&args)),
        Command::Jitter(args) => args.files().check().and_then(|()| jitter::run(&args)),
        Command::Loudness(args) => loudness::run(&args),
        Command::Ns(args) => args.files().check().and_then(|()| ns::run(&args)),
        Command::PlotJitter(args) => args.files().check().and_then(|()| plot_jitter::run(&args)),
        Command::Resample(args) => args.files().check().and_then(|()| resample::run(&args)),
        Command::Sweep(args) => sweep::run(&args),
        Command::Transcode(args) => args.files().check().and_then(|()| transcode::run(&args)),
        Command::Vad(args) => args.files().check().and_then(|()| vad::run(&args)),
    }
}

#[cfg(test)]
mod levels_tests;
#[cfg(test)]
mod tests;
