//! Control: what is said in made calls: readers of the scenes, cut where they begin to speak, and short sounds.

use super::draw::Draw;
use crate::sound;
use anyhow::{Context as _, Result, ensure};
use media_core::types::SampleRate;
use std::path::Path;

/// Level in dB under its speech's at which a reader counts as speaking.
const SPEAKS: f32 = -22.0;

/// Which files: those that were tuned on, and those that were kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Set {
    /// What the detector was tuned on.
    Tuned,
    /// Other readers, rooms and noises.
    Apart,
}

/// Sounds at a call's rate; voices at 0 dB of active level.
#[derive(Debug)]
pub struct Material {
    /// What agents say.
    pub agents: Vec<Vec<f32>>,
    /// Stretches of callers' speech, each from where it begins.
    pub callers: Vec<Vec<f32>>,
    /// Responses.
    pub rooms: Vec<Vec<f32>>,
    /// At 0 dB as well.
    pub noises: Vec<Vec<f32>>,
}

impl Material {
    /// Reads the scenes in `folder`.
    ///
    /// # Errors
    /// A file that is missing.
    pub fn read(folder: &Path, set: Set, rate: SampleRate) -> Result<Self> {
        let (agents, callers, rooms, noises): (&[&str], &[&str], &[&str], &[&str]) = match set {
            Set::Tuned => (
                &["speech/en", "speech/F103", "speech/M1040", "aec/a01_fe_short/far", "aec/a10_drift100/far"],
                &["speech/F1088", "speech/M1034", "speech/M1355", "aec/a05_dt_easy/near_clean"],
                &["rir/living_room_1", "rir/chr_medium-room1"],
                &["noise/pink_synth", "noise/babble12_libri"],
            ),
            Set::Apart => (
                &["speech/F125", "speech/M1235", "aec/a08_pathchange_fe/far", "aec/a13_dt_noise/far"],
                &["speech/F1183", "aec/a13_dt_noise/near_clean", "vad/mix_clean"],
                &["rir/chr_kitchen", "rir/chr_living-bedroom"],
                &["noise/dishes", "noise/exercise_bike", "noise/pink_synth"],
            ),
        };
        let load = |name: &&str| -> Result<Vec<f32>> {
            let path = folder.join(format!("{name}.wav"));
            let (sound, from) = sound::read_mono(&path).with_context(|| format!("{name} of the scenes"))?;
            let mut convert = media_core::processing::Resampler::new(from, rate, 1)?;
            let mut out = vec![0.0; rate.block_samples()];
            let mut all = Vec::new();
            for block in sound.chunks_exact(from.block_samples()) {
                convert.process_block(block, &mut out)?;
                all.extend_from_slice(&out);
            }
            Ok(all)
        };
        let all = |names: &[&str]| names.iter().map(load).collect::<Result<Vec<_>>>();
        let block = rate.block_samples();
        let stretches: Vec<_> =
            all(callers)?.iter().flat_map(|voice| stretches(&levelled(voice, block), block)).collect();
        ensure!(stretches.len() >= 5, "the scenes hold too little speech: {} stretches", stretches.len());
        Ok(Self {
            agents: all(agents)?.iter().map(|voice| spoken(&levelled(voice, block), block)).collect(),
            callers: stretches,
            rooms: all(rooms)?.iter().map(|room| direct_first(room, rate)).collect(),
            noises: all(noises)?.iter().map(|noise| levelled(noise, block)).collect(),
        })
    }
}

fn power(block: &[f32]) -> f32 {
    block.iter().map(|x| x * x).sum::<f32>() / block.len().max(1) as f32
}

/// At 0 dB of active level: the mean of the blocks within 20 dB of the loudest twentieth.
fn levelled(sound: &[f32], block: usize) -> Vec<f32> {
    let mut powers: Vec<f32> = sound.chunks_exact(block).map(power).collect();
    powers.sort_by(f32::total_cmp);
    let loud = powers.get(powers.len() * 19 / 20).copied().unwrap_or(1.0);
    let active: Vec<f32> = powers.into_iter().filter(|p| *p > 0.01 * loud).collect();
    let scale = (active.iter().sum::<f32>() / active.len().max(1) as f32 + 1e-12).sqrt();
    sound.iter().map(|x| x / scale).collect()
}

