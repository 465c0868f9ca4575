//! Pure: what `stress flood` prints at the end.

use super::run::{Outcome, Run};
use std::fmt::Write as _;

/// The table of both runs, with its verdict.
pub fn text(outcome: &Outcome) -> String {
    let Outcome { calls, seconds, rate, quiet, flood, .. } = outcome;
    let mut out = format!("{calls} calls for {seconds} s, without and with a flood of {rate} packets a second\n");
    let mut row = |name: &str, value: fn(&Run) -> String| {
        let _ = writeln!(out, "  {name:<46} {:>24} {:>24}", value(quiet), value(flood));
    };
    row("flooded port: packets a second", |run| format!("{:.0}", run.flooded.rate));
    row("  sent to it", |run| run.flooded.sent.to_string());
    row("  dropped by the kernel", |run| run.flooded.kernel_dropped.to_string());
    row("  read", |run| run.flooded.read.to_string());
    row("    handed to the media thread", |run| run.flooded.taken.to_string());
    row("    dropped by the bound (flooded)", |run| run.flooded.flooded.to_string());
    row("    of somebody else (refused)", |run| run.flooded.refused.to_string());
    row("other calls: packets sent to them", |run| run.others.sent.to_string());
    row("  dropped by the kernel", |run| run.others.kernel_dropped.to_string());
    row("  dropped by the engine", |run| run.others.dropped.to_string());
    row("  lost, late", |run| format!("{}, {}", run.others.lost, run.others.late));
    row("  blocks of 10 ms made up", |run| run.others.concealed_blocks.to_string());
    row("  packets sent to their phones", |run| run.others.packets_out.to_string());
    row("    not heard there", |run| run.others.unheard.to_string());
    row("  time between packets off by, µs: p50, p99, max", |run| {
        let [half, most, all] = run.others.jitter_us;
        format!("{half:.0}, {most:.0}, {all:.0}")
    });
    row("  residence, ms: p50, p99", |run| {
        let [half, most] = run.others.residence_ms;
        format!("{half:.1}, {most:.1}")
    });
    row("late ticks", |run| run.others.late_ticks.to_string());
    let breaches = quiet.breaches.iter().chain(&flood.breaches);
    match breaches.clone().count() {
        0 => out += "counters: all add up, for each session\n",
        n => {
            let _ = writeln!(out, "counters: {n} DO NOT ADD UP");
        }
    }
    for breach in breaches {
        let _ = writeln!(out, "  {breach}");
    }
    out
}
