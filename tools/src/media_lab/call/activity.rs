//! Pure: where in a sound something is said, in blocks of 10 ms, and how loud a sound is there.

/// Below the active level by more than this is a pause, dB.
const PAUSE_DB: f64 = 25.0;
/// Gaps of up to so many blocks belong to what is said.
const GAP: usize = 20;
/// What is fainter is silence, whatever else there is: -70 dBFS.
const SILENT: f64 = 1e-7;

/// The mean power of each block.
#[must_use]
pub fn powers(pcm: &[f32], block: usize) -> Vec<f64> {
    let power = |b: &[f32]| b.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / block as f64;
    pcm.chunks(block).map(power).collect()
}

/// In which blocks something is said, short gaps included.
#[must_use]
pub fn active(pcm: &[f32], block: usize) -> Vec<bool> {
    let mut active = loud(&powers(pcm, block));
    let mut last = None;
    for n in 0..active.len() {
        if !active[n] {
            continue;
        }
        if let Some(before) = last.filter(|before| n - before <= GAP) {
            active[before..n].fill(true);
        }
        last = Some(n);
    }
    active
}

/// Which blocks are loud beside the loudest.
#[must_use]
pub fn loud(powers: &[f64]) -> Vec<bool> {
    let mut sorted: Vec<f64> = powers.iter().copied().filter(|power| *power > SILENT).collect();
    sorted.sort_by(f64::total_cmp);
    let high = sorted.get(sorted.len() * 9 / 10).copied().unwrap_or(f64::INFINITY);
    let least = (high * 10f64.powf(-PAUSE_DB / 10.0)).max(SILENT);
    powers.iter().map(|power| *power > least).collect()
}

/// `flags` with so many blocks before and behind each that is set.
#[must_use]
pub fn widened(flags: &[bool], before: usize, behind: usize) -> Vec<bool> {
    let mut wide = vec![false; flags.len()];
    for n in (0..flags.len()).filter(|n| flags[*n]) {
        let to = (n + behind + 1).min(flags.len());
        wide[n.saturating_sub(before)..to].fill(true);
    }
    wide
}

/// The level of the mean of powers, dBFS; none of no block.
#[must_use]
pub fn level_dbfs(powers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = powers.into_iter().fold((0.0, 0u32), |(sum, count), power| (sum + power, count + 1));
    (count > 0).then(|| (10.0 * (sum / f64::from(count)).log10()).max(-100.0))
}
