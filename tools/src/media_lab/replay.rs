//! Control: `media-lab replay`: a file of the flight recorder, played again.

mod timeline;

use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::media_lab::wav::{self, Sound};
use anyhow::{Context as _, Result, anyhow, bail};
use media_core::{FlightFile, Replay, ReplayParams, ReplayedLeg};
use std::path::{Path, PathBuf};

/// What `replay` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab replay sick.flight
  media-lab replay sick.flight --wav out/ --timeline out/timeline.txt
  media-lab replay sick.flight --set jitter.strategy=conservative --wav out/
  media-lab replay sick.flight --set jitter.max_delay_ms=200 --set 'jitter.strategy={\"fixed\":80}' --json

A file comes from MediaSessionHandle::flight of an engine whose flight_seconds are not 0. What came into the media threads is
played into workers like those of the call, tick by tick: what goes out is what went out then, bit for bit, and the replay
proves it by a digest of each packet. It says \"exact\", or names the first packet that differs.

It may differ where the file says so: made by another version or processor; a call that began before what is kept (exact from
some time on); orders that cannot be carried out anew (prompts, a codec of an embedder's own), which are named. With --set
it is meant to differ: parameters are those of MediaSessionParams by their path, for all legs of the call.

--wav writes two files a leg: DIALOG-said.wav, what came from the party, and DIALOG-heard.wav, what was sent to it. They are
voices of people: the folder is yours to protect.")]
pub struct Args {
    /// The file.
    pub input: PathBuf,
    /// Another value of a parameter, for all legs.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = change)]
    pub set: Vec<(String, String)>,
    /// A folder for what the parties said and heard.
    #[arg(long, value_name = "FOLDER")]
    pub wav: Option<PathBuf>,
    /// A text: what was ordered, gaps in what came and went, the first difference, by time.
    #[arg(long, value_name = "FILE")]
    pub timeline: Option<PathBuf>,
    /// Fail (exit code 1) unless every packet is that of the call.
    #[arg(long, conflicts_with = "set")]
    pub exact: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

fn change(text: &str) -> Result<(String, String), String> {
    let (path, value) =
        text.split_once('=').ok_or("write it as PATH=VALUE, for example jitter.strategy=conservative")?;
    Ok((path.to_owned(), value.to_owned()))
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.timeline)
    }

    fn run(&self) -> Result<()> {
        let file = FlightFile::read(&self.input)?;
        for difference in file.differences() {
            eprintln!("warning: it may differ: {difference}");
        }
        for order in file.unknown() {
            eprintln!("warning: not replayed: {} (worker {})", order.what, order.worker);
        }
        let params = self.set.iter().fold(ReplayParams::default(), |params, (path, value)| params.set(path, value));
        let replay = file.replay(&params).with_context(|| self.input.display().to_string())?;
        if let Some(folder) = &self.wav {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            replay.legs.iter().enumerate().try_for_each(|(nth, leg)| write(folder, nth, leg))?;
        }
        if let Some(path) = &self.timeline {
            std::fs::write(path, timeline::text(&replay)).with_context(|| path.display().to_string())?;
        }
        self.report(&file, &replay).print(self.json);
        if self.exact && !replay.is_exact() {
            bail!("not every packet is that of the call");
        }
        Ok(())
    }
}

impl Args {
    fn report(&self, file: &FlightFile, replay: &Replay) -> Report {
        let since = |at: media_core::MediaTime| (at - replay.begin).as_secs_f64();
        let first = replay.first_difference.as_ref();
        let last = replay.last_difference.as_ref();
        Report::on(&self.files())
            .with("dialog", file.dialog())
            .with("length_s", replay.length.as_secs_f64())
            .with("legs", replay.legs.len())
            .with("exact", replay.is_exact())
            .with("packets", replay.compared)
            .with("same", replay.same)
            .with("lost_notes", replay.lost)
            .with("not_replayed", file.unknown().len())
            .with("first_difference_s", first.map(|first| since(first.at)))
            .with("first_difference", first.map(|first| first.what.clone()))
            .with("last_difference_s", last.map(|last| since(last.at)))
    }
}

/// A name that is one of a file, whatever a dialog is called.
fn name(nth: usize, dialog: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.@".contains(c) { c } else { '_' };
    let dialog: String = dialog.chars().map(plain).take(64).collect();
    format!("{nth}-{dialog}")
}

fn write(folder: &Path, nth: usize, leg: &ReplayedLeg) -> Result<()> {
    for (side, (rate, samples)) in [("said", leg.said()), ("heard", leg.heard())] {
        let path = folder.join(format!("{}-{side}.wav", name(nth, &leg.dialog)));
        if path.exists() {
            return Err(anyhow!("{} is there already: give an empty folder", path.display()));
        }
        wav::write(&path, &Sound::mono(rate.hz(), samples))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
