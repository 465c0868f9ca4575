//! Control: `gauges`: single figures of a running engine, named as paths, page after page.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::client::StatsClient;

/// What `gauges` takes.
#[derive(Debug, Args)]
pub struct GaugesArgs {
    /// The engine's stats socket.
    pub socket: PathBuf,
    /// Path prefix, `*` for any segment: /worker/0, /session/17, /session/*/lost.
    #[arg(default_value = "/")]
    pub pattern: String,
    /// Print JSON, one page a line, as the engine sends it.
    #[arg(long)]
    pub json: bool,
    /// End after the first page (about 2,000 values).
    #[arg(long)]
    pub first: bool,
}

/// Asks for one page after the other and prints them.
///
/// # Errors
/// No engine answers at the socket, or `out` is closed.
pub fn run(args: &GaugesArgs, out: &mut impl Write) -> Result<()> {
    let mut client = StatsClient::connect(&args.socket)?;
    let form = if args.json { "json " } else { "" };
    let mut request = format!("gauges {form}{}", args.pattern);
    loop {
        client.ask(&request, Duration::ZERO)?;
        let next = if args.json { json_page(&mut client, out)? } else { text_page(&mut client, out)? };
        let Some(next) = next.filter(|_| !args.first) else { return Ok(()) };
        request = format!("gauges {form}{} from {next}", args.pattern);
    }
}

fn json_page(client: &mut StatsClient, out: &mut impl Write) -> Result<Option<String>> {
    let Some(line) = client.line()? else { return Ok(None) };
    out.write_all(line.as_bytes())?;
    let page: serde_json::Value = serde_json::from_str(&line)?;
    Ok(page["next"].as_str().map(str::to_owned))
}

fn text_page(client: &mut StatsClient, out: &mut impl Write) -> Result<Option<String>> {
    let mut next = None;
    while let Some(line) = client.line()?.filter(|line| line != "\n") {
        match line.strip_prefix("# next ") {
            Some(place) => next = Some(place.trim_end().to_owned()),
            None => out.write_all(line.as_bytes())?,
        }
    }
    Ok(next)
}
