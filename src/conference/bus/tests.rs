//! Pure: the bus against sums of i64, in any order, at any size.

use super::*;
use crate::conference::mean_square;
use crate::processing::tests::{Numbers, same};

const FULL_SCALE: i64 = 1 << 19;

fn share(x: f32, gain: f32) -> i64 {
    let x = x * gain;
    let steps = (f64::from(x) * FULL_SCALE as f64).round_ties_even() as i64;
    if x.is_nan() { 0 } else { steps.clamp(-FULL_SCALE, FULL_SCALE - 1) }
}

fn sample(steps: i64) -> f32 {
    // As f32 rounds an integer: exact up to 2^24 steps, 32 times full scale.
    steps as f32 / FULL_SCALE as f32
}

/// Each member's frame and gain.
type Room = Vec<(Vec<f32>, f32)>;

fn room(numbers: &mut Numbers, members: usize, samples: usize, peak: f32) -> Room {
    (0..members)
        .map(|m| {
            let gain = if m % 3 == 0 { 1.0 } else { numbers.sample(1.0).abs() * 2.0 };
            let frame = if m % 7 == 6 { numbers.wild_frame(samples) } else { numbers.frame(samples, peak) };
            (frame, gain)
        })
        .collect()
}

/// What each member hears, and its peak if that is over: by the bus, members added in the order given.
fn by_bus(room: &Room, order: &[usize], samples: usize) -> Vec<(Vec<f32>, Option<f32>)> {
    let mut bus = Bus::new();
    bus.open(samples);
    let mut shares = vec![None; room.len()];
    for &m in order {
        shares[m] = Some(bus.add(&room[m].0, room[m].1));
    }
    bus.seal();
    room.iter()
        .zip(shares)
        .map(|((pcm, _), share)| {
            let mut out = vec![f32::NAN; samples];
            let over = bus.without(share.unwrap(), pcm, &mut out);
            (out, over)
        })
        .collect()
}

/// The same by definition.
fn by_reference(room: &Room, samples: usize) -> Vec<(Vec<f32>, Option<f32>)> {
    let total: Vec<i64> = (0..samples).map(|i| room.iter().map(|(pcm, gain)| share(pcm[i], *gain)).sum()).collect();
    room.iter()
        .map(|(pcm, gain)| {
            let out: Vec<f32> = total.iter().zip(pcm).map(|(total, &x)| sample(total - share(x, *gain))).collect();
            let peak = out.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
            (out, (peak > 1.0).then_some(peak))
        })
        .collect()
}

#[test]
fn every_member_hears_the_exact_sum_of_the_others_in_any_order() {
    let mut numbers = Numbers(10);
    for (members, samples) in [(1, 80), (2, 160), (3, 240), (8, 160), (64, 80), (513, 33), (4_096, 16)] {
        for peak in [0.9 / members as f32, 1.0] {
            let room = room(&mut numbers, members, samples, peak);
            let want = by_reference(&room, samples);
            let mut order: Vec<usize> = (0..members).collect();
            for _ in 0..3 {
                for (m, (got, want)) in by_bus(&room, &order, samples).iter().zip(&want).enumerate() {
                    assert!(same(&got.0, &want.0), "member {m} of {members}");
                    assert_eq!(got.1, want.1, "member {m} of {members}");
                }
                numbers.shuffle(&mut order);
            }
        }
    }
}

/// The twin of the test above: on its frames a sum of f32 depends on the order, so that the test would see one.
#[test]
fn a_sum_of_floats_depends_on_the_order() {
    let mut numbers = Numbers(11);
    let frames: Vec<f32> = numbers.frame(512, 1.0);
    let forth: f32 = frames.iter().sum();
    let back: f32 = frames.iter().rev().sum();
    assert_ne!(forth, back);
}

#[test]
fn as_many_members_as_may_be_do_not_overflow_at_full_scale() {
    for level in [1.0_f32, -1.0] {
        let pcm = [level; 16];
        let mut bus = Bus::new();
        bus.open(16);
        let mut last = None;
        for _ in 0..Bus::MAX_MEMBERS {
            last = Some(bus.add(&pcm, 1.0));
        }
        bus.seal();
        let mut out = [0.0; 16];
        let one = if level > 0.0 { FULL_SCALE - 1 } else { -FULL_SCALE };
        bus.whole(&mut out);
        assert_eq!(out, [sample(one * 4_096); 16]);
        let over = bus.without(last.unwrap(), &pcm, &mut out);
        assert_eq!(out, [sample(one * 4_095); 16]);
        assert_eq!(over, Some(sample(one * 4_095).abs()));
    }
}

