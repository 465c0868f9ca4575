//! Control: the media laboratory: the library's parts on files, on virtual time. One subcommand a file.
//!
//! `wav` reads and writes sound, `chart` draws, `table` writes CSV; each other file is a subcommand with its arguments
//! and its `run`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

pub mod chart;
pub mod jitter;
pub mod plot_jitter;
pub mod progress;
pub mod resample;
pub mod wav;

use clap::{Parser, Subcommand};

/// The media laboratory: what media-core does to sound, on files.
///
/// Each command runs the library's own parts, the ones that calls use, block by block on virtual time: the result is
/// the same each run. Sound files are WAV (8, 16, 24, 32 bit or float).
#[derive(Debug, Parser)]
#[command(name = "media-lab", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play a sound through a network and a call's receive path, or make a trace of a network.
    Jitter(Box<jitter::Args>),
    /// Draw arrivals, delay, target and level of a jitter buffer over time.
    PlotJitter(plot_jitter::Args),
    /// Convert the sample rate of a WAV file.
    Resample(resample::Args),
}

/// Runs the command line.
///
/// # Errors
/// What went wrong, for the user.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Jitter(args) => jitter::run(&args),
        Command::PlotJitter(args) => plot_jitter::run(&args),
        Command::Resample(args) => resample::run(&args),
    }
}

#[cfg(test)]
mod tests;
