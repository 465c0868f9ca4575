//! Pure: a transit that grows is told from one that jitters.

use crate::buffer::transit_trend::TransitTrend;

/// Units in 1 ms, at 8 kHz.
const MS: i64 = 8;

/// Packets of 20 ms; what `transit` says, in ms, is how long each is under way. After how many of them a rise was seen,
/// and how many saw one.
fn rises(packets: i64, transit: impl Fn(i64) -> f64) -> (Option<i64>, usize) {
    let mut rise = TransitTrend::new(MS);
    let seen: Vec<i64> = (0..packets)
        .filter(|&n| {
            let transit = (transit(n) * MS as f64) as i64;
            rise.add(transit, n * 20 * MS + transit, 20 * MS);
            rise.ahead() > 0
        })
        .collect();
    (seen.first().copied(), seen.len())
}

fn noise(n: i64) -> f64 {
    let hash = (n as u64 ^ 0x5eed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f64 / (1 << 24) as f64
}

#[test]
fn a_queue_that_fills_is_seen_within_600_ms_and_its_end_at_once() {
    for per_second in [15.0, 40.0, 80.0, 160.0, 300.0] {
        let at = |n: i64| 30.0 + per_second * 0.02 * (n - 50).max(0) as f64 + noise(n);
        let (first, _) = rises(150, at);
        let first = first.expect("a rise is seen");
        assert!((50..=80).contains(&first), "{per_second} ms/s: seen at packet {first}");
        let mut rise = TransitTrend::new(MS);
        for n in 0..200 {
            let transit = (if n < 150 { at(n) } else { 30.0 } * MS as f64) as i64;
            // What had queued comes at once.
            rise.add(transit, (n.min(150) * 20 + 30) * MS + transit, 20 * MS);
            assert!(n < 150 || rise.ahead() == 0, "{per_second} ms/s: the queue has emptied at {n}");
        }
    }
}

#[test]
fn it_looks_ahead_as_far_as_it_grows() {
    let mut rise = TransitTrend::new(MS);
    for n in 0..200i64 {
        let transit = 30 * MS + n * 2 * MS;
        rise.add(transit, n * 20 * MS + transit, 20 * MS);
    }
    // 100 ms a second of the sender, which take 1.1 s to come: 9.1 ms a part, 2.5 parts ahead.
    assert!((20 * MS..=25 * MS).contains(&rise.ahead()), "{}", rise.ahead());
}

#[test]
fn jitter_and_a_longer_route_are_no_rise() {
    let (_, seen) = rises(30_000, |n| 40.0 + 35.0 * noise(n));
    assert!(seen < 30, "{seen} of 30000 packets of even jitter");
    let (_, seen) = rises(30_000, |n| 20.0 - 4.0 * (1.0 - noise(n)).ln() + if n % 75 == 0 { 60.0 } else { 0.0 });
    assert!(seen < 30, "{seen} of 30000 packets of a Wi-Fi network");
    assert_eq!(rises(500, |n| if n < 250 { 30.0 } else { 110.0 }), (None, 0));
}

#[test]
fn packets_that_are_too_few_tell_nothing() {
    let mut rise = TransitTrend::new(MS);
    for n in (0..400i64).filter(|n| n % 5 == 0) {
        let transit = (30 + n) * MS;
        rise.add(transit, n * 20 * MS + transit, 20 * MS);
        assert_eq!(rise.ahead(), 0);
    }
}

/// Talk spurts with pauses between them: clocks that differ by 200 ppm drift by 1.2 ms from one to the next.
#[test]
fn pauses_make_no_rise_of_a_drifting_clock() {
    for packets in [5, 8, 20] {
        let mut rise = TransitTrend::new(MS);
        for n in 0..40 * packets {
            let sent = (n / packets * 6_000 + n % packets * 20) * MS;
            let transit = 30 * MS + sent / 5_000;
            rise.add(transit, sent + transit, 20 * MS);
            assert_eq!(rise.ahead(), 0, "spurts of {packets} packets, packet {n}");
        }
    }
}
