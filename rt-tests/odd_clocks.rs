//! Senders whose timestamps or numbers do not keep to their audio: every packet that comes at its pace is heard, decoded
//! and passed on, without added delay, and what happened is told once.

#[path = "odd_clocks/networks.rs"]
mod networks;
mod support;

use media_core::session::EventKind;
use support::bent::{Call, Shot, Source, WAYS, Way, cuts, missed, places};
use support::random::Random;

/// Plays packets bent by `bend`, checks what must hold whatever is bent, and returns how many were not heard, where
/// what is heard does not join, and the call.
fn bent(way: Way, what: &str, bend: impl FnMut(usize, &mut Shot)) -> (Vec<Option<i64>>, Vec<Shot>, Call) {
    let mut call = Call::new(way);
    let shots = Source::new(7).packets(500, bend);
    call.play(&shots, 500.0);
    let places = places(&shots, &call.heard());
    let statistics = call.statistics();
    assert_eq!(statistics.source_changes, call.times(EventKind::SourceChanged), "{what} {way:?}: {statistics}");
    assert!(statistics.source_changes <= 1, "{what} {way:?}: {statistics}");
    assert!(statistics.target_us <= 40_000, "{what} {way:?}: {statistics}");
    let sum = statistics.played_packets + statistics.duplicates + statistics.late + statistics.refused;
    assert_eq!(statistics.packets_in, sum, "{what} {way:?}: {statistics}");
    (places, shots, call)
}

#[test]
fn timestamps_that_jitter_are_joined_without_a_cut() {
    for way in WAYS {
        for jitter in [1usize, 3, 7, 20, 40] {
            let mut random = Random(jitter as u64);
            let what = format!("±{jitter}");
            let (places, shots, mut call) = bent(way, &what, |_, shot| {
                let off = random.below(2 * jitter + 1) as u32;
                shot.header.timestamp = shot.header.timestamp.wrapping_add(off).wrapping_sub(jitter as u32);
            });
            assert_eq!((missed(&places), cuts(&shots, &places)), (0, 0), "{what} {way:?}");
            let markers = call.phones[1].got.iter().filter(|packet| packet.header.marker).count();
            assert_eq!(markers, 1, "{what} {way:?}: the first packet's");
            let statistics = call.statistics();
            assert_eq!((statistics.lost, statistics.source_changes, statistics.concealed_blocks), (0, 0, 0));
            assert!(statistics.timestamps_repaired > 100, "{statistics}");
        }
    }
}

#[test]
fn numbers_and_timestamps_that_both_stand_still_are_heard_from_the_third_packet_on() {
    for way in WAYS {
        let (places, shots, mut call) = bent(way, "both stuck", |_, shot| {
            (shot.header.sequence, shot.header.timestamp) = (900, 5_000_000);
        });
        assert!(missed(&places) <= 2, "{way:?}: {} missed", missed(&places));
        assert_eq!(cuts(&shots[5..], &places[5..]), 0, "{way:?}: heard whole once it is learnt");
        let statistics = call.statistics();
        assert_eq!((statistics.lost, statistics.source_changes), (0, 0), "{way:?}: {statistics}");
        // They stand still for two seconds, and go on as they should have, or from where they stood.
        for from in [200, 101] {
            let (places, ..) = bent(way, "stuck for a while", |n, shot| {
                let stands = |n: usize| if (100..200).contains(&n) { 100 } else { n };
                let at = if n < 200 { stands(n) } else { n - 200 + from } as u32;
                shot.header.sequence = 900 + at as u16;
                shot.header.timestamp = 5_000_000 + at * 160;
            });
            assert!(missed(&places) <= 8, "{way:?} from {from}: {} missed", missed(&places));
        }
        // The twin: copies that the network makes are none.
        let mut call = Call::new(way);
        let mut shots = Source::new(7).packets(200, |_, _| ());
        let copies: Vec<_> = shots.iter().flat_map(|shot| [shot.clone(), shot.clone(), shot.clone()]).collect();
        shots = copies;
        call.play(&shots, 500.0);
        let statistics = call.statistics();
        assert_eq!((statistics.duplicates, statistics.lost), (400, 0), "{way:?}: {statistics}");
    }
}

