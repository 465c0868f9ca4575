//! What a media thread does for telemetry neither allocates nor frees, whatever the values.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use media_core::rt::load::LoadMeter;
use media_core::rt::pacer::{Pacer, TickPeriod};
use media_core::rt::xrun::{TickTimes, XrunMeter};
use media_core::telemetry::histograms::HistogramSet;
use media_core::telemetry::meter::PhaseMeter;
use media_core::telemetry::{Measure, Phase};
use media_core::types::MediaTime;

thread_local! { static CALLS: Cell<u64> = const { Cell::new(0) } }

struct Counting;

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn calls(body: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    body();
    CALLS.get() - before
}

#[test]
fn recording_neither_allocates_nor_frees() {
    assert!(calls(|| drop(HistogramSet::new())) > 0, "the counter counts");
    let mut set = HistogramSet::new();
    let mut meter = PhaseMeter::clocked(media_core::rt::os::clock::now);
    let mut load = LoadMeter::new(10_000_000);
    let mut xruns = XrunMeter::new(10_000_000);
    let mut pacer = Pacer::new(MediaTime::ZERO, TickPeriod::Ms10);
    let touched = calls(|| {
        for n in 0..5_000u64 {
            for measure in Measure::ALL {
                set.record(measure, n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (n % 64));
            }
            let stall = (n % 97) * 3_000_000;
            let awake = MediaTime::from_nanos(pacer.due().as_nanos() + stall);
            let plan = pacer.plan(awake);
            meter.begin(awake);
            Phase::ALL.into_iter().for_each(|phase| meter.mark(phase));
            let finished = meter.finish(&mut set);
            xruns.record(TickTimes { due: plan.due, awake, finished }, plan.skip);
            load.record(finished.nanos_since(awake));
        }
        set.record(Measure::TickWork, u64::MAX);
        std::hint::black_box(load.load());
        set.reset();
    });
    assert_eq!(touched, 0);
    assert!(xruns.totals().late_runs > 0);
}
