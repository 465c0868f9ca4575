//! Control: `attach`: a running engine's figures: a live screen on a terminal, else tables or JSON.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use media_core::telemetry::snapshot::Window;

use super::client::StatsClient;

mod live;
pub mod state;
pub mod view;

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
    /// Time between refreshes, 0.1 to 3600.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub every: Duration,
    /// Which values the table shows.
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
    let seconds: f64 = text.parse().map_err(|_| "must be 0.1 to 3600".to_owned())?;
    if (0.1..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("must be 0.1 to 3600".to_owned())
    }
}

/// Runs until the engine ends, or once: on a terminal as a live screen, else as tables one after the other.
///
/// # Errors
/// The engine was killed ([`EngineGone`](super::client::EngineGone)), no engine answers at the socket, or `out` is closed.
pub fn run(args: &AttachArgs, out: &mut (impl Write + IsTerminal)) -> Result<()> {
    let mut client = StatsClient::connect(&args.socket)?;
    let request = if args.once { "json".to_owned() } else { format!("watch json {}", args.every.as_millis()) };
    client.ask(&request, args.every)?;
    if out.is_terminal() && !args.once && !args.json {
        return live::run(client, args.window.into());
    }
    loop {
        if args.json {
            let Some(line) = client.line()? else { return ended(&client, args.once) };
            out.write_all(line.as_bytes())?;
        } else {
            let Some(snapshot) = client.snapshot()? else { return ended(&client, args.once) };
            writeln!(out, "{}", snapshot.table(args.window.into()))?;
        }
        out.flush()?;
        if args.once {
            return Ok(());
        }
    }
}

/// The engine has ended: in order, and after all that was asked for.
fn ended(client: &StatsClient, unanswered: bool) -> Result<()> {
    client.ended()?;
    ensure!(!unanswered, "the engine has ended before it answered");
    Ok(())
}

#[cfg(test)]
mod tests;
