//! Pure: what `stress` prints at the end.

use super::run::Outcome;
use std::fmt::Write as _;

/// The table of a run, with its verdict.
pub fn text(outcome: &Outcome) -> String {
    let Outcome { clock, engines, seconds, took, balanced, .. } = outcome;
    let mut out = format!("{engines} engines, {seconds:.0} s on the {clock} clock, in {took:.0} s\n");
    for (verb, answers) in &outcome.answers {
        let _ = writeln!(out, "  {verb:<24} {:>10} done {:>10} refused", answers.done, answers.refused);
    }
    let _ = writeln!(out, "counters: of {balanced} sessions");
    match &outcome.growth {
        None => out += "memory: too few engines to judge: at least eight are needed\n",
        Some(growth) => {
            let (a, b) = (&growth.before, &growth.after);
            let verdict = if outcome.flat { "flat" } else { "GROWS" };
            let _ = writeln!(
                out,
                "memory {verdict}: resident {} -> {} KiB, allocations {} -> {}, octets in them {} -> {}",
                a.resident_kib, b.resident_kib, a.live, b.live, a.live_octets, b.live_octets
            );
        }
    }
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
