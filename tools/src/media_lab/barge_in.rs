//! Control: `media-lab barge-in`: made calls with a phone that echoes, and what the barge-in detector says of them.

pub mod call;
pub mod draw;
pub mod judge;
pub mod material;
pub mod phone;

use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use anyhow::{Context as _, Result};
use call::Call;
use judge::Score;
use material::{Material, Set};
use media_core::processing::BargeInParams;
use media_core::types::SampleRate;
use std::path::PathBuf;

/// What `barge-in` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab barge-in --scenes /tmp/scn
  media-lab barge-in --scenes /tmp/scn --set apart --seed 9001 --minimum-ms 350 --json

Each call has a phone of its own: return loss of 6 to 30 dB, delay of 0 to 400 ms, a room or a handset, soft clipping, \
G.711 at 8 kHz or none at 16 kHz, noise 18 to 35 dB below the caller, delays that shift. Agents speak at -27 to -21 dBFS, \
callers at -28 to -20. A self-interruption is told by the agent's own echo: where the same call over a phone that does not echo \
is told to be spoken in as well, it counts as interruption by background. Onset is the first block within 22 dB of the caller's active level.")]
pub struct Args {
    /// The folder of the scenes; else the variable MEDIA_CORE_SCENES.
    #[arg(long)]
    pub scenes: Option<PathBuf>,
    /// Which readers, rooms and noises.
    #[arg(long, value_enum, default_value_t = Set::Tuned)]
    pub set: Set,
    /// The seed of the first call; each has the next.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many calls of a minute.
    #[arg(long, default_value_t = 60)]
    pub calls: u64,
    /// How long speech has to last to be an interruption, in ms.
    #[arg(long, default_value_t = BargeInParams::default().minimum_ms)]
    pub minimum_ms: u16,
    /// How little is taken for speech: 0 to 1.
    #[arg(long, default_value_t = BargeInParams::default().sensitivity)]
    pub sensitivity: f32,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default()
    }

    fn run(&self) -> Result<()> {
        let folder = self.scenes.clone().or_else(|| std::env::var_os("MEDIA_CORE_SCENES").map(PathBuf::from));
        let folder = folder.context("no scenes: give --scenes, or set MEDIA_CORE_SCENES")?;
        let params = BargeInParams::default().minimum_ms(self.minimum_ms).sensitivity(self.sensitivity);
        let rates = [SampleRate::Hz8000, SampleRate::Hz16000];
        let [narrow, wide] = rates.map(|rate| Material::read(&folder, self.set, rate));
        let materials = [narrow?, wide?];
        let mut score = Score::default();
        for n in 0..self.calls {
            let which = usize::from(n % 4 == 3);
            let (rate, material) = (rates[which], &materials[which]);
            let call = Call::make(60, self.seed + n, material, rate);
            score.judge(&call, params, rate, self.seed + n)?;
        }
        let late = score.latencies.iter().filter(|(latency, ..)| latency.is_none_or(|latency| latency > 120));
        let late: Vec<_> = late.map(|(latency, seed, at)| format!("{seed}@{at:.2}:{latency:?}")).collect();
        let list = |alarms: &[(u64, f64)]| {
            alarms.iter().map(|(seed, at)| format!("{seed}@{at}")).collect::<Vec<_>>().join(" ")
        };
        Report::on(&self.files())
            .with("hours", score.blocks as f64 / 360_000.0)
            .with("self_interruptions", score.by_echo.len())
            .with("interruptions_by_background", score.by_background.len())
            .with("false_speech", score.false_speech)
            .with("interruptions", score.latencies.len())
            .with("within_120_ms_percent", score.within_percent(120))
            .with("within_150_ms_percent", score.within_percent(150))
            .with("within_180_ms_percent", score.within_percent(180))
            .with("within_480_ms_percent", score.within_percent(480))
            .with("short_sounds", score.short)
            .with("backchannels", score.short_told)
            .with("short_interrupting", score.short_interrupting)
            .with("turns", score.turns)
            .with("turns_ended", score.turns_ended)
            .with("self_interrupted_at", list(&score.by_echo))
            .with("by_background_at", list(&score.by_background))
            .with("late", late.join(" "))
            .print(self.json);
        Ok(())
    }
}
