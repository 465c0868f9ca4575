//! Control: what `media-lab call` takes, and what it does with it.

use super::codec::{CallCodec, Link};
use super::found::measure;
use super::options::{Network, Sounds};
use super::place::Place;
use super::run::{Plan, run};
use super::stages::Stages;
use super::{files, plot, score, script};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::values::within;
use crate::jitter_lab::strategy;
use crate::media_lab::codec_choice::ptime;
use anyhow::Result;
use media_core::buffer::{JitterConfig, JitterStrategy};
use std::path::PathBuf;

/// What `call` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab call --aec frequency_domain
  media-lab call --codec opus --network wifi --aec frequency_domain --ns spectral --wav out/
  media-lab call --speech-b me.wav --room rir.wav --noise bus.wav --noise-dbfs -45 --ns neural
  media-lab call --codec g722 --network lte.csv --aec frequency_domain --json

A and B talk over the engine. B's phone stands in a room: its loudspeaker is heard by its microphone, with B's voice and the \
noise there. What its microphone takes up is encoded, crosses the network and comes to the leg that has the stages; what they \
make of it crosses another network to A, who hears what is left of its own echo. Codecs, jitter buffers, bridges and stages are \
those of every call; phones are sessions of the same engine. The same seed makes the same call, bit for bit.

Made speech comes in rounds of 24 s: A alone for 8 s, B alone for 5, both for 8, nobody. Run it once with a stage and once without \
to see what it does. A's and B's own delay is not in mouth to ear but for 10 ms of a block. --wav writes what was said, heard, \
taken up, and the echo alone. Shares are of the whole call; ERLE is the echo at B's microphone over all that A hears at that \
time, noise included, while B is silent. MOS is the E-model's: of A it takes the echo that is left as talker echo.")]
pub struct Args {
    /// The codec of both phones.
    #[arg(long, value_name = "NAME", value_enum, default_value = "pcmu")]
    pub codec: CallCodec,
    /// The codec of A's phone, where it has another.
    #[arg(long, value_name = "NAME", value_enum)]
    pub codec_a: Option<CallCodec>,
    /// The codec of B's phone, where it has another.
    #[arg(long, value_name = "NAME", value_enum)]
    pub codec_b: Option<CallCodec>,
    /// Packet time: 10, 20, 30, 40, 50 or 60.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub ptime: u32,
    /// Opus: bit rate, 6000 to 510000.
    #[arg(long, value_name = "BIT/S", default_value_t = 32_000, value_parser = within(6_000..=510_000_u32))]
    pub bitrate: u32,
    /// Opus: in-band FEC that expects this packet loss, 0 to 100.
    #[arg(long, value_name = "PERCENT", value_parser = within(0..=100_u8))]
    pub fec: Option<u8>,
    /// Redundancy (RFC 2198): each packet repeats that many older ones, 0 to 4.
    #[arg(long, value_name = "PACKETS", default_value_t = 0, value_parser = within(0..=4_u8))]
    pub red: u8,
    /// How the four receivers weigh delay against loss: conservative, balanced, aggressive, or fixed:MS.
    #[arg(long, default_value = "balanced", value_parser = strategy)]
    pub strategy: JitterStrategy,
    /// Length of the call [default: that of the longer file, or 24].
    #[arg(long, value_name = "SECONDS", value_parser = within(2.0..=3_600.0))]
    pub seconds: Option<f64>,
    /// Seed of all that is by chance: voices, networks, room, noise.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// A folder for WAV files of what was said, heard and taken up.
    #[arg(long, value_name = "FOLDER")]
    pub wav: Option<PathBuf>,
    /// The score.py of the scenes, for PESQ and AECMOS [default: the variable MEDIA_CORE_SCORE].
    #[arg(long, value_name = "FILE")]
    pub score: Option<PathBuf>,
    /// Draw levels, echo and voice over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Who says what.
    #[command(flatten)]
    pub sounds: Sounds,
    /// Between phones and engine.
    #[command(flatten)]
    pub network: Network,
    /// At B.
    #[command(flatten)]
    pub place: Place,
    /// Of the engine's leg of B.
    #[command(flatten)]
    pub stages: Stages,
}

impl Args {
    fn codecs(&self) -> [CallCodec; 2] {
        [self.codec_a.unwrap_or(self.codec), self.codec_b.unwrap_or(self.codec)]
    }

    /// The call that is asked for.
    ///
    /// # Errors
    /// What cannot be read, or is not possible.
    pub fn plan(&self) -> Result<Plan> {
        let codecs = self.codecs();
        let rates = codecs.map(CallCodec::rate);
        let (said, seconds) = script::said(&self.sounds.says(rates), self.seconds, self.seed)?;
        let jitter = JitterConfig::new(8_000).strategy(self.strategy);
        jitter.plan()?;
        let ptime = ptime("--ptime", self.ptime)?;
        Ok(Plan {
            seed: self.seed,
            codecs,
            link: Link { ptime, bitrate: self.bitrate, fec: self.fec, red: self.red, jitter },
            networks: self.network.ways(),
            pauses: self.stages.pauses(),
            stages: self.stages.params(),
            room: self.place.plan(rates[1], seconds, self.seed)?,
            said,
        })
    }
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        let mut files = Files::default()
            .read(self.sounds.speech_a.as_ref())
            .read(self.sounds.speech_b.as_ref())
            .read(self.place.room.file())
            .read(self.place.noise.file());
        for way in self.network.given() {
            files = files.read(way.file());
        }
        files.draw(self.plot.as_ref())
    }

    fn run(&self) -> Result<()> {
        if let Some(folder) = &self.wav {
            files::prepare(folder)?;
        }
        let plan = self.plan()?;
        let outcome = run(&plan)?;
        let mut found = measure(&plan, &outcome)?;
        if let Some(folder) = &self.wav {
            files::write(folder, &plan, &outcome)?;
        }
        match score::program(self.score.as_ref()) {
            Some(program) => {
                let late_ms = found.to_a.mouth_to_ear_ms.map_or(0.0, |ms| ms[0] - 10.0);
                found.scores = Some(files::scores(&program, &plan, &outcome, late_ms)?);
            }
            None => eprintln!(
                "skipped: PESQ and AECMOS: no --score FILE, nor MEDIA_CORE_SCORE, names the score.py of the scenes"
            ),
        }
        if let Some(path) = &self.plot {
            plot::chart(&plan, &outcome).write(path)?;
        }
        if self.json {
            println!("{}", serde_json::to_string(&found)?)
        } else {
            print!("{found}")
        }
        Ok(())
    }
}
