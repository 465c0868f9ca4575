//! Pure: where packets are placed, by tables: 160 units of 8 kHz a packet but where it says otherwise.

use super::{Newest, Placed, Step, TimestampRepair};

const EARLY: i64 = 160;
const PAUSE: i64 = 800;

/// Places of packets of 160 units whose timestamps move by `steps` and whose numbers by one, each 20 ms after the other
/// but where `arrival` says how many units it took.
fn places(steps: &[i64], arrivals: impl Fn(usize) -> i64) -> Vec<i64> {
    let mut repair = TimestampRepair::default();
    let (mut newest, mut arrival, mut fastest) = (Newest { timestamp: 0, samples: 160 }, 0, 0);
    let mut places = Vec::new();
    for (n, &advance) in steps.iter().enumerate() {
        arrival += arrivals(n);
        let step = Step { advance, samples: 160, arrival, on_time: arrival - fastest };
        let placed = repair.place_next(&newest, &step, EARLY, PAUSE);
        fastest = fastest.min(arrival - placed.timestamp);
        newest.timestamp = placed.timestamp;
        places.push(placed.timestamp);
    }
    places
}

fn pace(n: usize) -> i64 {
    160 * (n as i64 + 1)
}

#[test]
fn timestamps_that_are_off_by_less_than_a_packet_join() {
    for jitter in [1i64, 3, 7, 20, 40, 70] {
        let mut random = 1u32;
        let mut before = 0;
        let steps: Vec<i64> = (0..500)
            .map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let off = i64::from(random >> 16) % (2 * jitter + 1) - jitter;
                let step = 160 + off - before;
                before = off;
                step
            })
            .collect();
        let places = places(&steps, |_| 160);
        assert!(places.iter().enumerate().all(|(n, place)| *place == pace(n)), "±{jitter}: {places:?}");
    }
}

#[test]
fn whatever_rate_timestamps_run_at_packets_that_keep_their_pace_join() {
    for rate in [-160i64, -1_000, 0, 1, 20, 40, 80, 150, 158, 163, 170, 200, 240, 320, 441, 480, 960, 16_000] {
        let places = places(&vec![rate; 200], |_| 160);
        assert!(places.iter().enumerate().all(|(n, place)| *place == pace(n)), "{rate}: {places:?}");
    }
    // The network holds packets up for up to 15 ms: three packets are allowed to find the rate.
    for rate in [0i64, 80, 320, 441, 960] {
        let places = places(&vec![rate; 400], |n| [160, 280, 40, 160, 200, 120][n % 6]);
        let lost = places[399] - pace(399);
        assert!((0..=3 * 160).contains(&lost), "{rate}: {lost}");
        assert!(places.windows(2).skip(10).all(|w| w[1] - w[0] == 160), "{rate}");
    }
}

#[test]
fn the_rate_is_left_when_timestamps_are_right_again() {
    let mut steps = vec![320; 15];
    steps.extend([160; 20]);
    steps.push(1_760);
    let got = places(&steps, |n| if n == 35 { 1_760 } else { 160 });
    assert_eq!(got[34], pace(34));
    assert_eq!(got[35], got[34] + 1_760, "a pause at the right rate");
}

#[test]
fn pauses_stay_where_they_are_and_jumps_do_not() {
    // Of 200 ms, as long as it took.
    assert_eq!(places(&[160, 1_760, 160], |n| [160, 1_760, 160][n]), [160, 1_920, 2_080]);
    // Three of 400 ms with one packet each (an encoder's own discontinuous transmission).
    assert_eq!(places(&[3_200; 6], |_| 3_200)[5], 6 * 3_200);
    // At twice the rate.
    let mut steps = vec![320; 20];
    steps.push(320 + 2 * 1_600);
    assert_eq!(places(&steps, |n| if n == 20 { 1_760 } else { 160 })[20], pace(19) + 1_760);
    // Two minutes that did not pass; two that did not come back; one of them with half a second that did pass.
    assert_eq!(places(&[160, 960_000, 160], |_| 160), [160, 320, 480]);
    assert_eq!(places(&[160, -960_000, 160], |_| 160), [160, 320, 480]);
    assert_eq!(places(&[160, 960_000, 160], |n| if n == 1 { 4_000 } else { 160 }), [160, 4_160, 4_320]);
    // Coarse timers: 30 and 60 ms.
    let coarse = |grain: i64| {
        let at = |n: i64| n * 160 / grain * grain;
        (1..300).map(|n| at(n) - at(n - 1)).collect::<Vec<_>>()
    };
    for grain in [80, 240, 480, 800] {
        let got = places(&coarse(grain), |_| 160);
        assert!((got[298] - pace(298)).abs() <= 480, "{grain}: {}", got[298] - pace(298));
        assert!(got.windows(2).skip(20).filter(|w| w[1] - w[0] != 160).count() <= 2, "{grain}");
    }
}

