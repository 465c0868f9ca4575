//! Pure: what `soak` prints at the end.

use std::fmt::Write as _;

use super::memory::verdict;
use super::run::Outcome;

/// The table of a soak, with its verdict.
pub fn text(outcome: &Outcome) -> String {
    let mut out = String::new();
    let Outcome { clock, legs, seconds, took, .. } = outcome;
    let _ = writeln!(out, "{legs} legs, {seconds} s on the {clock} clock, in {took:.0} s");
    for (name, value) in outcome.totals.read() {
        let _ = writeln!(out, "  {name:<14} {value:>14}");
    }
    out += &verdict(outcome.growth.as_ref(), outcome.flat, "samples");
    match outcome.broken {
        0 => out += "counters: all add up, for each session and in total\n",
        n => {
            let _ = writeln!(out, "counters: {n} DO NOT ADD UP");
        }
    }
    for breach in &outcome.breaches {
        let _ = writeln!(out, "  {breach}");
    }
    if !outcome.came_home {
        out += "the engine did NOT get back all that it lent to its threads\n";
    }
    out
}
