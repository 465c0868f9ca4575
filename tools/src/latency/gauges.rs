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

/// Nothing has a path that begins so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchPath(pub String);

impl std::fmt::Display for NoSuchPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no gauge has a path that begins with {}: `gauges SOCKET /` lists all", self.0)
    }
}

impl std::error::Error for NoSuchPath {}

/// Asks for one page after the other and prints them.
///
/// # Errors
/// No engine answers at the socket, nothing there has such a path, or `out` is closed.
pub fn run(args: &GaugesArgs, out: &mut impl Write) -> Result<()> {
    let mut client = StatsClient::connect(&args.socket)?;
    let form = if args.json { "json " } else { "" };
    let mut request = format!("gauges {form}{}", args.pattern);
    let mut any = false;
    loop {
        client.ask(&request, Duration::ZERO)?;
        let (values, next) = if args.json { json_page(&mut client, out)? } else { text_page(&mut client, out)? };
        // What is not looked at may have some.
        any |= values || (args.first && next.is_some());
        let Some(next) = next.filter(|_| !args.first) else {
            return if any { Ok(()) } else { Err(NoSuchPath(args.pattern.clone()).into()) };
        };
        request = format!("gauges {form}{} from {next}", args.pattern);
    }
}

/// Whether the page had a value, and where to go on.
fn json_page(client: &mut StatsClient, out: &mut impl Write) -> Result<(bool, Option<String>)> {
    let Some(line) = client.line()? else { return Ok((false, None)) };
    out.write_all(line.as_bytes())?;
    let page: serde_json::Value = serde_json::from_str(&line)?;
    let any = page["gauges"].as_object().is_some_and(|gauges| !gauges.is_empty());
    Ok((any, page["next"].as_str().map(str::to_owned)))
}

fn text_page(client: &mut StatsClient, out: &mut impl Write) -> Result<(bool, Option<String>)> {
    let (mut any, mut next) = (false, None);
    while let Some(line) = client.line()?.filter(|line| line != "\n") {
        match line.strip_prefix("# next ") {
            Some(place) => next = Some(place.trim_end().to_owned()),
            None => {
                any = true;
                out.write_all(line.as_bytes())?;
            }
        }
    }
    Ok((any, next))
}
