//! Pure: late ticks, and whose fault they are.

use super::super::pacer::{Pacer, TickPeriod};
use super::*;

const MS: u64 = 1_000_000;

fn times(due_ms: u64, awake_ms: u64, finished_ms: u64) -> TickTimes {
    TickTimes {
        due: MediaTime::from_millis(due_ms),
        awake: MediaTime::from_millis(awake_ms),
        finished: MediaTime::from_millis(finished_ms),
    }
}

#[test]
fn ticks_on_time_are_no_xrun() {
    let mut meter = XrunMeter::new(10 * MS);
    for n in 0..100 {
        // Up to the very deadline.
        assert_eq!(meter.record(times(n * 10, n * 10 + 3, n * 10 + 10), 0), None);
    }
    assert_eq!(meter.totals(), Xruns::default());
}

#[test]
fn a_run_of_late_ticks_is_one_late_run() {
    let mut meter = XrunMeter::new(10 * MS);
    assert!(matches!(meter.record(times(0, 12, 13), 0), Some(XrunEvent::Began(s)) if s.late == 1));
    assert_eq!(meter.record(times(10, 21, 22), 0), None, "the second late tick is the same late run");
    assert_eq!(meter.record(times(20, 35, 36), 0), None);
    let Some(XrunEvent::Ended(late_run)) = meter.record(times(30, 36, 37), 0) else {
        panic!("ends when on time again")
    };
    assert_eq!((late_run.began, late_run.duration_ns, late_run.late), (MediaTime::from_millis(10), 26 * MS, 3));
    assert_eq!(late_run.blame(), Blame::Machine);
    let totals = meter.totals();
    assert_eq!((totals.late_ticks, totals.late_runs, totals.machine_late_runs), (3, 1, 1));
    assert_eq!((totals.duration_ns, totals.longest_ns), (26 * MS, 26 * MS));
    assert_eq!(meter.open(), None);
}

#[test]
fn overwork_is_not_blamed_on_the_machine() {
    let mut meter = XrunMeter::new(10 * MS);
    // 15 ms of work in each tick: every wake-up is late, but only because the tick before was not finished.
    for n in 0..8 {
        let awake = n * 15;
        meter.record(times(n * 10, awake, awake + 15), 0);
    }
    let late_run = meter.open().expect("still late");
    assert_eq!((late_run.waiting_ns, late_run.working_ns, late_run.blame()), (0, 120 * MS, Blame::Work));
}

/// Pacer and meter together: a stall of 70 ms, then of a second, each one late run that the machine is blamed for.
#[test]
fn skipped_ticks_belong_to_the_late_run() {
    let period = TickPeriod::Ms10;
    let mut pacer = Pacer::new(MediaTime::ZERO, period);
    let mut meter = XrunMeter::new(period.nanos());
    let mut ended = Vec::new();
    for n in 0..100 {
        let stall = match n {
            20 => 70 * MS,
            60 => 1000 * MS,
            _ => 0,
        };
        let mut now = MediaTime::from_nanos(pacer.due().as_nanos() + stall);
        let plan = pacer.plan(now);
        for nth in 0..plan.run {
            let finished = MediaTime::from_nanos(now.as_nanos() + MS);
            let skipped = if nth == 0 { plan.skip } else { 0 };
            let event = meter.record(TickTimes { due: plan.due_of(nth, period), awake: now, finished }, skipped);
            if let Some(XrunEvent::Ended(late_run)) = event {
                ended.push((late_run.duration_ns / MS, late_run.late, late_run.skipped, late_run.blame()));
            }
            now = finished;
        }
    }
    assert_eq!(ended, [(61, 1, 6, Blame::Machine), (991, 1, 100, Blame::Machine)]);
    let totals = meter.totals();
    assert_eq!((totals.late_runs, totals.machine_late_runs, totals.skipped_ticks), (2, 2, 106));
    assert_eq!(totals.longest_ns, 991 * MS);
}
