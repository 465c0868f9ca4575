//! Pure: load over 1, 10 and 60 seconds.

use super::*;

const MS: u64 = 1_000_000;

fn near(a: f32, b: f32) -> bool {
    (a - b).abs() < 1e-3
}

#[test]
fn no_ticks_is_no_load() {
    assert_eq!(LoadMeter::new(10 * MS).load(), Load::default());
}

#[test]
fn windows_forget_after_their_time() {
    let mut meter = LoadMeter::new(10 * MS);
    let feed = |meter: &mut LoadMeter, seconds: u64, work: u64| (0..seconds * 100).for_each(|_| meter.record(work));
    feed(&mut meter, 60, 2 * MS);
    let load = meter.load();
    assert!(near(load.mean_1s, 0.2) && near(load.mean_10s, 0.2) && near(load.mean_60s, 0.2), "{load:?}");
    feed(&mut meter, 1, 8 * MS);
    let load = meter.load();
    assert!(near(load.mean_1s, 0.8) && near(load.mean_10s, 0.26) && near(load.mean_60s, 0.21), "{load:?}");
    assert!(near(load.now, 0.8));
    feed(&mut meter, 60, MS);
    let load = meter.load();
    assert!(near(load.mean_60s, 0.1) && near(load.worst_1s, 0.1), "a minute on, nothing is left of it: {load:?}");
}

#[test]
fn near_the_limit_the_worst_tick_counts() {
    let mut meter = LoadMeter::new(10 * MS);
    // Every other tick is nearly full: the mean says 50 %.
    for n in 0..100 {
        meter.record(if n % 2 == 0 { 9_500_000 } else { 500_000 });
    }
    let load = meter.load();
    assert!(near(load.mean_1s, 0.5) && near(load.now, 0.95), "{load:?}");
}

#[test]
fn one_long_tick_is_not_overload() {
    let mut meter = LoadMeter::new(20 * MS);
    (0..50).for_each(|_| meter.record(4 * MS));
    meter.record(30 * MS);
    let load = meter.load();
    assert!(load.now < 0.3 && near(load.worst_1s, 1.5), "{load:?}");
}

#[test]
fn absurd_work_does_not_wrap() {
    let mut meter = LoadMeter::new(10 * MS);
    (0..10_000).for_each(|_| meter.record(u64::MAX));
    assert!(meter.load().now > 1.0);
}