#[test]
fn timestamps_at_any_rate_are_heard() {
    for way in WAYS {
        for step in [0i32, 1, 20, 80, 120, 200, 320, 441, 960, 16_000, -160, -3] {
            let what = format!("steps of {step}");
            let (places, shots, mut call) = bent(way, &what, |n, shot| {
                shot.header.timestamp = 5_000_000u32.wrapping_add((n as u32).wrapping_mul(step as u32));
            });
            assert!(missed(&places) <= 2, "{what} {way:?}: {} missed", missed(&places));
            assert!(cuts(&shots, &places) <= 3, "{what} {way:?}: {} cuts", cuts(&shots, &places));
            assert_eq!(cuts(&shots[5..], &places[5..]), 0, "{what} {way:?}: heard whole once it is learnt");
            assert_eq!(call.statistics().lost, 0, "{what} {way:?}");
        }
    }
}

#[test]
fn timestamps_that_become_right_or_wrong_are_heard_on() {
    type Bend = fn(usize) -> u32;
    let bends: [(&str, Bend); 5] = [
        ("twice as fast for 15 packets", |n| 320 * n.min(15) as u32 + 160 * n.saturating_sub(15) as u32),
        ("stuck from the middle on", |n| 160 * n.min(250) as u32),
        ("random", |n| (n as u32).wrapping_mul(2_654_435_761)),
        ("a timer of 100 ms", |n| n as u32 / 5 * 800),
        ("a jump each second", |n| n as u32 * 160 + n as u32 / 50 * 1_000_000),
    ];
    for way in WAYS {
        for (what, bend) in bends {
            let (places, shots, _) = bent(way, what, |n, shot| shot.header.timestamp = bend(n));
            assert!(missed(&places) <= 3, "{what} {way:?}: {} missed", missed(&places));
            assert!(cuts(&shots, &places) <= 12, "{what} {way:?}: {} cuts", cuts(&shots, &places));
        }
    }
}

#[test]
fn numbers_that_stand_still_or_begin_again_are_heard_on() {
    type Bend = fn(usize, &mut Shot);
    let bends: [(&str, Bend, usize); 6] = [
        ("stuck", |_, shot| shot.header.sequence = 9, 1),
        (
            "from 0 again",
            |n, shot| {
                if n >= 250 {
                    shot.header.sequence = (n - 250) as u16
                }
            },
            2,
        ),
        (
            "ten back",
            |n, shot| {
                if n >= 250 {
                    shot.header.sequence -= 10
                }
            },
            2,
        ),
        (
            "40,000 on",
            |n, shot| {
                if n >= 250 {
                    shot.header.sequence = shot.header.sequence.wrapping_add(40_000)
                }
            },
            2,
        ),
        (
            "30 back, timestamps too",
            |n, shot| {
                if n >= 250 {
                    shot.header.sequence -= 30;
                    shot.header.timestamp = shot.header.timestamp.wrapping_sub(30 * 160);
                }
            },
            5,
        ),
        (
            "60 back, timestamps anywhere",
            |n, shot| {
                if n >= 250 {
                    shot.header.sequence -= 60;
                    shot.header.timestamp = shot.header.timestamp.wrapping_add(0x5555_5555);
                }
            },
            5,
        ),
    ];
    for way in WAYS {
        for (what, bend, most) in bends {
            let mut call = Call::new(way);
            let mut source = Source::new(7);
            source.next.sequence = 5_000;
            let shots = source.packets(500, bend);
            call.play(&shots, 500.0);
            let places = places(&shots, &call.heard());
            assert!(missed(&places) <= most, "{what} {way:?}: {} missed", missed(&places));
            let statistics = call.statistics();
            assert!(places[260..].iter().all(Option::is_some), "{what} {way:?}: {statistics}");
            let told = call.times(EventKind::SourceChanged);
            assert_eq!((statistics.source_changes, told), (1, 1), "{what} {way:?}: {statistics}");
            assert!(statistics.target_us <= 40_000, "{what} {way:?}: {statistics}");
        }
    }
}

