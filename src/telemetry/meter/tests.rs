//! Pure: the phases of a tick by stamps.

use std::cell::Cell;

use super::*;

thread_local! { static NOW: Cell<u64> = const { Cell::new(0) } }

/// A clock that moves on by 1 µs at each reading.
fn ticking() -> MediaTime {
    NOW.set(NOW.get() + 1000);
    MediaTime::from_nanos(NOW.get())
}

#[test]
fn batches_of_a_phase_add_up() {
    let mut meter = PhaseMeter::clocked(ticking);
    let mut set = HistogramSet::new();
    for _ in 0..2 {
        meter.begin(MediaTime::from_nanos(NOW.get()));
        for phase in [Phase::Orders, Phase::Intake, Phase::Decode, Phase::Intake, Phase::Decode, Phase::Emit] {
            meter.mark(phase);
        }
        assert_eq!(meter.finish(&mut set).as_nanos(), NOW.get());
        assert_eq!(meter.phases_ns(), &[1000, 2000, 2000, 0, 0, 0, 1000, 0]);
    }
    assert_eq!(set.get(Measure::TickWork).len(), 2);
    assert!(set.get(Measure::TickWork).max().abs_diff(6000) <= 64);
    assert!(set.get(Measure::Phase(Phase::Decode)).max().abs_diff(2000) <= 64);
}

#[test]
fn off_measures_nothing() {
    let mut meter = PhaseMeter::off();
    let mut set = HistogramSet::new();
    meter.begin(MediaTime::from_millis(5));
    meter.mark(Phase::Mix);
    assert_eq!(meter.finish(&mut set), MediaTime::from_millis(5));
    assert!(Measure::ALL.iter().all(|&measure| set.get(measure).is_empty()));
}

#[test]
fn injected_times_are_what_is_reported() {
    let mut meter = PhaseMeter::injected([0, 0, 4_000_000, 0, 1_000_000, 0, 0, 0]);
    let mut set = HistogramSet::new();
    meter.begin(MediaTime::from_millis(10));
    meter.mark(Phase::Decode);
    assert_eq!(meter.finish(&mut set), MediaTime::from_millis(15));
    assert!(set.get(Measure::Phase(Phase::Decode)).max().abs_diff(4_000_000) < 40_000);
}
