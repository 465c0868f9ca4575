//! Control: the findings for people.

use std::io::{self, Write};

use media_core::telemetry::snapshot::{Nanos, Percentiles};

use super::{Findings, Half, Kept, Verdict};

pub(super) fn print(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let Findings { core, tick_ms, privileges, idle, loaded, machine, verdict, advice } = findings;
    writeln!(out, "core {core} of {}, ticks of {tick_ms} ms; kernel {}", machine.cores, machine.kernel)?;
    let told =
        |what: &str, value: &str| if value.is_empty() { format!("no {what}") } else { format!("{what} {value}") };
    writeln!(
        out,
        "{}; {}; {}; {}",
        if machine.virtual_machine { "a virtual machine" } else { "no virtual machine by its flags" },
        told("isolated cores", &machine.isolated),
        told("frequency governor", &machine.governor),
        told("clock source", &machine.clock_source),
    )?;
    writeln!(out, "media thread: {privileges}")?;
    writeln!(out, "\n{:<30}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}", "", "ticks", "p50", "p99", "p99.9", "max", "late")?;
    for (name, half) in [("idle (no load of ours)", idle), ("under load", loaded)] {
        writeln!(out, "{name}{}", cores(half))?;
        kept(out, "media thread", &half.media_thread)?;
        kept(out, "bare metronome", &half.bare)?;
    }
    let period = u64::from(*tick_ms) * 1_000_000;
    writeln!(
        out,
        "\nverdict: {}",
        match verdict {
            Verdict::Good =>
                format!("GOOD: under load 99.9 % of the ticks begin within {}, none is late", Nanos(period / 20)),
            Verdict::Usable => format!("USABLE: under load 99 % of the ticks begin within {}", Nanos(period / 5)),
            Verdict::Poor =>
                format!("POOR: under load over 1 % of the ticks begin more than {} late", Nanos(period / 5)),
        }
    )?;
    advice.iter().try_for_each(|line| writeln!(out, "advice:  {line}"))
}

fn cores(half: &Half) -> String {
    let core = |used: &media_core::rt::os::steal::CoreUse| {
        format!("  core {} busy {:.0} % stolen {:.1} %", used.core, used.busy * 100.0, used.steal * 100.0)
    };
    half.cores.iter().map(core).collect()
}

fn kept(out: &mut impl Write, name: &str, kept: &Kept) -> io::Result<()> {
    let row = |out: &mut dyn Write, what: &str, row: &Percentiles| {
        write!(out, "  {:<28}{:>9}", format!("{name}: {what}"), row.count)?;
        [row.p50_ns, row.p99_ns, row.p999_ns, row.max_ns]
            .into_iter()
            .try_for_each(|ns| write!(out, "{:>10}", Nanos(ns)))
    };
    row(out, "lateness", &kept.lateness)?;
    writeln!(out, "{:>10}", kept.xruns.late_ticks)?;
    row(out, "fixed work", &kept.work)?;
    writeln!(out)
}