/// The twin of "back, timestamps too": copies of packets that took another path are no new timeline.
#[test]
fn copies_of_packets_are_not_another_timeline() {
    for way in WAYS {
        let mut shots = Source::new(7).packets(500, |_, _| {});
        for n in 0..500 {
            let copy = Shot { ms: shots[n].ms + 70.0, ..shots[n].clone() };
            shots.push(copy);
        }
        // While copies come, four packets are lost themselves, and heard from nowhere else.
        let lost: Vec<usize> = (100..500).step_by(100).flat_map(|n| n..n + 4).collect();
        let mut index = 0..;
        shots.retain(|_| !lost.contains(&index.next().unwrap()));
        let mut call = Call::new(way);
        call.play(&shots, 500.0);
        let statistics = call.statistics();
        assert_eq!((statistics.source_changes, call.times(EventKind::SourceChanged)), (0, 0), "{way:?}: {statistics}");
        assert!(statistics.late + statistics.duplicates + statistics.played_packets >= 984, "{statistics}");
        assert_eq!(statistics.lost, 0, "{way:?}: each came, if late: {statistics}");
    }
}

#[test]
fn time_that_a_sender_leaves_out_is_not_taken_from_ours() {
    for pause in [100, 300, 1_500] {
        for marked in [false, true] {
            let mut source = Source::new(7);
            let mut shots = Vec::new();
            for _ in 0..8 {
                source.next.marker = marked || shots.is_empty();
                shots.extend(source.packets(50, |_, _| {}));
                source.pause(pause, false);
            }
            for way in WAYS {
                let mut call = Call::new(way);
                call.play(&shots, 300.0);
                let places = places(&shots, &call.heard());
                assert!(missed(&places) <= 8, "{pause} ms {way:?}: {} missed", missed(&places));
                let late = |n: usize| {
                    let place = places[n..].iter().flatten().next().unwrap();
                    place - (shots[n].ms * 8.0) as i64
                };
                let grown = late(360) - late(10);
                assert!(grown.abs() <= 480, "{pause} ms {way:?}: behind by {grown} samples more");
                let got = &call.phones[1].got;
                let (first, last) = (&got[0], got.last().unwrap());
                let took = (last.at - first.at).as_millis() as i64 * 8;
                let told = i64::from(last.header.timestamp.wrapping_sub(first.header.timestamp));
                assert!((took - told).abs() <= 480, "{pause} ms {way:?}: {told} in the time of {took}");
                assert_eq!(call.statistics().lost, 0);
            }
        }
    }
}

#[test]
fn a_first_packet_that_is_early_costs_none_of_the_next() {
    for way in WAYS {
        for early in [20.0, 40.0, 60.0] {
            for phase in [0.0, 3.0, 7.0] {
                let shots = Source::new(7).packets(100, |n, shot| shot.ms += phase + if n > 0 { early } else { 0.0 });
                let mut call = Call::new(way);
                call.play(&shots, 300.0);
                let places = places(&shots, &call.heard());
                assert_eq!(missed(&places), 0, "{early} ms {way:?}: {places:?}");
                assert_eq!(cuts(&shots[1..], &places[1..]), 0, "{early} ms {way:?}: {places:?}");
                let statistics = call.statistics();
                assert_eq!((statistics.late, statistics.lost, statistics.stretched_ms), (0, 0, 0), "{statistics}");
            }
        }
    }
}
