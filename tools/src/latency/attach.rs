//! Control: `attach`: a running engine's figures, once or refreshed.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};
use media_core::telemetry::snapshot::Window;

use super::client::StatsClient;

/// What `attach` takes.
#[derive(Debug, Args)]
pub struct AttachArgs {
    /// The engine's stats socket.
    pub socket: PathBuf,
    /// Print one table and end.
    #[arg(long)]
    pub once: bool,
    /// Print JSON, one snapshot a line, as the engine sends it (times in ns).
    #[arg(long)]
    pub json: bool,
    /// Seconds between refreshes, 0.1 to 3600.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub every: Duration,
    /// Which values the table is made of.
    #[arg(long, value_enum, default_value_t)]
    pub window: WindowArg,
}

/// Which histograms the table shows.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum WindowArg {
    /// The last 5 to 10 seconds.
    #[default]
    Recent,
    /// Since the engine's start.
    Total,
}

impl From<WindowArg> for Window {
    fn from(window: WindowArg) -> Self {
        match window {
            WindowArg::Recent => Self::Recent,
            WindowArg::Total => Self::Total,
        }
    }
}

/// Seconds with a fraction, within 0.1..=3600.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.1..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("must be within 0.1 and 3600 seconds".to_owned())
    }
}

/// Runs until the engine ends, or once.
///
/// # Errors
/// No engine answers at the socket, or `out` is closed.
pub fn run(args: &AttachArgs, out: &mut (impl Write + IsTerminal)) -> Result<()> {
    let mut client = StatsClient::connect(&args.socket)?;
    let request = if args.once { "json".to_owned() } else { format!("watch json {}", args.every.as_millis()) };
    client.ask(&request, args.every)?;
    loop {
        if args.json {
            let Some(line) = client.line()? else { return Ok(()) };
            out.write_all(line.as_bytes())?;
        } else {
            let Some(snapshot) = client.snapshot()? else { return Ok(()) };
            let table = snapshot.table(args.window.into());
            if out.is_terminal() && !args.once {
                // Home, the table with each line cleared to its end, then what is left of the last one.
                let table = table.to_string().replace('\n', "\x1b[K\n");
                write!(out, "\x1b[H{table}\x1b[J")?;
            } else {
                writeln!(out, "{table}")?;
            }
        }
        out.flush()?;
        if args.once {
            return Ok(());
        }
    }
}
