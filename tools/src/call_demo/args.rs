//! Control: what `call-demo` takes.

use std::path::PathBuf;

use clap::Args;

use super::flights;
use super::run::PARTIES;
use crate::cli::files::Files;
use crate::cli::values::within;

/// What `call-demo` takes.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// A sound file for the next party to say: mono, 8, 16, 24, 32 or 48 kHz, a second or more. Up to five: for alice,
    /// bob, carol, dave and erin, in this order. A party without one speaks with a built-in voice.
    #[arg(long, value_name = "FILE")]
    pub speech: Vec<PathBuf>,
    /// How long the parties talk, 2 to 600.
    #[arg(long, default_value_t = 10, value_parser = within(2..=600_u64))]
    pub seconds: u64,
    /// Folder for the WAV files of what each party said and heard; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "out/demo")]
    pub out: PathBuf,
    /// Write each leg's call to this folder (NAME.flight) by the engine's flight recorder, and replay it: what goes out must be
    /// what went out, bit for bit. The files are the callers' voices.
    #[arg(long, value_name = "DIR")]
    pub flights: Option<PathBuf>,
    /// Media threads of the engine, 1 to 16.
    #[arg(long, default_value_t = 1, value_parser = within(1..=16_u8))]
    pub workers: u8,
    /// Length of the engine's tick.
    #[arg(long, value_name = "MS", default_value = "10", value_parser = ["10", "20"])]
    pub tick_ms: String,
    /// Serve live figures at this Unix-domain socket, for `latency-histogram attach`.
    #[arg(long, value_name = "PATH")]
    pub stats_socket: Option<PathBuf>,
    /// Write the latency histograms to this HdrHistogram log, for `latency-histogram report`.
    #[arg(long, value_name = "FILE")]
    pub histogram_log: Option<PathBuf>,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    pub json: bool,
}

impl DemoArgs {
    /// The sound files that are written: what each party said, and what it heard.
    pub fn recordings(&self) -> Vec<[PathBuf; 2]> {
        let of = |name: &str| ["said", "heard"].map(|what| self.out.join(format!("{name}-{what}.wav")));
        PARTIES.iter().map(|(name, ..)| of(name)).collect()
    }

    /// Checks the files that are read and written; the folder is there.
    ///
    /// # Errors
    /// Names the file that would be overwritten, or that cannot be written.
    pub fn check_files(&self) -> anyhow::Result<()> {
        let recordings = self.recordings();
        let files = Files::default().write(self.stats_socket.as_ref()).write(self.histogram_log.as_ref());
        let files = self.speech.iter().fold(files, Files::read);
        let flights = flights::files(self.flights.as_deref());
        recordings.iter().flatten().chain(&flights).fold(files, Files::write).check()
    }
}
