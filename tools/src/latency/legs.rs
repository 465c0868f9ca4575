//! Control: `legs`: the calls that stand out of all that there are: the sick ones first.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use media_core::quality::AudioStage;
use media_core::telemetry::{LegOrder, LegRow};

use super::client::StatsClient;

/// What `legs` takes.
#[derive(Debug, Args)]
pub struct LegsArgs {
    /// The engine's stats socket.
    pub socket: PathBuf,
    /// By what, the greatest first: sick, packets, lost, concealed, delay. By sick only those that are, unless --dialog names some.
    #[arg(long, value_name = "ORDER", default_value = "sick", value_parser = order)]
    pub by: LegOrder,
    /// Only calls whose dialog's name has this part, of 1 to 100 octets.
    #[arg(long, value_name = "PART")]
    pub dialog: Option<String>,
    /// So many at most.
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub first: u16,
    /// Print JSON, all in one line, as the engine sends it.
    #[arg(long)]
    pub json: bool,
}

/// No call's dialog has that part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchDialog(pub String);

impl std::fmt::Display for NoSuchDialog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no call's dialog has {:?} in its name", self.0)
    }
}

impl std::error::Error for NoSuchDialog {}

fn order(name: &str) -> Result<LegOrder, String> {
    LegOrder::named(name).ok_or_else(|| format!("must be {}", LegOrder::ALL.map(LegOrder::name).join(", ")))
}

/// Asks the engine and prints a line a call.
///
/// # Errors
/// No engine answers at the socket, no dialog has that part, or `out` is closed.
pub fn run(args: &LegsArgs, out: &mut impl Write) -> Result<()> {
    let part = args.dialog.as_deref().map(str::trim);
    let fits = part.is_none_or(|part| (1..=100).contains(&part.len()) && !part.contains(['\n', '\r']));
    ensure!(fits, "--dialog: must have 1 to 100 octets, in one line");
    let rows = StatsClient::connect(&args.socket)?.legs(args.by, part.unwrap_or_default(), args.first)?;
    if let Some(part) = part.filter(|_| rows.is_empty() && args.first > 0) {
        return Err(NoSuchDialog(part.to_owned()).into());
    }
    if args.json {
        return Ok(writeln!(out, "{}", serde_json::to_string(&rows)?)?);
    }
    if rows.is_empty() {
        return Ok(writeln!(out, "{}", if args.by == LegOrder::Sick { "no call is sick" } else { "no call" })?);
    }
    let head = ["in/s", "out/s", "lost/s", "conc ms/s", "delay ms", "refused/s", "undec/s"];
    write!(out, "{:>7}", "session")?;
    head.iter().try_for_each(|name| write!(out, "{name:>10}"))?;
    writeln!(out, "{:>18}  dialog", "audio")?;
    for row in &rows {
        let figures = [row.packets_in_s, row.packets_out_s, row.lost_s, row.concealed_ms_s, row.delay_ms];
        write!(out, "{:>7}", row.session)?;
        let figures = figures.into_iter().chain([row.refused_s, row.undecodable_s]);
        figures.map(figure).try_for_each(|value| write!(out, "{value:>10}"))?;
        writeln!(out, "{:>18}  {}", audio(row), row.dialog)?;
    }
    Ok(())
}

/// A figure with a decimal.
pub(super) fn figure(value: f32) -> String {
    format!("{value:.1}")
}

/// How far its audio comes, in short: where it ends, and for how long it has been a one-way call.
pub(super) fn audio(row: &LegRow) -> String {
    let name = |stage| match stage {
        AudioStage::Flows => "flows",
        AudioStage::Stopped => "stopped",
        AudioStage::Held => "held",
        AudioStage::NoPackets => "no packets",
        AudioStage::RefusedSource => "refused",
        AudioStage::Undecodable => "undecodable",
        AudioStage::NoSamples => "no samples",
        AudioStage::NotRead => "not read",
        AudioStage::Muted => "muted",
        AudioStage::NotRouted => "not routed",
        AudioStage::NotSent => "not sent",
        _ => "unanswered",
    };
    let ends = match (row.inward, row.outward) {
        (AudioStage::Flows, outward) => outward,
        (inward, _) => inward,
    };
    let since = if row.one_way_s > 0 { format!(" {} s", row.one_way_s) } else { String::new() };
    format!("{}{since}", name(ends))
}

#[cfg(test)]
mod tests;