#[test]
fn lengths_that_change_are_no_deviation() {
    let mut repair = TimestampRepair::default();
    let (mut newest, mut at) = (Newest { timestamp: 0, samples: 160 }, 0);
    for n in 0..100 {
        let samples = [160, 240, 1_600, 20, 1_014][n % 5];
        at += newest.samples;
        let step = Step { advance: newest.samples, samples, arrival: at, on_time: at };
        assert_eq!(repair.place_next(&newest, &step, EARLY, PAUSE), Placed { timestamp: at, off: 0 });
        newest = Newest { timestamp: at, samples };
    }
}

#[test]
fn missing_packets_leave_holes_of_their_length() {
    let newest = Newest { timestamp: 1_600, samples: 160 };
    let step = |advance: i64, arrival: i64| Step { advance, samples: 160, arrival, on_time: arrival };
    let mut exact = TimestampRepair::default();
    let skip = |repair: &mut TimestampRepair, advance, arrival, packets| {
        repair.place_after_gap(&newest, &step(advance, arrival), packets, 1_200).map(|placed| placed.timestamp)
    };
    assert_eq!(skip(&mut exact, 480, 2_080, 3), Some(2_080), "two are missing");
    assert_eq!(skip(&mut exact, 160, 1_760, 3), Some(1_760), "two that held no audio");
    assert_eq!(skip(&mut exact, 4_000, 5_600, 3), Some(5_600), "two, and a pause");
    assert_eq!(skip(&mut exact, 0, 2_080, 3), None, "a timestamp that stands still");
    assert_eq!(skip(&mut exact, 80_000, 2_080, 3), None, "from the future");
    assert_eq!(exact.place_by_number(&newest, &step(0, 2_090), 3).timestamp, 2_080);
    assert_eq!(exact.place_by_number(&newest, &step(0, 1_900), 3).timestamp, 1_900, "no later than it came");
    // Of a sender that jitters by 7 units they are whole packets.
    let mut jittery = TimestampRepair::default();
    let mut at = Newest { timestamp: 0, samples: 160 };
    for (n, off) in [7, -14, 14, -7, 7, -14, 10].into_iter().enumerate() {
        let arrival = pace(n);
        let step = Step { advance: 160 + off, samples: 160, arrival, on_time: arrival };
        at.timestamp = jittery.place_next(&at, &step, EARLY, PAUSE).timestamp;
    }
    let step = Step { advance: 3 * 160 - 5, samples: 160, arrival: at.timestamp + 480, on_time: at.timestamp + 480 };
    assert_eq!(jittery.place_after_gap(&at, &step, 3, 1_200).unwrap().timestamp, at.timestamp + 480);
    assert_eq!(jittery.place_older(&at, &Step { advance: -325, ..step }, 2), at.timestamp - 320);
    // And the next one, a packet later by its timestamp, is off by what the one after the gap was.
    at.timestamp += 480;
    let next = Step { advance: 160, samples: 160, arrival: at.timestamp + 160, on_time: at.timestamp + 160 };
    let placed = jittery.place_next(&at, &next, EARLY, PAUSE);
    assert_eq!(placed, Placed { timestamp: at.timestamp + 160, off: -3 });
}
