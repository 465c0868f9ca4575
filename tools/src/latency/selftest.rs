//! Control: `selftest`: how good this machine is for a media tick, idle and under load, and what would make it better.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use clap::Args;
use media_core::rt::os::Privileges;
use media_core::rt::os::steal::{CoreUse, StealMeter};
use media_core::rt::os::thread::{ThreadSetup, allowed_cores};
use media_core::rt::pacer::TickPeriod;
use media_core::rt::xrun::Xruns;
use media_core::telemetry::Measure;
use media_core::telemetry::snapshot::Percentiles;
use serde::Serialize;

use self::burden::Burden;
use self::machine::Machine;
use self::metronome::{Beats, Metronome};
use super::attach::seconds;

pub mod burden;
pub mod machine;
pub mod metronome;
mod print;

#[cfg(test)]
mod tests;

/// What `selftest` takes.
#[derive(Debug, Args)]
pub struct SelftestArgs {
    /// Length of each half, idle and under load, 0.1 to 3600.
    #[arg(long = "seconds", alias = "for", value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub length: Duration,
    /// The core to test [default: the last one that this process may use].
    #[arg(long)]
    pub core: Option<usize>,
    /// Real-time priority to ask for, 1 to 99.
    #[arg(long, default_value = "20", value_parser = crate::cli::values::within(1..=99_u8))]
    pub priority: u8,
    /// Length of a tick, 10 or 20.
    #[arg(long = "tick-ms", alias = "tick", value_name = "MS", default_value = "10", value_parser = tick)]
    pub tick: TickPeriod,
    /// Print JSON (times in ns).
    #[arg(long)]
    pub json: bool,
}

fn tick(text: &str) -> Result<TickPeriod, String> {
    text.parse().ok().and_then(TickPeriod::from_ms).ok_or_else(|| "must be 10 or 20".to_owned())
}

/// How one thread kept time in one half.
#[derive(Debug, Clone, Serialize)]
pub struct Kept {
    /// From the deadline to the wake-up.
    pub lateness: Percentiles,
    /// A fixed piece of work of some 200 µs: longer means that the thread was interrupted, or its core slowed down.
    pub work: Percentiles,
    /// Late ticks.
    pub xruns: Xruns,
}

impl Kept {
    fn of(beats: &Beats) -> Self {
        let percentiles = |measure: Measure| Percentiles::of(measure.name(), beats.histograms.get(measure));
        Self {
            lateness: percentiles(Measure::WakeUpLateness),
            work: percentiles(Measure::TickWork),
            xruns: beats.xruns,
        }
    }
}

/// One half of the test.
#[derive(Debug, Clone, Serialize)]
pub struct Half {
    /// A thread set up as the engine's media threads are, with their clock and pacer.
    pub media_thread: Kept,
    /// The bare metronome: an ordinary thread that sleeps and looks at the clock.
    pub bare: Kept,
    /// The machine's cores meanwhile.
    pub cores: Vec<CoreUse>,
}

/// All that the test found.
#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    /// The core tested.
    pub core: usize,
    /// Length of a tick in ms.
    pub tick_ms: u32,
    /// What the media thread got.
    pub privileges: Privileges,
    /// With nothing of ours beside.
    pub idle: Half,
    /// With two busy threads on each core.
    pub loaded: Half,
    /// The machine.
    pub machine: Machine,
    /// How good it is.
    pub verdict: Verdict,
    /// What would make it better.
    pub advice: Vec<String>,
}

/// How good the machine is for this tick, by the media thread under load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 99.9 % of the ticks begin within 5 % of the period; none was late.
    Good,
    /// 99 % begin within 20 %.
    Usable,
    /// Worse.
    Poor,
}

impl Verdict {
    /// Of a thread that ticked every `period_ns`.
    pub fn of(kept: &Kept, period_ns: u64) -> Self {
        match &kept.lateness {
            late if late.p999_ns <= period_ns / 20 && kept.xruns.late_ticks == 0 => Self::Good,
            late if late.p99_ns <= period_ns / 5 => Self::Usable,
            _ => Self::Poor,
        }
    }
}

/// Tests and prints.
///
/// # Errors
/// No thread could be started, the core is not ours to use, or `out` is closed.
pub fn run(args: &SelftestArgs, out: &mut impl Write) -> Result<()> {
    let findings = test(args)?;
    if args.json {
        serde_json::to_writer(&mut *out, &findings)?;
        writeln!(out)?;
    } else {
        print::print(&findings, out)?;
    }
    Ok(())
}

/// Runs both halves.
///
/// # Errors
/// As [`run`].
pub fn test(args: &SelftestArgs) -> Result<Findings> {
    let cores = allowed_cores();
    let core = args.core.or(cores.last().copied()).unwrap_or_default();
    ensure!(
        cores.contains(&core),
        "core {core} is not among those that this process may use: must be {}",
        crate::cli::values::either(&cores)
    );
    let (idle, privileges) = half(args, core)?;
    let burden = Burden::on(&cores)?;
    let loaded = half(args, core);
    drop(burden);
    let (loaded, _) = loaded?;
    let machine = Machine::read(Path::new("/"), core);
    let verdict = Verdict::of(&loaded.media_thread, args.tick.nanos());
    let mut advice: Vec<_> = privileges.advice().map(str::to_owned).collect();
    advice.extend(machine.advice());
    let stolen = [&idle, &loaded].into_iter().flat_map(|half| &half.cores).map(|used| used.steal).fold(0.0, f32::max);
    if stolen > 0.005 {
        let percent = stolen * 100.0;
        advice
            .push(format!("steal: the hypervisor took up to {percent:.1} % of a core: dedicated cores from the host"));
    }
    Ok(Findings { core, tick_ms: args.tick.ms(), privileges, idle, loaded, machine, verdict, advice })
}

fn half(args: &SelftestArgs, core: usize) -> Result<(Half, Privileges)> {
    let mut steal = StealMeter::new();
    let setup = ThreadSetup {
        name: "selftest-media".into(),
        core: Some(core),
        realtime_priority: Some(args.priority),
        lock_stack: true,
        lock_everything: false,
    };
    let (period, length) = (args.tick, args.length);
    let media_thread = Metronome { period, length, setup: Some(setup) }.start()?;
    let bare = Metronome { period, length, setup: None }.start()?;
    let (media_thread, privileges) = media_thread.join().map_err(|_| anyhow!("the media thread panicked"))?;
    let (bare, _) = bare.join().map_err(|_| anyhow!("the bare metronome panicked"))?;
    // Where there is no /proc/stat, no core is shown.
    let cores = steal.read().unwrap_or_default();
    Ok((Half { media_thread: Kept::of(&media_thread), bare: Kept::of(&bare), cores }, privileges))
}
