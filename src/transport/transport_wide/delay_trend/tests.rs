//! Pure: the trend of a delay that is known.

use super::*;

/// Packets each 20 ms whose delay `of` tells of the time in ms; arrivals by a clock of another origin.
fn trend(packets: u64, origin: i64, of: impl Fn(f64) -> f64) -> DelayTrend {
    let mut trend = DelayTrend::default();
    for n in 0..packets {
        let sent = 20 * n;
        let arrival = ((sent as f64 + of(sent as f64)) * 4.0).round() as i64 + origin;
        // As feedback tells it.
        trend.add(MediaTime::from_millis(sent), i64::from(arrival as i32));
    }
    trend
}

#[test]
fn a_delay_that_stands_has_no_slope_and_no_queue_whatever_the_clocks() {
    for origin in [0, -40_000, i64::from(i32::MAX) - 1_000] {
        let trend = trend(200, origin, |_| 50.0);
        assert_eq!((trend.growth(), trend.queue()), (Some(0), Some(0)), "{origin}");
    }
    assert_eq!((trend(7, 0, |_| 50.0).growth(), trend(7, 0, |_| 50.0).queue()), (None, None));
}

#[test]
fn a_queue_that_fills_shows_by_how_much_and_one_that_empties_too() {
    // 50 ms a second, from the second second on.
    let growing = |ms: f64| 30.0 + 0.05 * (ms - 2_000.0).max(0.0);
    let filling = trend(250, 0, growing);
    let growth = filling.growth().unwrap();
    assert!((growth - 50_000).abs() < 1_500, "{growth}");
    let queue = filling.queue().unwrap();
    // 149 ms at the end, 31 ms less at the least of the last 32 packets.
    assert!((116_000..120_500).contains(&queue), "{queue}");
    let emptying = trend(250, 0, |ms| 300.0 - 0.05 * ms);
    assert!((emptying.growth().unwrap() + 50_000).abs() < 1_500);
    assert_eq!(emptying.queue(), Some(0));
}

#[test]
fn jitter_is_no_queue() {
    let jitter = |ms: f64| 30.0 + (ms * 7.13) % 30.0;
    let trend = trend(1_000, 0, jitter);
    assert!(trend.growth().unwrap().abs() < 20_000, "{trend:?}");
    assert!(trend.queue().unwrap() < 3_000, "{trend:?}");
}

#[test]
fn a_route_that_is_longer_for_good_is_no_queue_after_a_minute_and_a_clock_that_steps_begins_anew() {
    let longer = |ms: f64| if ms < 10_000.0 { 30.0 } else { 130.0 };
    assert_eq!(trend(600, 0, longer).queue(), Some(100_000));
    assert_eq!(trend(4_000, 0, longer).queue(), Some(0));
    let stepped = trend(520, 0, |ms| if ms < 10_000.0 { 30.0 } else { 60_030.0 });
    assert_eq!((stepped.growth(), stepped.queue()), (Some(0), Some(0)));
}
