//! Real-time: similarity of two places of a signal.

/// Lanes that are worked on side by side, so that the compiler may use vector instructions.
const LANES: usize = 16;
/// The most lags of one search: 20 ms at 4 kHz, and 1 ms on either side at 48 kHz, are less.
const MOST_LAGS: usize = 256;

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
    let (first, last) = (*lags.start(), *lags.end());
    if first == 0 || last > at || first > last || samples.len() < at + window {
        return None;
    }
    let (mut from, mut to) = (first, last);
    if thin > 1 && last - first > 2 * thin {
        // 60 ms of lags and as much of window fit at 4 kHz.
        let mut scratch = [0.0f32; 512];
        let thinned = ((last + window) / thin).min(scratch.len());
        for (to, group) in scratch.iter_mut().zip(samples.get(at - last..)?.chunks_exact(thin)).take(thinned) {
            *to = group.iter().sum();
        }
        let place = last / thin;
        let found = search(scratch.get(..thinned)?, place, thinned.checked_sub(place)?, (first / thin).max(1), place)?;
        let near = found.lag * thin;
        (from, to) = (near.saturating_sub(thin).max(first), (near + thin).min(last));
    }
    search(samples, at, window, from, to)
}

/// Every lag of `first..=last`, [`LANES`] of them side by side, by the widest vector instructions of the machine.
#[multiversion::multiversion(targets("x86_64+avx2+fma", "aarch64+neon"))]
fn search(samples: &[f32], at: usize, window: usize, first: usize, last: usize) -> Option<Match> {
    let template = samples.get(at..at + window)?;
    let count = (last + 1).checked_sub(first)?.min(MOST_LAGS);
    // From the greatest lag on: its place is the earliest, and places follow one another.
    let places = samples.get(at.checked_sub(first + count - 1)?..at - first + window)?;
    let mut products = [0.0f32; MOST_LAGS];
    let mut group = 0;
    while group < count {
        // The last group may lie over the one before it.
        let begin = if group + LANES <= count { group } else { count.saturating_sub(LANES) };
        let mut sums = [0.0f32; LANES];
        if let Some(from) = places.get(begin..begin + window + LANES - 1) {
            for (own, there) in template.iter().zip(from.windows(LANES)) {
                for (sum, x) in sums.iter_mut().zip(there) {
                    *sum += own * x;
                }
            }
            products.get_mut(begin..begin + LANES)?.copy_from_slice(&sums);
        } else {
            // Fewer places than lanes.
            for (product, from) in products.iter_mut().zip(places.windows(window)) {
                *product = dot(template, from);
            }
        }
        group += LANES;
    }
    // The energy moves with the window; begun anew at each search, so that rounding cannot pile up.
    let start = places.get(..window)?;
    let (own, mut here) = (dot(template, template), dot(start, start));
    let (mut best, mut score, mut energy) = (0, f32::MIN, 0.0);
    let moves = places.iter().zip(places.get(window..)?.iter().chain(std::iter::once(&0.0)));
    for (index, (product, (leaves, enters))) in products.iter().take(count).zip(moves).enumerate() {
        // Ordered as product / sqrt(energy) is.
        let squared = product * product.abs() / here.max(1e-12);
        if squared >= score {
            (best, score, energy) = (index, squared, here);
        }
        here += enters * enters - leaves * leaves;
    }
    let correlation = products.get(best)? / (own * energy.max(0.0)).sqrt().max(1e-9);
    Some(Match { lag: first + count - 1 - best, correlation }).filter(|found| found.correlation.is_finite())
}