#[test]
fn a_listener_hears_everyone_and_the_meter_measures_the_frame() {
    let mut numbers = Numbers(12);
    for wild in [false, true] {
        let frames: Vec<Vec<f32>> =
            (0..5).map(|_| if wild { numbers.wild_frame(160) } else { numbers.frame(160, 0.15) }).collect();
        let (mut bus, mut metered) = (Bus::new(), Bus::new());
        bus.open(160);
        metered.open(160);
        for (frame, gain) in frames.iter().zip([1.0, 0.5, 2.0, 0.0, f32::NAN]) {
            let plain = bus.add(frame, gain);
            let (share, level) = metered.add_metered(frame, gain);
            assert_eq!(share.quick, plain.quick);
            assert!(same(&[level], &[mean_square(frame)]) && level.is_finite(), "{level}");
        }
        bus.seal();
        metered.seal();
        let (mut out, mut again) = ([0.0; 160], [0.0; 160]);
        assert_eq!(bus.whole(&mut out), metered.whole(&mut again));
        assert_eq!(out, again);
        for (i, out) in out.iter().enumerate() {
            let want: i64 = [(0, 1.0), (1, 0.5), (2, 2.0)].iter().map(|&(m, g)| share(frames[m][i], g)).sum();
            assert_eq!(*out, sample(want));
        }
    }
}

#[test]
fn two_halves_of_a_room_make_the_whole() {
    let mut numbers = Numbers(13);
    let room = room(&mut numbers, 40, 160, 0.3);
    let want = by_reference(&room, 160);
    let (mut here, mut there) = (Bus::new(), Bus::new());
    here.open(160);
    there.open(160);
    let shares: Vec<Share> = room[..25].iter().map(|(pcm, gain)| here.add(pcm, *gain)).collect();
    for (pcm, gain) in &room[25..] {
        there.add(pcm, *gain);
    }
    there.seal();
    let mut partial = [0; 160];
    there.export(&mut partial);
    here.seal();
    here.join(&partial);
    for (((pcm, _), share), want) in room.iter().zip(shares).zip(&want) {
        let mut out = [0.0; 160];
        assert_eq!(here.without(share, pcm, &mut out), want.1);
        assert!(same(&out, &want.0));
    }
}

/// Sums that fit no i32 together stay on their side: wrong by nothing that the limiter would leave.
#[test]
fn joined_sums_are_within_full_scale_or_say_so_and_never_wrap() {
    let (mut here, mut there) = (Bus::new(), Bus::new());
    let mut partial = [0; 2];
    for (said, elsewhere, expected) in [(0.5, 0.25, None), (0.5, 0.75, Some(1.25)), (1.0, -0.5, None)] {
        here.open(2);
        here.add(&[said, 0.0], 1.0);
        here.seal();
        there.open(2);
        there.add(&[elsewhere, 0.0], 1.0);
        there.seal();
        there.export(&mut partial);
        here.join(&partial);
        assert_eq!(here.is_within(), expected.is_none(), "{said} and {elsewhere}");
        let mut out = [0.0; 2];
        let over = here.whole(&mut out);
        assert!(
            over == expected && (out[0] - (said + elsewhere)).abs() < 1e-5,
            "{said} and {elsewhere}: {out:?}, {over:?}"
        );
    }
    here.open(1);
    (0..Bus::MAX_MEMBERS).for_each(|_| {
        here.add(&[1.0], 1.0);
    });
    here.seal();
    here.export(&mut partial[..1]);
    here.join(&partial[..1]);
    let mut out = [0.0; 1];
    assert!(here.whole(&mut out) > Some(4_000.0) && out[0] > 4_000.0, "{out:?}");
}

