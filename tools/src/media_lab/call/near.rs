//! Pure: what became of B's speech on its way to A's ear, band by band: where A spoke as well, and where it did not.

use super::bands;
use super::delay::Delays;
use super::lag::Searched;
use serde::Serialize;

/// What was lost and what was added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Near {
    /// Blocks of 10 ms that were looked at.
    pub blocks: usize,
    /// By how much bands of speech are weaker than said, the mean over all, dB.
    pub lost_db: f64,
    /// By how much they are stronger: echo, noise, what codecs add.
    pub added_db: f64,
    /// Blocks in which more than 12 dB of the speech are lost.
    pub lost_percent: f64,
}

/// Both cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Both {
    /// A was silent.
    pub alone: Near,
    /// A spoke, and its echo was there.
    pub double_talk: Near,
}

/// Below a band's loudest by more than this it holds no speech, dB.
const FAINT_DB: f64 = 30.0;
/// What a band may lose or win at most, dB.
const MOST_DB: f64 = 30.0;
/// A block is lost if it lost so much in the mean, dB.
const LOST_DB: f64 = 12.0;
/// Blocks that are brought in step together: a jitter buffer moves speech by and by.
const TOGETHER: usize = 40;
/// How far they are looked for around the usual delay, ms.
const AROUND_MS: f64 = 100.0;

/// Which blocks of what B said are looked at.
#[derive(Debug, Clone, Copy)]
pub struct When<'a> {
    /// B speaks.
    pub speaks: &'a [bool],
    /// Its microphone takes up echo at that time.
    pub echoes: &'a [bool],
}

/// Compares what B said with what A heard, both at that rate.
#[must_use]
pub fn near(said: &Searched, heard: &Searched, pcm: [&[f32]; 2], rate: u32, delays: &Delays, when: When<'_>) -> Both {
    let said_bands = bands::powers(pcm[0], rate);
    let heard_bands = bands::powers(pcm[1], rate);
    let count = said_bands.first().map_or(0, Vec::len);
    let loudest = |band: usize| {
        let mut powers: Vec<f64> = said_bands.iter().map(|powers| powers[band]).collect();
        powers.sort_by(f64::total_cmp);
        powers.get(powers.len() * 98 / 100).copied().unwrap_or(0.0)
    };
    let least: Vec<f64> = (0..count).map(|band| loudest(band) * 10f64.powf(-FAINT_DB / 10.0)).collect();
    let (mut alone, mut both) = (Vec::new(), Vec::new());
    for first in (0..said_bands.len()).step_by(TOGETHER) {
        let end = (first + TOGETHER).min(said_bands.len());
        let part = [first as f64 / 100.0, end as f64 / 100.0];
        let Some(usual) = delays.at_ms(part[0]) else { continue };
        let range = [(usual - AROUND_MS).max(0.0), usual + AROUND_MS];
        let found = said.lag(heard, part, range).filter(|(_, alike)| *alike > 0.4);
        let later = (found.map_or(usual, |(ms, _)| ms) / 10.0).round() as usize;
        for n in (first..end).filter(|n| when.speaks.get(*n) == Some(&true)) {
            let Some(there) = heard_bands.get(n + later) else { continue };
            let bands = (0..count).filter(|band| said_bands[n][*band] > least[*band]);
            let changes: Vec<f64> =
                bands.map(|band| 10.0 * ((there[band] + 1e-12) / said_bands[n][band]).log10()).collect();
            if changes.len() > count / 3 {
                let echoes = when.echoes.get(n) == Some(&true);
                if echoes { &mut both } else { &mut alone }.push(changes);
            }
        }
    }
    // What the level is by itself: gain control, or a quiet codec, loses nothing.
    let mut usual: Vec<f64> = if alone.is_empty() { &both } else { &alone }.iter().flatten().copied().collect();
    usual.sort_by(f64::total_cmp);
    let gain = usual.get(usual.len() / 2).copied().unwrap_or(0.0);
    Both { alone: judged(&alone, gain), double_talk: judged(&both, gain) }
}

fn judged(blocks: &[Vec<f64>], gain: f64) -> Near {
    let changes = blocks.iter().flatten().map(|change| (change - gain).clamp(-MOST_DB, MOST_DB));
    let (mut lost, mut added, mut count) = (0.0, 0.0, 0u32);
    for change in changes {
        (lost, added, count) = (lost + (-change).max(0.0), added + change.max(0.0), count + 1);
    }
    let mean = |block: &Vec<f64>| block.iter().map(|x| x - gain).sum::<f64>() / block.len() as f64;
    let gone = blocks.iter().filter(|block| mean(block) < -LOST_DB).count();
    let all = f64::from(count.max(1));
    Near {
        blocks: blocks.len(),
        lost_db: lost / all,
        added_db: added / all,
        lost_percent: 100.0 * gone as f64 / blocks.len().max(1) as f64,
    }
}
