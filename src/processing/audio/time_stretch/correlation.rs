//! Real-time: similarity of two places of a signal.

/// Lanes that are summed side by side, so that the compiler may use vector instructions.
const LANES: usize = 16;

/// The inner product of two slices, over the shorter one's length.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let n = a.len().min(b.len());
    let (a, b) = (a.get(..n).unwrap_or_default(), b.get(..n).unwrap_or_default());
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// What [`best_lag`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Match {
    /// In samples.
    pub(crate) lag: usize,
    /// Normalized correlation at that lag, -1..=1.
    pub(crate) correlation: f32,
}

/// The lag in `lags` at which `samples[at - lag..]` resembles `samples[at..]` best over `window` samples, by normalized
/// correlation. `None` if the slice does not hold one of the places, or the signal is digital silence.
///
/// Above 12 kHz the search goes over a signal thinned out to about 8 kHz, then one by one around the best.
pub(crate) fn best_lag(
    samples: &[f32],
    at: usize,
    window: usize,
    lags: std::ops::RangeInclusive<usize>,
    thin: usize,
) -> Option<Match> {
    let template = samples.get(at..at + window)?;
    if *lags.start() == 0 || *lags.end() > at || lags.is_empty() {
        return None;
    }
    if thin <= 1 {
        return search(samples, at, template, lags);
    }
    // 20 ms of lags and as much of window fit at 8 kHz.
    let mut scratch = [0.0f32; 512];
    let span = *lags.end() + window;
    let thinned = (span / thin).min(scratch.len());
    let from = at - *lags.end();
    for (to, group) in scratch.iter_mut().zip(samples.get(from..at + window)?.chunks_exact(thin)).take(thinned) {
        *to = group.iter().sum();
    }
    let place = *lags.end() / thin;
    let coarse_lags = (lags.start() / thin).max(1)..=place;
    let coarse_window = thinned.saturating_sub(place);
    let coarse = scratch.get(place..place + coarse_window)?;
    let found = search(&scratch, place, coarse, coarse_lags)?;
    let near = found.lag * thin;
    let fine = near.saturating_sub(thin).max(*lags.start())..=(near + thin).min(*lags.end());
    search(samples, at, template, fine)
}

fn search(samples: &[f32], at: usize, template: &[f32], lags: std::ops::RangeInclusive<usize>) -> Option<Match> {
    let own = dot(template, template);
    let window = template.len();
    let first = samples.get(at - lags.start()..at - lags.start() + window)?;
    let mut energy = dot(first, first);
    let mut best: Option<Match> = None;
    for lag in lags {
        let from = at - lag;
        let place = samples.get(from..from + window)?;
        let product = dot(template, place);
        let correlation = product / (own * energy.max(0.0)).sqrt().max(1e-9);
        if best.is_none_or(|b| correlation > b.correlation) {
            best = Some(Match { lag, correlation });
        }
        if from > 0 {
            let (enters, leaves) = (samples[from - 1], samples[from + window - 1]);
            energy += enters * enters - leaves * leaves;
        }
    }
    best.filter(|b| b.correlation.is_finite())
}