#[test]
fn lengths_that_differ_are_silence_or_left_alone() {
    let mut bus = Bus::new();
    bus.open(100);
    let short = bus.add(&[0.25; 60], 1.0);
    let long = bus.add(&[0.5; 300], 1.0);
    bus.seal();
    let mut out = [9.0; 120];
    assert_eq!(bus.without(short, &[0.25; 60], &mut out), None);
    assert_eq!((&out[..100], &out[100..]), (&[0.5; 100][..], &[9.0; 20][..]));
    assert_eq!(bus.without(long, &[0.5; 300], &mut out), None);
    assert_eq!((&out[..60], &out[60..100]), (&[0.25; 60][..], &[0.0; 40][..]));
    let mut few = [9.0; 7];
    assert_eq!(bus.without(long, &[0.5; 300], &mut few), None);
    assert_eq!(few, [0.25; 7]);

    bus.open(0);
    let nobody = bus.add(&[], 1.0);
    bus.seal();
    assert_eq!(bus.without(nobody, &[], &mut []), None);
    assert_eq!(bus.whole(&mut []), None);
}

#[test]
fn a_block_leaves_nothing_for_the_next() {
    let mut bus = Bus::new();
    for _ in 0..3 {
        bus.open(80);
        let share = bus.add(&[0.75; 80], 1.0);
        bus.add(&[0.125; 80], 2.0);
        bus.seal();
        let mut out = [0.0; 80];
        assert_eq!(bus.without(share, &[0.75; 80], &mut out), None);
        assert_eq!(out, [0.25; 80]);
    }
}

/// Opened for few members, the sum has room for what gains take beyond full scale, and takes it out again.
#[test]
fn members_go_beyond_full_scale_where_there_is_room() {
    for (members, most) in [(2, 16.0), (256, 16.0), (1_024, 4.0), (Bus::MAX_MEMBERS, 1.0)] {
        let mut bus = Bus::new();
        bus.open_for(3, members);
        let (loud, quiet) = ([0.5, -0.5, 1.0], [0.25, 0.25, -0.5]);
        let share = bus.add(&loud, 16.0);
        bus.add(&quiet, 1.0);
        bus.seal();
        let mut out = [0.0; 3];
        assert_eq!((bus.without(share, &loud, &mut out), out), (None, quiet), "{members}");
        let peak = bus.whole(&mut out);
        let want = [8.0_f32, -8.0, 16.0].map(|x| x.clamp(-most, most));
        for ((heard, want), quiet) in out.iter().zip(want).zip(quiet) {
            assert!((heard - want - quiet).abs() < 1e-4, "{members}: {out:?}");
        }
        assert!(peak.is_some_and(|peak| peak > most - 0.6) || most == 1.0, "{members}: {peak:?}");
    }
}

#[test]
fn a_part_may_be_a_loud_sum_and_a_faulty_one_is_silence() {
    let mut bus = Bus::new();
    bus.open_beside_part(4, 1);
    bus.add_part(&[3.0, -3.0, f32::NAN, 0.5], 0.5);
    bus.add(&[-1.0, 1.0], 1.0);
    bus.seal();
    let mut out = [0.0; 4];
    assert_eq!((bus.whole(&mut out), out), (None, [0.5, -0.5, 0.0, 0.25]));
}

/// Whatever comes, at whatever gain: the sum does not wrap.
#[test]
fn a_part_and_as_many_members_as_there_may_be_do_not_wrap() {
    for members in [1, 256, 2_048, 4_032] {
        let mut bus = Bus::new();
        bus.open_beside_part(1, members);
        bus.add_part(&[1e9], 16.0);
        for _ in 0..members {
            bus.add(&[1e9], 16.0);
        }
        bus.seal();
        let mut out = [0.0];
        assert!(bus.whole(&mut out).is_some_and(|peak| peak > 2_000.0), "{members}: {out:?}");
        assert!(out[0] > 2_000.0, "{members}: {out:?}");
    }
}

#[test]
fn a_bus_goes_on_with_the_sum_of_one_at_another_rate() {
    let (mut before, mut bus) = (Bus::new(), Bus::new());
    before.open(80);
    let ramp: Vec<f32> = (0..80).map(|at| at as f32 / 128.0).collect();
    before.add(&ramp, 1.0);
    before.add(&ramp, 1.0);
    before.seal();
    for samples in [40, 160, 480] {
        bus.follow(&before, samples);
        assert!(!bus.is_within(), "as the other is");
        let mut out = vec![0.0; samples];
        assert!(bus.whole(&mut out) > Some(1.2));
        let far = |(at, x): (usize, &f32)| (x - (at * 80) as f32 / samples as f32 / 64.0).abs();
        assert!(out.iter().enumerate().take(samples - 6).map(far).fold(0.0, f32::max) < 1e-4, "{out:?}");
    }
}
