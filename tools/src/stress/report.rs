//! Pure: what `stress` prints at the end.

use super::run::Outcome;
use crate::soak::memory::verdict;
use std::fmt::Write as _;

/// The table of a run, with its verdict.
pub fn text(outcome: &Outcome) -> String {
    let Outcome { clock, engines, seconds, took, balanced, .. } = outcome;
    let mut out = format!("{engines} engines, {seconds:.0} s on the {clock} clock, in {took:.0} s\n");
    for (verb, answers) in &outcome.answers {
        let _ = writeln!(out, "  {verb:<24} {:>10} done {:>10} refused", answers.done, answers.refused);
        for (kind, count) in &answers.kinds {
            let _ = writeln!(out, "    {count:>45} {kind}");
        }
    }
    let _ = writeln!(out, "counters: of {balanced} sessions");
    let (rooms, sharing) = outcome.rooms;
    let _ = writeln!(out, "rooms: looked at {rooms} times, in {sharing} of them encoders were shared");
    let (panics, ends) = outcome.panics;
    let _ = writeln!(out, "panics planted: {panics}, {ends} of them as a codec was freed");
    out += &verdict(outcome.growth.as_ref(), outcome.flat, "engines");
    match outcome.wrong {
        0 => out += "findings: none\n",
        n => {
            let _ = writeln!(out, "findings: {n}");
        }
    }
    for finding in &outcome.findings {
        let _ = writeln!(out, "  {finding}");
    }
    out
}
