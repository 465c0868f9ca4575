//! Control: a thread that does nothing but wake up each tick, work a fixed piece, and note when.

use std::hint::black_box;
use std::io;
use std::thread::JoinHandle;
use std::time::Duration;

use media_core::rt::os::thread::ThreadSetup;
use media_core::rt::os::{Privileges, clock};
use media_core::rt::pacer::{Pacer, TickPeriod};
use media_core::rt::xrun::{TickTimes, XrunMeter, Xruns};
use media_core::telemetry::Measure;
use media_core::telemetry::histograms::HistogramSet;

/// Rounds of the piece of work; some 200 µs in a release build on a machine of 2020.
const ROUNDS: u64 = 200_000;

/// What a metronome is to do.
#[derive(Debug)]
pub struct Metronome {
    /// Time between ticks.
    pub period: TickPeriod,
    /// How long it ticks.
    pub length: Duration,
    /// As a media thread, or an ordinary one without any set-up.
    pub setup: Option<ThreadSetup>,
}

/// What it found.
#[derive(Debug)]
pub struct Beats {
    /// Wake-up lateness and tick work.
    pub histograms: HistogramSet,
    /// Late ticks.
    pub xruns: Xruns,
}

impl Metronome {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn start(self) -> io::Result<JoinHandle<(Beats, Privileges)>> {
        let Self { period, length, setup } = self;
        let histograms = HistogramSet::new();
        match setup {
            Some(setup) => setup.spawn(move |privileges| (tick(period, length, histograms), privileges)),
            None => std::thread::Builder::new()
                .name("selftest-bare".into())
                .spawn(move || (tick(period, length, histograms), Privileges::default())),
        }
    }
}

fn tick(period: TickPeriod, length: Duration, mut histograms: HistogramSet) -> Beats {
    let mut xruns = XrunMeter::new(period.nanos());
    let start = clock::now();
    let end = start + length;
    let mut pacer = Pacer::new(start + Duration::from_nanos(period.nanos()), period);
    while pacer.due() < end {
        clock::sleep_until(pacer.due());
        let plan = pacer.plan(clock::now());
        for nth in 0..plan.run {
            let due = plan.due_of(nth, period);
            let awake = clock::now();
            work();
            let finished = clock::now();
            histograms.record(Measure::WakeUpLateness, awake.nanos_since(due));
            histograms.record(Measure::TickWork, finished.nanos_since(awake));
            xruns.record(TickTimes { due, awake, finished }, if nth == 0 { plan.skip } else { 0 });
        }
    }
    Beats { histograms, xruns: xruns.totals() }
}

/// A chain of dependent steps: its time is the core's clock rate and nothing else.
fn work() {
    let mut state = black_box(1u64);
    for _ in 0..ROUNDS {
        state ^= state << 13;
        state ^= state >> 7;
    }
    black_box(state);
}
