//! Control: calls with ffmpeg, GStreamer, baresip and sipp.

use clap::Parser;
use media_core_tools::interop::{self, Row};
use std::process::ExitCode;

/// Calls of the engine with ffmpeg, GStreamer, baresip and sipp over loopback, where they are installed: each codec, both
/// ways, judged by the tone's ratio to all else; telephone events by the digits that are told.
///
/// Exit codes: 0 all well, or skipped; 1 a case failed; 2 it could not run.
#[derive(Debug, Parser)]
#[command(
    name = "interop",
    version,
    after_help = "\
Examples:
  interop                 all that is installed, four minutes
  interop baresip         the cases whose name holds a word
  interop 'to us opus' --json"
)]
struct Cli {
    /// Cases whose name holds this.
    #[arg(default_value = "")]
    only: String,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

fn line(row: &Row) -> String {
    let verdict = row.good.map_or("skipped", |good| if good { "good" } else { "FAILED" });
    let snr = row.snr_db.map_or("–".into(), |db| format!("{db:.1} dB"));
    format!("{:<38} {verdict:<8} {snr:>8} (wanted {:.0})  {}", row.name, row.wanted_db, row.note)
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let rows = interop::run(&cli.only, |row| {
        if !cli.json {
            println!("{}", line(row));
        }
    });
    match rows {
        Ok(rows) => {
            if cli.json {
                println!("{}", serde_json::to_string(&rows).unwrap_or_default());
            }
            if rows.is_empty() {
                eprintln!("interop: no case is called so");
                return ExitCode::from(2);
            }
            ExitCode::from(u8::from(rows.iter().any(|row| row.good == Some(false))))
        }
        Err(why) => {
            eprintln!("interop: {why:#}");
            ExitCode::from(2)
        }
    }
}
