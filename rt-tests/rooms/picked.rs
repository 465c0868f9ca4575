//! Boundary: who of a conference's members is heard, and how loud, where not everything is mixed as it is.

use crate::hall::{BLOCK, Hall, near};
use crate::speakers::hall;
use crate::talker;
use media_core::{ConferenceError, ConferenceParams, ConferenceQuality, EventKind, Mixing, SampleRate};
use std::time::Duration;

fn loudest(most: usize) -> ConferenceParams {
    ConferenceParams::new(SampleRate::Hz8000).mixing(Mixing::Loudest(most))
}

/// White noise of up to full scale, each member its own.
fn noise(member: usize, at: usize) -> f32 {
    let random = ((at * 7 + member) as u32).wrapping_mul(2_654_435_761);
    ((random ^ random >> 15).wrapping_mul(0x2c1b_3c6d) >> 8) as f32 / (1 << 23) as f32 - 1.0
}

#[test]
fn the_loudest_are_heard_and_stay_until_another_is_much_louder() {
    let mut hall = hall(loudest(1), 3);
    let mut blocks = 0;
    // Noise that begins at once and only changes slowly, as nobody does who begins to speak.
    let mut now = [0.08, 0.03];
    let mut last = |said: [f32; 2]| {
        let mut heard = Vec::new();
        for step in 0..=500 {
            let part = (step as f32 / 200.0).min(1.0);
            let level = [0, 1].map(|n: usize| now[n] + part * (said[n] - now[n]));
            heard = hall.blocks(|n, at| if n < 2 { level[n] * noise(n, blocks * BLOCK + at) } else { 0.0 });
            blocks += 1;
        }
        now = said;
        let is = |n: usize| {
            let at = (blocks - 1) * BLOCK;
            heard[2].iter().zip(at..).all(|(x, at)| (x - said[n] * noise(n, at)).abs() < 1e-5)
        };
        [0, 1].into_iter().filter(|n| is(*n)).collect::<Vec<_>>()
    };
    assert_eq!(last([0.1, 0.03]), [0], "the louder one");
    assert_eq!(last([0.1, 0.15]), [0], "3.5 dB louder does not change it");
    assert_eq!(last([0.1, 0.25]), [1], "8 dB louder does");
    assert_eq!(last([0.2, 0.25]), [1], "and stays");
    let left_out = hall.statistics().left_out;
    assert_eq!(left_out, 4 * 501, "one in each block");
}

/// The twin: all are heard where all are mixed.
#[test]
fn all_are_heard_where_all_are_mixed() {
    let mut hall = hall(ConferenceParams::new(SampleRate::Hz8000), 3);
    let heard = hall.say(&[0.1, 0.25, 0.0]);
    near(&heard[2], 0.35, "the sum");
    assert_eq!(hall.statistics().left_out, 0);
}

#[test]
fn who_speaks_alone_is_heard_from_the_first_sample_whoever_was_louder_before() {
    for params in [loudest(1), loudest(1).mixing(Mixing::Speech)] {
        let mut hall = hall(params, 3);
        (0..100).for_each(|_| drop(hall.block(&[0.5, 0.05, 0.0])));
        (0..20).for_each(|_| drop(hall.block(&[0.0; 3])));
        let heard = hall.block(&[0.0, 0.05, 0.0]);
        // Its gain moves over this block, if it was left out before; none of it is missing.
        assert!(heard[2].iter().all(|x| *x > 0.0 && *x < 0.0501), "{:?}", heard[2]);
        near(hall.block(&[0.0, 0.05, 0.0]).swap_remove(2), 0.05, "and whole from the second block on");
    }
}

#[test]
fn a_change_of_who_is_heard_does_not_click() {
    let mut hall = hall(loudest(1), 3);
    let mut heard = Vec::new();
    // One becomes louder than the other, and quieter again, by less than 0.002 a block.
    for block in 0..1_000_usize {
        let away = (block as f32 / 1_000.0 * std::f32::consts::TAU).cos();
        heard.extend(hall.block(&[0.2, 0.2 - 0.19 * away, 0.0]).swap_remove(2));
    }
    let step = heard[1_000..].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    let most = heard.iter().copied().fold(0.0, f32::max);
    assert!(most > 0.35, "the other was heard: {most}");
    // A hand-over moves over the 80 samples of a block.
    assert!(step < 0.008, "{step}");
}

#[test]
fn of_more_than_are_known_the_loudest_are_heard() {
    let mut hall = hall(loudest(3), 80);
    let said: Vec<_> = (0..80).map(|n| if n < 79 { 0.001 * n as f32 } else { 0.0 }).collect();
    (0..60).for_each(|_| drop(hall.block(&said)));
    let heard = hall.block(&said).swap_remove(79);
    // Those of 0.076 to 0.078, or who was heard before and is less than 6 dB behind.
    assert!(heard.iter().all(|x| *x > 0.04 * 3.0 && *x <= 0.2311), "{heard:?}");
    assert_eq!(hall.statistics().heard, 3, "and not the two who send silence");
}