fn speaks(sound: &[f32], block: usize) -> Vec<bool> {
    let least = 10f32.powf(SPEAKS / 10.0);
    sound.chunks_exact(block).map(|b| power(b) > least).collect()
}

/// Without pauses of more than 0.4 s.
fn spoken(sound: &[f32], block: usize) -> Vec<f32> {
    let (mut out, mut quiet) = (Vec::new(), 0);
    for (samples, speaks) in sound.chunks_exact(block).zip(speaks(sound, block)) {
        quiet = if speaks { 0 } else { quiet + 1 };
        if quiet <= 40 {
            out.extend_from_slice(samples);
        }
    }
    out
}

/// Whether the first 300 ms hold nothing but a recording's own noise: speech rises by more than 8 dB within that.
fn steady(sound: &[f32], block: usize) -> bool {
    let levels = sound.chunks_exact(block).take(30).map(|b| 10.0 * (power(b) + 1e-12).log10());
    let (least, most) = levels.fold((f32::MAX, f32::MIN), |(least, most), l| (least.min(l), most.max(l)));
    most - least < 8.0
}

/// Stretches of at least 0.8 s that begin with the first block of speech after 90 ms without; pauses within are shorter.
fn stretches(sound: &[f32], block: usize) -> Vec<Vec<f32>> {
    let speaks = speaks(sound, block);
    let (mut found, mut begin, mut last) = (Vec::new(), None, 0);
    for (n, now) in speaks.iter().enumerate() {
        if *now && begin.is_some() {
            last = n;
        } else if *now && speaks.iter().skip(n).take(4).filter(|s| **s).count() >= 3 {
            // It goes on: no click.
            begin = (n == 0 || n - last > 8).then_some(n);
            last = n;
        } else if let Some(from) = begin
            && n - last > 10
        {
            let stretch = &sound[from * block..((last + 1) * block).min(sound.len())];
            if last - from >= 80 && !steady(stretch, block) {
                found.push(stretch.to_vec());
            }
            begin = None;
        }
    }
    found
}

/// A room's response from its direct sound on, 0.25 s, of unit energy.
fn direct_first(room: &[f32], rate: SampleRate) -> Vec<f32> {
    let peak = room.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).map_or(0, |(n, _)| n);
    let from = peak.saturating_sub(rate.hz() as usize / 1_000);
    let room: Vec<f32> = room.iter().skip(from).take(rate.hz() as usize / 4).copied().collect();
    let scale = room.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
    room.iter().map(|x| x / scale).collect()
}

/// A short sound, of at most 300 ms at 0 dB: a hum of one or two humps, a cough, or a word cut short.
#[must_use]
pub fn short_sound(draw: &mut Draw, callers: &[Vec<f32>], rate: SampleRate) -> Vec<f32> {
    let hz = rate.hz() as f32;
    let length = (draw.between(0.15, 0.29) * hz) as usize;
    let kind = draw.below(3);
    let pitch = draw.between(100.0, 230.0);
    let (mut phase, mut low, mut band) = (0.0f32, 0.0f32, 0.0f32);
    let word = draw.below(callers.len());
    let mut out: Vec<f32> = (0..length)
        .map(|n| {
            let t = n as f32 / length as f32;
            match kind {
                0 => {
                    // "mm-hm": the pitch rises at the second hump.
                    let humps = if length as f32 > 0.22 * hz {
                        (std::f32::consts::TAU * t).sin().abs()
                    } else {
                        (std::f32::consts::PI * t).sin()
                    };
                    phase += pitch * if t > 0.5 { 1.2 } else { 1.0 } / hz;
                    let tone: f32 =
                        (1..8).map(|k| (std::f32::consts::TAU * phase * k as f32).sin() / (k * k) as f32).sum();
                    tone * humps.powf(0.7)
                }
                1 => {
                    // A burst of noise through a resonance that dies away, as a cough.
                    low += 0.45 * (draw.between(-1.0, 1.0) - low);
                    band += 0.25 * (low - band);
                    (low + 0.5 * band) * (-5.0 * t).exp() * (30.0 * t).min(1.0)
                }
                _ => callers[word].get(n).copied().unwrap_or(0.0) * ((1.0 - t) * 8.0).min(1.0),
            }
        })
        .collect();
    let block = rate.block_samples();
    out.resize(length.next_multiple_of(block), 0.0);
    levelled(&out, block)
}
