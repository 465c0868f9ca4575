//! Control: `why`: why the audio of a session broke: each gap with its cause, in words and as a picture.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use media_core::telemetry::Why;

use super::client::StatsClient;
use crate::picture;

mod draw;

#[cfg(test)]
mod tests;

/// What `why` takes.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// The engine's stats socket.
    pub socket: PathBuf,
    /// The session: its number, as in /session/17, or its dialog. Of sessions that are over the last 256 are remembered.
    pub session: String,
    /// Print JSON.
    #[arg(long, conflicts_with = "plot")]
    pub json: bool,
    /// Draw the last two minutes: level, delay of the jitter buffer, losses, and each gap (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// Asks the engine, prints what it says, and draws it if that is asked for.
///
/// # Errors
/// No engine answers at the socket, it knows no such session, `out` is closed, or the picture cannot be written.
pub fn run(args: &WhyArgs, out: &mut impl Write) -> Result<()> {
    args.plot.iter().try_for_each(|file| picture::check(file))?;
    ensure!(!args.session.trim().is_empty() && !args.session.contains('\n'), "SESSION: a number, or a dialog");
    let mut client = StatsClient::connect(&args.socket)?;
    client.ask(&format!("why json {}", args.session), Duration::ZERO)?;
    let line = client.line()?.with_context(|| format!("{}: the engine has ended", args.socket.display()))?;
    if args.json {
        return Ok(out.write_all(line.as_bytes())?);
    }
    let why: Why =
        serde_json::from_str(&line).with_context(|| format!("{}: no answer to why", args.socket.display()))?;
    write!(out, "{why}")?;
    if let Some(file) = &args.plot {
        picture::write(file, &draw::svg(&why).map_err(|error| anyhow!("drawing failed: {error}"))?)?;
    }
    Ok(())
}