#[test]
fn who_only_makes_a_noise_is_not_heard_while_another_speaks() {
    let noise = |at: usize| noise(1, at);
    let a = talker(1, 4.0);
    let mut heard = Vec::new();
    let mut hall = hall(ConferenceParams::new(SampleRate::Hz8000).mixing(Mixing::Speech), 3);
    for block in 0..1_300 {
        let said = hall.blocks(|n, at| match (n, block * 80 + at) {
            (0, at) if (24_000..56_000).contains(&at) => a[at - 24_000],
            (1, at) => 0.05 * noise(at),
            _ => 0.0,
        });
        heard.extend_from_slice(&said[2]);
    }
    let error = |from: usize, until: usize, with: &dyn Fn(usize) -> f32| {
        (from..until).map(|at| (heard[at] - with(at)).powi(2)).sum::<f32>() / (until - from) as f32
    };
    let (said, noise) = (|at: usize| a[at - 24_000], |at: usize| 0.05 * noise(at));
    // While it speaks, from when that is known on, the noise is gone to the last bit; before and after, nobody speaks.
    assert!(error(30_000, 55_000, &said) < 1e-9, "{}", error(30_000, 55_000, &said));
    assert!(error(10_000, 23_000, &noise) < 1e-9, "{}", error(10_000, 23_000, &noise));
    assert!(error(80_000, 100_000, &noise) < 1e-9, "{}", error(80_000, 100_000, &noise));
}

#[test]
fn members_are_made_equally_loud_within_limits() {
    let power = |pcm: &[f32]| 10.0 * (pcm.iter().map(|x| x * x).sum::<f32>() / pcm.len() as f32).log10();
    let a = talker(1, 8.0);
    let loud = |gain: f32, control: bool| {
        let params = ConferenceParams::new(SampleRate::Hz8000).level_control(control);
        let mut hall = hall(params, 2);
        let blocks = (0..800).map(|block| hall.blocks(|n, at| if n == 0 { gain * a[block * 80 + at] } else { 0.0 }));
        let heard: Vec<_> = blocks.flat_map(|mut heard| heard.swap_remove(1)).collect();
        power(&heard[32_000..]) - power(&a[32_000..64_000]) - 20.0 * gain.log10()
    };
    for gain in [0.02, 0.1, 1.0, 2.0] {
        assert!(loud(gain, false).abs() < 0.5, "as it is: {}", loud(gain, false));
    }
    let (quiet, middle, louder) = (loud(0.02, true), loud(0.5, true), loud(2.0, true));
    assert!((quiet - 12.0).abs() < 0.5, "a quiet one is raised by 12 dB: {quiet}");
    let spread = (middle + 20.0 * 0.5f32.log10()) - (louder + 20.0 * 2.0f32.log10());
    assert!(spread.abs() < 2.0, "one of -6 and one of +6 dB are equally loud: {middle} {louder}");
}

#[test]
fn qualities_are_what_they_say_and_what_cannot_be_is_refused() {
    let default = ConferenceParams::default();
    assert_eq!(default.quality(ConferenceQuality::Balanced).mixing, Mixing::Loudest(8));
    assert_eq!(default.quality(ConferenceQuality::High).mixing, Mixing::Speech);
    assert_eq!(default.quality(ConferenceQuality::High).quality(ConferenceQuality::Fast), default);
    let mut hall = Hall::of_rates(default, &[]);
    let handle = hall.engine.handle();
    let events = handle.subscribe();
    let (short, long) = (Duration::from_millis(9), Duration::from_secs(3_601));
    for (params, expected) in [
        (default.mixing(Mixing::Loudest(0)), ConferenceError::NobodyHeard),
        (default.level_interval(short), ConferenceError::LevelInterval(short)),
        (default.level_interval(long), ConferenceError::LevelInterval(long)),
    ] {
        let pending = handle.create_conference(params);
        assert_eq!(hall.engine.complete(pending).err(), Some(expected.into()));
    }
    assert_eq!(events.try_next().map(|event| event.kind), None);
    for params in [default.mixing(Mixing::Loudest(usize::MAX)), default.level_interval(Duration::from_micros(10_001))] {
        let pending = handle.create_conference(params);
        let room = hall.engine.complete(pending).unwrap();
        let pending = room.destroy();
        hall.engine.complete(pending).unwrap();
        let told: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|event| event.kind).collect();
        assert_eq!(told, [EventKind::ConferenceCreated(room.id()), EventKind::ConferenceDestroyed(room.id())]);
    }
}

/// A member whose gain moves in each block, converted to the rate of its room.
#[test]
fn gains_that_move_at_another_rate_leave_nobody_with_itself() {
    let params = ConferenceParams::new(SampleRate::Hz48000).level_control(true);
    let mut hall = hall(params, 2);
    let a = talker(1, 3.0);
    let mut heard = [0.0_f32; 2];
    for block in 0..300 {
        let said = hall.blocks(|n, at| if n == 0 { 0.1 * a[block * BLOCK + at] } else { 0.0 });
        (0..2).for_each(|n| heard[n] = said[n].iter().fold(heard[n], |most, x| most.max(x.abs())));
    }
    assert!(heard[0] == 0.0 && heard[1] > 0.05, "{heard:?}");
}

/// An embedder's samples may be anything: it spoils no gain, nor who is heard, but its own block.
#[test]
fn samples_that_are_none_spoil_nothing_that_comes_after() {
    let params = ConferenceParams::new(SampleRate::Hz8000).quality(ConferenceQuality::High);
    let a = talker(1, 8.0);
    let run = |bad: &[f32]| {
        let mut hall = hall(params, 2);
        let said = |block: usize, at: usize| match bad.get(block % 50) {
            Some(bad) if block < 100 && at == 7 => *bad,
            _ => 0.2 * a[block * BLOCK + at],
        };
        let heard =
            (0..800).map(|block| hall.blocks(|n, at| if n == 0 { said(block, at) } else { 0.0 }).swap_remove(1));
        let heard: Vec<Vec<f32>> = heard.collect();
        assert!(heard.iter().flatten().all(|x| x.abs() <= 1.0));
        heard[400..].iter().flatten().map(|x| x * x).sum::<f32>()
    };
    let ratio = run(&[f32::NAN, f32::INFINITY, f32::MAX, -f32::MAX, 1e-40]) / run(&[]);
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
}
