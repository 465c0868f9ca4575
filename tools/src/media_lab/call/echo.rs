//! Pure: what A hears of itself: the echo that B's microphone took up, and what is left of it at A's ear.

use super::activity::{level_dbfs, loud, widened};
use serde::Serialize;

/// The echo, where nobody speaks at B.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Echo {
    /// At B's microphone, dBFS.
    pub at_the_microphone_dbfs: Option<f64>,
    /// At A's ear, with the noise that is heard there, dBFS.
    pub left_dbfs: Option<f64>,
    /// The median of that over blocks: what is heard of B all the time, noise or what is made in its place, dBFS.
    pub left_usual_dbfs: Option<f64>,
    /// What became of it on the way, dB.
    pub erle_db: Option<f64>,
    /// The same in the second half of the time in which it was there.
    pub erle_second_half_db: Option<f64>,
    /// The worst half second of that half.
    pub erle_worst_db: Option<f64>,
    /// From the first echo until it was 20 dB down for half a second, s of echo; none: never.
    pub to_20_db_s: Option<f64>,
}

/// Blocks before and behind B's speech that are left out: what is heard of it may be early or late.
const BESIDE: [usize; 2] = [30, 50];
/// Blocks of a running mean: half a second.
const RUN: usize = 50;

/// Mean powers of blocks: the echo at the microphone, and what A heard when it would have come (by block of the microphone).
#[must_use]
pub fn echo(at_microphone: &[f64], heard: &[Option<f64>], near_speaks: &[bool]) -> Echo {
    let near = widened(near_speaks, BESIDE[0], BESIDE[1]);
    let pairs: Vec<(f64, f64)> = loud(at_microphone)
        .into_iter()
        .enumerate()
        .filter(|(n, echoes)| *echoes && !near.get(*n).copied().unwrap_or(false))
        .filter_map(|(n, _)| Some((at_microphone[n], heard.get(n).copied()??)))
        .collect();
    if pairs.is_empty() {
        return Echo::default();
    }
    let half = &pairs[pairs.len() / 2..];
    let runs = |pairs: &[(f64, f64)]| pairs.windows(RUN).map(erle).collect::<Vec<_>>();
    let first = runs(&pairs).into_iter().position(|erle| erle >= 20.0);
    Echo {
        at_the_microphone_dbfs: level_dbfs(pairs.iter().map(|pair| pair.0)),
        left_dbfs: level_dbfs(pairs.iter().map(|pair| pair.1)),
        left_usual_dbfs: level_dbfs(median(pairs.iter().map(|pair| pair.1))),
        erle_db: Some(erle(&pairs)),
        erle_second_half_db: Some(erle(half)),
        erle_worst_db: runs(half).into_iter().reduce(f64::min),
        to_20_db_s: first.map(|n| (n + RUN) as f64 / 100.0),
    }
}

fn median(powers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = powers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

fn erle(pairs: &[(f64, f64)]) -> f64 {
    let (before, after) = pairs.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    10.0 * ((before + 1e-12) / (after + 1e-12)).log10()
}
