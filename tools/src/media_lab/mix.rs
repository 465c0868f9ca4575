//! Control: `media-lab mix`: a conference of files: what each member would hear.

mod draw;
mod room;

use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use media_core::{ConferenceParams, ConferenceQuality, Mixing, SampleRate};
use room::{Heard, Mix};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What `mix` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab mix anna.wav ben.wav carla.wav --out heard
  media-lab mix --quality balanced --loudest 3 --plot who.svg anna.wav ben.wav carla.wav dora.wav --out heard
  media-lab mix --rate 8000 --speakers --json anna.wav ben.wav --out heard

Each INPUT is a member of one conference, at its own sample rate, from its beginning on: what OUT/NAME.wav holds is
what that member would hear, in step with the INPUTs. A member whose INPUT is over says nothing more, and hears the
others to their end.")]
pub struct Args {
    /// The sound files to mix: mono, 8, 16, 24, 32 or 48 kHz.
    #[arg(required = true, num_args = 2.., value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// The folder to write to, one WAV file (16 bit) a member; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The rate at which members are summed: 8000, 16000, 24000, 32000 or 48000 [default: that of the highest member].
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// What is done for the conference.
    #[arg(long, value_enum, default_value_t)]
    pub quality: Quality,
    /// Only so many are heard at once: the loudest, speech before noise.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub loudest: Option<u32>,
    /// Find who speaks, and who has the floor; balanced and high do.
    #[arg(long)]
    pub speakers: bool,
    /// Print one JSON object: statistics, and who spoke when.
    #[arg(long)]
    pub json: bool,
    /// Draw levels, who was heard, and who had the floor, over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// The qualities by name.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Quality {
    /// Everything is heard as it is.
    #[default]
    Fast,
    /// The loudest eight, equally loud.
    Balanced,
    /// All who speak, equally loud; who only makes a noise is not heard while others speak.
    High,
}

impl Args {
    fn params(&self) -> Result<ConferenceParams> {
        let quality = match self.quality {
            Quality::Fast => ConferenceQuality::Fast,
            Quality::Balanced => ConferenceQuality::Balanced,
            Quality::High => ConferenceQuality::High,
        };
        let mut params = ConferenceParams::default().quality(quality);
        if let Some(hz) = self.rate {
            let rate = SampleRate::from_hz(hz);
            params.rate = Some(rate.with_context(|| format!("--rate {hz}: must be {}", crate::sound::ENGINE_RATES))?);
        }
        if let Some(most) = self.loudest {
            params = params.mixing(Mixing::Loudest(most as usize));
        }
        let speakers = self.speakers || params.speakers;
        Ok(params.speakers(speakers).level_interval(std::time::Duration::from_millis(10)))
    }

    /// What each member is called: its file's name, with a number where two have the same.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for input in &self.inputs {
            let stem = input.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let other = (2..).map(|n| format!("{stem}-{n}"));
            let name = std::iter::once(stem.clone()).chain(other).find(|name| !names.contains(name));
            names.extend(name);
        }
        names
    }
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        let files = self.inputs.iter().fold(Files::default(), |files, input| files.read(input));
        files.draw(self.plot.as_ref())
    }

    fn run(&self) -> Result<()> {
        let (params, names) = (self.params()?, self.names());
        let outputs: Vec<_> = names.iter().map(|name| self.out.join(format!("{name}.wav"))).collect();
        let members = self.inputs.iter().map(|input| wav::read_mono(input)).collect::<Result<Vec<_>>>()?;
        ensure!(self.out.is_dir() || !self.out.exists(), "{}: is no folder: name another", self.out.display());
        std::fs::create_dir_all(&self.out).with_context(|| format!("cannot make {}", self.out.display()))?;
        let all = outputs.iter().fold(self.files(), |files, output| files.write(output));
        all.check()?;
        let mix = room::run(params, &members)?;
        let mut clipped = 0;
        for ((output, heard), (_, rate)) in outputs.iter().zip(&mix.members).zip(&members) {
            clipped += wav::write(output, &Sound::mono(rate.hz(), heard.pcm.clone()))?;
        }
        if let Some(path) = &self.plot {
            draw::chart(self, &names, &mix).write(path)?;
        }
        report(&self.out, &names, &mix, clipped as u64, self.json);
        Ok(())
    }
}

fn report(out: &Path, names: &[String], mix: &Mix, clipped: u64, json: bool) {
    let name = |n: &usize| names[*n].as_str();
    let members: Vec<_> = names.iter().zip(&mix.members).map(|(name, heard)| member(name, heard)).collect();
    let floor: Vec<_> = mix.floor.iter().map(|(at, n)| json!({"at_s": at, "member": name(n)})).collect();
    let report = Report::default()
        .with("output", out.display().to_string())
        .with("rate_hz", mix.statistics.rate.hz())
        .with("members", mix.statistics.members)
        .with("blocks", mix.statistics.blocks)
        .with("loud_blocks", mix.statistics.loud_blocks)
        .with("most_heard", mix.statistics.most_heard)
        .with("left_out_blocks", mix.statistics.left_out)
        .with("clipped", clipped);
    let report = match json {
        true => report.with("participants", Value::from(members)).with("floor", Value::from(floor)),
        false => report.with("changes_of_floor", mix.floor.len()),
    };
    report.print(json);
}

fn member(name: &str, heard: &Heard) -> Value {
    let spans: Vec<_> = heard.talks.iter().map(|(from, until)| json!([from, until])).collect();
    json!({"name": name, "spoke_s": heard.spoke_s, "talks_s": spans})
}
