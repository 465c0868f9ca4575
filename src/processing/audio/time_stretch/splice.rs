//! Real-time: taking a piece out of a signal, or putting one in, at a place where it does not show.

use super::correlation::best_lag;
use super::crossfade::gains;
use std::ops::RangeInclusive;

/// What a splice may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// By how many samples the signal may change.
    pub lags: RangeInclusive<usize>,
    /// Over how many samples it is played over.
    pub overlap: usize,
    /// The search is thinned out by this; rate / 4000 does for speech.
    pub thin: usize,
}

/// Takes a piece out of `samples` at `at`: the audio from there on is played over into itself, 1 of `lags` later.
/// Returns the samples taken out (the slice's end is to be shortened by them), or `None`, with nothing changed, where
/// the correlation stays under `least`.
///
/// Needs `at + lag + overlap` samples. Real-time safe.
pub fn shorten(samples: &mut [f32], at: usize, splice: &Splice, least: f32) -> Option<usize> {
    let last = samples.len().checked_sub(at + splice.overlap)?;
    let (from, to) = (*splice.lags.start(), (*splice.lags.end()).min(last));
    if from > to {
        return None;
    }
    // Seen from the end of the range, a place further on is one further back: the template lies at the far end.
    let found = best_forward(samples, at, splice, from..=to)?;
    if found.1 < least {
        return None;
    }
    let (lag, correlation) = found;
    for i in 0..splice.overlap {
        let (falling, rising) = gains((i + 1) as f32 / (splice.overlap + 1) as f32, correlation);
        samples[at + i] = samples[at + i] * falling + samples[at + lag + i] * rising;
    }
    samples.copy_within(at + splice.overlap + lag.., at + splice.overlap);
    Some(lag)
}

/// The best lag forward from `at`, and its correlation.
fn best_forward(samples: &[f32], at: usize, splice: &Splice, lags: RangeInclusive<usize>) -> Option<(usize, f32)> {
    // Turned round in time the search is the backward one. At most 20 ms of lags and 20 ms of window at 48 kHz.
    let mut turned = [0.0f32; 2_048];
    let span = lags.end() + splice.overlap;
    let source = samples.get(at..at + span)?;
    let turned = turned.get_mut(..span)?;
    turned.iter_mut().zip(source.iter().rev()).for_each(|(to, from)| *to = *from);
    let place = span - splice.overlap;
    let found = best_lag(turned, place, splice.overlap, lags, splice.thin)?;
    Some((found.lag, found.correlation))
}

/// Puts a piece into `samples` at `at`: the audio from there on is played over into itself, one of `lags` earlier. The
/// slice has `filled` samples, and room for the greatest lag behind them. Returns the samples put in, or `None`, with
/// nothing changed, where the correlation stays under `least`.
///
/// Needs `overlap` samples after `at` and the greatest lag before it. Real-time safe.
pub fn lengthen(samples: &mut [f32], filled: usize, at: usize, splice: &Splice, least: f32) -> Option<usize> {
    let room = samples.len().checked_sub(filled)?;
    if filled < at + splice.overlap {
        return None;
    }
    let (from, to) = (*splice.lags.start(), (*splice.lags.end()).min(at).min(room));
    if from > to {
        return None;
    }
    let found = best_lag(samples.get(..filled)?, at, splice.overlap, from..=to, splice.thin)?;
    if found.correlation < least {
        return None;
    }
    let lag = found.lag;
    samples.copy_within(at..filled, at + lag);
    for i in 0..splice.overlap {
        let (falling, rising) = gains((i + 1) as f32 / (splice.overlap + 1) as f32, found.correlation);
        // What was at `at + i` lies `lag` further on now; what is `lag` earlier has not moved, or has just come here.
        let earlier = if i < lag { samples[at + i - lag] } else { samples[at + i] };
        samples[at + i] = samples[at + lag + i] * falling + earlier * rising;
    }
    for i in splice.overlap..lag {
        samples[at + i] = samples[at + i - lag];
    }
    Some(lag)
}
