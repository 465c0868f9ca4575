//! Pure: the largest number that is good, by doubling and then by halves.

use super::verdict::{Step, Verdict};
use anyhow::Result;
use serde::Serialize;

/// Where to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The first number that is tried, and the last that may be.
    pub(super) from: u32,
    pub(super) most: u32,
    /// Where it ends: good and bad are no further apart than so many percent.
    pub(super) percent: u32,
    /// How often a number is tried that is not good: the machine may have been to blame.
    pub(super) tries: u32,
}

/// What ended a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "because")]
pub enum Limit {
    /// The node could not carry more.
    Node(String),
    /// The generator could not drive more: the node may carry more.
    Generator(String),
    /// As many as were to be tried.
    Asked,
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The largest number of calls that were good; none: not even the first.
    pub calls: Option<u32>,
    /// The smallest that were not.
    pub not: Option<u32>,
    /// Why not.
    pub limit: Limit,
}

/// Tries numbers by `step` until the largest that is good is known. Each step is handed to `told`.
///
/// # Errors
/// Those of `step`.
pub(super) fn search(bounds: Bounds, mut step: impl FnMut(u32) -> Result<Step>) -> Result<Found> {
    let mut tried = |calls: u32| -> Result<Option<Limit>> {
        let (mut bad, mut late) = (0, 0);
        loop {
            match step(calls)?.verdict() {
                Verdict::Good => return Ok(None),
                Verdict::Bad(why) => {
                    bad += 1;
                    if bad == bounds.tries {
                        return Ok(Some(Limit::Node(why.join(", "))));
                    }
                }
                // What is not counted is no try; but there is an end to it.
                Verdict::GeneratorLate(why) => {
                    late += 1;
                    if late == 2 * bounds.tries {
                        return Ok(Some(Limit::Generator(why)));
                    }
                }
            }
        }
    };
    let (mut good, mut next) = (None, bounds.from.min(bounds.most));
    let (mut not, mut limit) = loop {
        match tried(next)? {
            Some(limit) => break (next, limit),
            None if next == bounds.most => return Ok(Found { calls: Some(next), not: None, limit: Limit::Asked }),
            None => (good, next) = (Some(next), (next * 2).min(bounds.most)),
        }
    };
    loop {
        let low = good.unwrap_or(0);
        let near = u64::from(not - low) * 100 <= u64::from(low) * u64::from(bounds.percent);
        if not - low <= 1 || near {
            return Ok(Found { calls: good, not: Some(not), limit });
        }
        let middle = low + (not - low) / 2;
        match tried(middle)? {
            Some(why) => (not, limit) = (middle, why),
            None => good = Some(middle),
        }
    }
}
