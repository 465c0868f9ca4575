//! Pure: what the voice detector told of B beside when B spoke.

use super::activity::widened;
use serde::Serialize;

/// By blocks of 10 ms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Voice {
    /// Of the call: B spoke.
    pub spoke_percent: f64,
    /// Of the call: voice was told.
    pub told_percent: f64,
    /// Of the time in which B spoke: voice was told.
    pub found_percent: f64,
    /// Of the time in which B was silent, and A's echo came: voice was told.
    pub false_by_echo_percent: f64,
    /// Of the time in which neither spoke: voice was told.
    pub false_in_silence_percent: f64,
}

/// Blocks behind speech in which voice may still be told: pauses between words, the detector's hangover.
const AFTER: usize = 50;
/// By how many blocks voice may be told later at most: network, jitter buffer.
const LATEST: usize = 60;

/// `told` are blocks at which voice began (true) or ended.
#[must_use]
pub fn voice(told: &[(usize, bool)], speaks: &[bool], echoes: &[bool]) -> Voice {
    let mut voiced = vec![false; speaks.len()];
    for (n, (from, began)) in told.iter().enumerate() {
        let to = told.get(n + 1).map_or(speaks.len(), |next| next.0);
        if *began && let Some(part) = voiced.get_mut(*from..to) {
            part.fill(true);
        }
    }
    let share = |of: &dyn Fn(usize) -> bool, later: usize| {
        let of: Vec<usize> = (0..speaks.len() - later).filter(|n| of(*n)).collect();
        let hit = of.iter().filter(|n| voiced[**n + later]).count();
        100.0 * hit as f64 / of.len().max(1) as f64
    };
    let latest = LATEST.min(speaks.len());
    let found = |later: usize| (share(&|n| speaks[n], later), later);
    let best = (0..latest).map(found).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let (found_percent, later) = best.unwrap_or_default();
    let near = widened(speaks, 5, AFTER);
    let echo = |n: usize| echoes.get(n) == Some(&true);
    Voice {
        spoke_percent: share_of(speaks),
        told_percent: share_of(&voiced),
        found_percent,
        false_by_echo_percent: share(&|n| !near[n] && echo(n), later),
        false_in_silence_percent: share(&|n| !near[n] && !echo(n), later),
    }
}

fn share_of(flags: &[bool]) -> f64 {
    100.0 * flags.iter().filter(|flag| **flag).count() as f64 / flags.len().max(1) as f64
}
