//! Real-time: similarity of two places of a signal.

/// Lanes that are summed side by side, so that the compiler may use vector instructions.
const LANES: usize = 16;

/// The inner product of two slices, over the shorter one's length.
#[inline(always)]
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

/// The normalized correlation of two slices as they lie, -1..=1.
pub(crate) fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let n = a.len().min(b.len());
    let (a, b) = (a.get(..n).unwrap_or_default(), b.get(..n).unwrap_or_default());
    (dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-9)).clamp(-1.0, 1.0)
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
/// With `thin` above 1 the search goes over a signal thinned out by it, then one by one around the best.
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
        let near = search(samples, at, template, *lags.start(), *lags.end(), 2)?.lag;
        return search(samples, at, template, (near - 1).max(*lags.start()), (near + 1).min(*lags.end()), 1);
    }
    // 60 ms of lags and as much of window fit at 4 kHz.
    let mut scratch = [0.0f32; 512];
    let span = *lags.end() + window;
    let thinned = (span / thin).min(scratch.len());
    let from = at - *lags.end();
    for (to, group) in scratch.iter_mut().zip(samples.get(from..at + window)?.chunks_exact(thin)).take(thinned) {
        *to = group.iter().sum();
    }
    let place = *lags.end() / thin;
    let first = (lags.start() / thin).max(1);
    let coarse_window = thinned.saturating_sub(place);
    let coarse = scratch.get(place..place + coarse_window)?;
    let found = search(&scratch, place, coarse, first, place, 1)?;
    let near = found.lag * thin;
    let (from, to) = (near.saturating_sub(thin).max(*lags.start()), (near + thin).min(*lags.end()));
    search(samples, at, template, from, to, 1)
}

/// Every `step`th lag of a range, by the widest vector instructions of the machine.
#[multiversion::multiversion(targets("x86_64+avx2+fma", "aarch64+neon"))]
fn search(samples: &[f32], at: usize, template: &[f32], first: usize, last: usize, step: usize) -> Option<Match> {
    let own = dot(template, template);
    let window = template.len();
    let mut best: Option<Match> = None;
    let mut energy: Option<f32> = None;
    for lag in (first..=last).step_by(step) {
        let from = at.checked_sub(lag)?;
        let place = samples.get(from..from + window)?;
        // Moves with the window; begun anew at each search, so that rounding cannot pile up.
        let here = match energy {
            Some(energy) => {
                let (enters, leaves) = (&samples[from..from + step], &samples[from + window..from + window + step]);
                energy + dot(enters, enters) - dot(leaves, leaves)
            }
            None => dot(place, place),
        };
        energy = Some(here);
        let correlation = dot(template, place) / (own * here.max(0.0)).sqrt().max(1e-9);
        if best.is_none_or(|b| correlation > b.correlation) {
            best = Some(Match { lag, correlation });
        }
    }
    best.filter(|b| b.correlation.is_finite())
}
