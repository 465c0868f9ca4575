//! Control: calls with ffmpeg, GStreamer, baresip, pjsua2 and sipp.

use clap::Parser;
use media_core_tools::cli;
use media_core_tools::interop::{self, Row};
use std::process::ExitCode;

/// Calls of the engine with ffmpeg, GStreamer, baresip, pjsua2 and sipp over loopback, where they are installed.
///
/// Two baresip call each other through `pbx-node`, with each pair of codecs: a key, a hold, a hang-up of either side; pjsua2
/// (PyPI: pjsua2-python; PJSUA2_PYTHON names the Python that has it) calls itself, baresip, and is called. When packets leave
/// the node is looked at with tshark, beside a bare metronome (as root).
/// Then each codec is called both ways. Audio is judged by the ratio of the tone to everything else in dB, telephone events
/// by the digits that arrive.
///
/// Exit codes: 0 no case failed (cases of missing programs are skipped); 1 a case failed; 2 it could not run, or the
/// command line is wrong.
#[derive(Debug, Parser)]
#[command(
    name = "interop",
    version,
    after_help = "\
Examples:
  interop
      all programs that are installed; twelve minutes
  interop phones
      the cases with a word in their name: here those through pbx-node
  PJSUA2_PYTHON=venv/bin/python interop pjsua2
      those with pjsua2, of a virtual environment
  interop --json 'to us opus'
      for a script"
)]
struct Cli {
    /// Run the cases that have this in their name [default: all].
    #[arg(default_value = "", hide_default_value = true)]
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
    cli::end("interop", calls(&Cli::parse()), 2)
}

fn calls(cli: &Cli) -> anyhow::Result<ExitCode> {
    let rows = interop::run(&cli.only, |row| {
        if !cli.json {
            println!("{}", line(row));
        }
    })?;
    if cli.json {
        println!("{}", serde_json::to_string(&rows)?);
    }
    anyhow::ensure!(!rows.is_empty(), "no case has \"{}\" in its name: without a name all cases are run", cli.only);
    Ok(ExitCode::from(u8::from(rows.iter().any(|row| row.good == Some(false)))))
}
