//! Control: one engine after another, until the time is over; memory after each.

use super::args::{Mode, StressArgs};
use super::config::config;
use super::dice::Dice;
use super::findings::{Answers, Findings, watch_panics};
use super::{codec, real, virtual_time};
use crate::soak::memory::{Growth, Memory};
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// No tick, and no wait of a life, takes that long: what does hangs.
const HANGS: Duration = Duration::from_secs(90);

/// What a run found.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// `virtual` or `real`.
    pub clock: &'static str,
    /// Engines that lived.
    pub engines: u64,
    /// Seconds on that clock.
    pub seconds: f64,
    /// Seconds that it took.
    pub took: f64,
    /// Answers by verb.
    pub answers: BTreeMap<&'static str, Answers>,
    /// Sessions whose counts were looked at.
    pub balanced: u64,
    /// Looks at the counts of rooms, and those of them in which members had shared an encoder.
    pub rooms: (u64, u64),
    /// How memory grew from engine to engine; `None`: too few to judge.
    pub growth: Option<Growth>,
    /// Whether it did not.
    pub flat: bool,
    /// Panics that codecs planted, and those of them as one was freed.
    pub panics: (i64, i64),
    /// How much is wrong.
    pub wrong: u64,
    /// The first of it.
    pub findings: Vec<String>,
}

impl Outcome {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.wrong == 0 && self.flat
    }
}

/// Ends the process where nothing beats any more: a hang is not waited for.
struct Watchdog {
    beats: AtomicU64,
    life: AtomicU64,
    over: AtomicBool,
}

impl Watchdog {
    fn start() -> Arc<Self> {
        let watchdog =
            Arc::new(Self { beats: AtomicU64::new(0), life: AtomicU64::new(0), over: AtomicBool::new(false) });
        let watched = Arc::downgrade(&watchdog);
        std::thread::spawn(move || {
            let (mut last, mut since) = (0, Instant::now());
            while let Some(watchdog) = watched.upgrade().filter(|watchdog| !watchdog.over.load(Relaxed)) {
                let beats = watchdog.beats.load(Relaxed);
                if beats != last {
                    (last, since) = (beats, Instant::now());
                }
                if since.elapsed() > HANGS {
                    eprintln!("stress: #{} hangs: nothing has moved for {HANGS:?}", watchdog.life.load(Relaxed));
                    std::process::exit(1);
                }
                drop(watchdog);
                std::thread::sleep(Duration::from_millis(500));
            }
        });
        watchdog
    }
}

/// Allocations and octets that stay behind and are no fault of a life.
#[derive(Clone, Copy, Default)]
struct Kept(i64, i64);

impl Kept {
    /// What an idle engine leaves for its media thread: plans for each thread that a crate of noise suppression never frees.
    fn by_a_thread() -> Result<Self> {
        real::idle()?;
        let before = Memory::now();
        real::idle()?;
        let after = Memory::now();
        Ok(Self(after.live - before.live, after.live_octets - before.live_octets))
    }

    /// Memory but for that of so many threads, and for what planted panics said, which is let go by design.
    fn apart(self, memory: Memory, threads: i64) -> Memory {
        let (panics, octets) = codec::panics();
        let live = memory.live - panics - threads * self.0;
        Memory { live, live_octets: memory.live_octets - panics * octets - threads * self.1, ..memory }
    }
}

/// Whether nothing grew. What is free in the C library's heap was given back, but pieces of it are in use here and there: of
/// resident memory an eighth and 4 MiB more are none, a stack or a mapping that each engine leaves behind is.
pub(super) fn is_flat(Growth { before, after }: &Growth) -> bool {
    after.live - before.live <= 64
        && after.live_octets - before.live_octets <= 64 << 10
        && after.resident_kib - before.resident_kib <= before.resident_kib / 8 + (4 << 10)
}

/// Runs; `progress` is told seconds, engines and findings so far each time so many seconds of the wall clock have passed.
///
/// # Errors
/// An engine could not be started.
pub fn run(mode: &Mode, mut progress: impl FnMut(f64, u64, u64)) -> Result<Outcome> {
    watch_panics();
    let args: &StressArgs = mode.args();
    let (findings, watchdog) = (Arc::new(Findings::default()), Watchdog::start());
    let beat = || {
        watchdog.beats.fetch_add(1, Relaxed);
    };
    let (mut dice, mut seconds, mut engines) = (Dice::new(args.seed), 0.0, 0);
    let kept = if matches!(mode, Mode::Real(_)) { Kept::by_a_thread()? } else { Kept::default() };
    let (mut threads, panicked) = (0, (codec::panics().0, codec::panics_at_the_end()));
    let (begun, mut told, mut samples) = (Instant::now(), Instant::now(), Vec::new());
    loop {
        let seed = args.only.unwrap_or_else(|| dice.below(1_000_000_000));
        watchdog.life.store(seed, Relaxed);
        beat();
        seconds += match mode {
            Mode::Virtual(args) => virtual_time::life(seed, args, &findings, &beat)?,
            Mode::Real(args) => real::life(seed, args, &findings, &beat)?,
        };
        engines += 1;
        threads += config(&mut Dice::new(seed)).1.workers as i64;
        samples.push(kept.apart(Memory::settled(), threads));
        if told.elapsed() >= Duration::from_secs(args.every.into()) {
            told = Instant::now();
            progress(seconds, engines, findings.all().0);
        }
        if args.only.is_some() || seconds >= f64::from(args.seconds) {
            break;
        }
    }
    watchdog.over.store(true, Relaxed);
    let (wrong, first) = findings.all();
    let growth = Growth::of(&samples);
    let panicked_at_the_end = codec::panics_at_the_end() - panicked.1;
    Ok(Outcome {
        clock: if matches!(mode, Mode::Virtual(_)) { "virtual" } else { "real" },
        engines,
        seconds,
        took: begun.elapsed().as_secs_f64(),
        answers: findings.answers(),
        balanced: findings.sessions_balanced(),
        rooms: findings.rooms_sharing(),
        growth,
        flat: growth.as_ref().is_none_or(is_flat),
        panics: (codec::panics().0 - panicked.0, panicked_at_the_end),
        wrong,
        findings: first,
    })
}
