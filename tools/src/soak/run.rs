//! Control: a soak from begin to end.

use anyhow::Result;
use media_core::MediaHandle;
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

use super::args::{Mode, SoakArgs};
use super::ledger::Totals;
use super::memory::{Growth, Memory};
use super::network::{Network, Real, STEP, Virtual};
use super::world::World;

/// Seconds between two times that a part of the calls ends and begins anew.
const RENEWAL: u32 = 10;

/// What a soak found.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// `virtual` or `real`.
    pub clock: &'static str,
    /// Sessions at a time.
    pub legs: u32,
    /// Seconds on that clock.
    pub seconds: u64,
    /// Seconds that it took.
    pub took: f64,
    /// How memory grew; `None`: too few samples.
    pub growth: Option<Growth>,
    /// Whether it is flat, as far as it was judged.
    pub flat: bool,
    /// What all sessions counted.
    pub totals: Totals,
    /// How much did not add up.
    pub broken: u64,
    /// The first of it.
    pub breaches: Vec<String>,
    /// Whether everything that the engine lent came home at its stop.
    pub came_home: bool,
}

impl Outcome {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        self.flat && self.broken == 0 && self.came_home
    }
}

/// Runs a soak; `progress` is told each sample: seconds, packets... of memory.
///
/// # Errors
/// The engine could not be started, or did not answer.
pub fn run(mode: &Mode, progress: impl FnMut(u64, &Memory)) -> Result<Outcome> {
    match mode {
        Mode::Virtual(args) => soak("virtual", Virtual::new(args)?, args, progress),
        Mode::Real(args) => soak("real", Real::new(args)?, args, progress),
    }
}

fn soak<N: Network>(
    clock: &'static str,
    network: N,
    args: &SoakArgs,
    mut progress: impl FnMut(u64, &Memory),
) -> Result<Outcome> {
    let begun = Instant::now();
    let _socket = args.stats_socket.as_ref().map(|path| serve(path, network.handle())).transpose()?;
    let mut world = World::new(network, args.legs)?;
    let per_second = Duration::from_secs(1).as_millis() as u64 / STEP.as_millis() as u64;
    let mut samples = Vec::with_capacity(1 + (args.seconds / args.every) as usize);
    let first = world.steps();
    let seconds = |steps: u64| (steps - first) / per_second;
    let (mut next_sample, mut next_renewal) = (u64::from(args.every), u64::from(RENEWAL));
    while seconds(world.steps()) < u64::from(args.seconds) {
        let now = seconds(world.steps());
        if now >= next_sample {
            next_sample += u64::from(args.every);
            samples.push(Memory::now());
            samples.last().into_iter().for_each(|memory| progress(now, memory));
        }
        if now >= next_renewal {
            next_renewal += u64::from(RENEWAL);
            world.renew((args.legs as usize / 100).max(2))?;
        }
        world.step();
    }
    let (seconds, growth) = (seconds(world.steps()), Growth::of(&samples));
    let (ledger, came_home) = world.close()?;
    Ok(Outcome {
        clock,
        legs: args.legs,
        seconds,
        took: begun.elapsed().as_secs_f64(),
        growth,
        flat: growth.is_none_or(|growth| growth.is_flat()),
        totals: ledger.totals,
        broken: ledger.broken,
        breaches: ledger.breaches,
        came_home,
    })
}

/// The engine's figures, on either clock.
fn serve(path: &Path, handle: MediaHandle) -> Result<StatsSocket> {
    let config = StatsSocketConfig::at(path);
    StatsSocket::start(config, handle).map_err(|why| anyhow::anyhow!("--stats-socket {why}"))
}
