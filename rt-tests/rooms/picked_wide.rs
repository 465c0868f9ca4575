//! Boundary: who is heard in a room wider than a media thread, where not all are: the same ones on each.

use crate::hall::{BLOCK, Hall};
use crate::support::random::Random;
use crate::wide::{at_8k, wide};
use media_core::{MediaEngineConfig, MemberParams, Mixing};

/// The loudest are the loudest of all workers, and the same ones everywhere.
#[test]
fn the_loudest_of_all_threads_are_heard_and_nobody_else() {
    for most in [1, 2, 3] {
        let mut hall = wide(3, 2, at_8k().mixing(Mixing::Loudest(most)));
        let mut random = Random(most as u64);
        for round in 0..30 {
            // Levels 4 dB apart in a random order: ahead or not, the order is clear after a while.
            let mut order: Vec<usize> = (0..6).collect();
            (0..6).for_each(|n| order.swap(n, random.below(6)));
            let level = |n: usize| 0.4 * 0.4_f32.powi(order[n] as i32);
            let tone = |at: usize| if at.is_multiple_of(2) { 1.0 } else { -1.0 };
            let mut heard = Vec::new();
            (0..700).for_each(|_| heard = hall.blocks(|n, at| level(n) * tone(at)));
            for (n, heard) in heard.iter().enumerate() {
                let others = (0..6).filter(|other| *other != n && order[*other] < most);
                let expected: f32 = others.map(level).sum();
                let far = heard.iter().enumerate().map(|(at, x)| (x - expected * tone(at)).abs()).fold(0.0, f32::max);
                assert!(far < 1e-3, "round {round}, member {n}: off by {far} from {expected}: {order:?}");
            }
        }
        assert!(hall.statistics().left_out > 0);
    }
}

/// Not even in its first blocks is one heard for whom there is no room: on each thread it is known who is heard on others.
#[test]
fn who_begins_while_another_thread_has_the_word_is_not_heard() {
    let mut hall = wide(2, 2, at_8k().mixing(Mixing::Loudest(1)));
    let voice = crate::talker(1, 4.0);
    let speaks = |block: usize| voice[block * BLOCK..][..BLOCK].iter().any(|x| x.abs() > 0.01);
    let said = |block: usize, n: usize, at: usize| match n {
        0 => voice[block * BLOCK + at],
        2 if block > 100 => 0.001,
        _ => 0.0,
    };
    let mut spoken = 0;
    for block in 0..300 {
        let heard = hall.blocks(|n, at| said(block, n, at));
        // In its pauses others are heard, and faded as it goes on.
        spoken = if speaks(block) { spoken + 1 } else { 0 };
        if block < 100 || spoken < 5 {
            continue;
        }
        let own = (0..BLOCK).map(|at| said(block, 0, at));
        let far = heard[1].iter().zip(own).map(|(heard, own)| (heard - own).abs()).fold(0.0, f32::max);
        assert!(far < 1e-5, "block {block}: {far}");
        let own = (0..BLOCK).map(|at| said(block.max(1) - 1, 0, at));
        let far = heard[3].iter().zip(own).map(|(heard, own)| (heard - own).abs()).fold(0.0, f32::max);
        assert!(far < 1e-5, "block {block}: {far} on the other thread");
    }
}

/// How loud each of two is in what is heard.
fn parts(heard: &[f32], one: &[f32], other: &[f32]) -> [f32; 2] {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let (aa, bb, ab) = (dot(one, one), dot(other, other), dot(one, other));
    let (ha, hb, det) = (dot(heard, one), dot(heard, other), aa * bb - ab * ab);
    [(ha * bb - hb * ab) / det, (hb * aa - ha * ab) / det]
}

/// Two talk at once, each on its own thread: one of them is heard, on each thread the same one.
#[test]
fn of_two_who_talk_at_once_one_is_heard_and_never_none_or_both() {
    for lag in [1, 2] {
        let config = MediaEngineConfig::default().max_sessions(8usize).workers(3usize).tick_ms(10 * lag as u32);
        let params = at_8k().mixing(Mixing::Loudest(1)).members_per_worker(1);
        let mut hall = Hall::of(config, params, &[8_000; 3]);
        (0..3).for_each(|n| hall.join(n, MemberParams::default()));
        // Silence that was heard until now.
        hall.tick_of(lag, 0, |_, _| 0.0);
        let voices = [crate::talker(1, 8.0), crate::talker(6, 8.0)];
        let block_of = |n: usize, block: usize| &voices[n][block * BLOCK..][..BLOCK];
        let (mut both_speak, mut changes, mut last) = (0, 0, None::<bool>);
        for first in (0..750).step_by(lag) {
            let heard = hall.tick_of(lag, first, |n, at| voices.get(n).map_or(0.0, |voice| voice[at])).swap_remove(2);
            for (block, heard) in (first..).zip(heard.chunks(BLOCK)) {
                let loud = |n: usize| (block.max(6) - 6..block).all(|b| block_of(n, b).iter().any(|x| x.abs() > 0.02));
                if block < 7 || !loud(0) || !loud(1) {
                    last = None;
                    continue;
                }
                both_speak += 1;
                let gains = parts(heard, block_of(0, block - lag), block_of(1, block - lag));
                let steady = [[1.0, 0.0], [0.0, 1.0]]
                    .iter()
                    .position(|of| gains.iter().zip(of).all(|(a, b)| (a - b).abs() < 0.02));
                // As the one is faded, the other comes: in one block.
                assert!(steady.is_some() || last != Some(false), "ticks of {lag}, block {block}: {gains:?}");
                changes += u32::from(steady.is_none());
                last = Some(steady.is_some());
            }
        }
        assert!(both_speak > 100 && (1..20).contains(&changes), "{both_speak} blocks, {changes} changes");
    }
}

/// Neither is before the other but by where it is.
#[test]
fn of_two_who_are_exactly_as_loud_one_is_heard() {
    let mut hall = wide(3, 1, at_8k().mixing(Mixing::Loudest(1)));
    let voice = crate::talker(1, 4.0);
    for block in 0..300 {
        let heard = hall.blocks(|n, at| if n < 2 { voice[block * BLOCK + at] } else { 0.0 });
        let once = &voice[block.max(1) * BLOCK - BLOCK..][..BLOCK];
        let far = heard[2].iter().zip(once).map(|(heard, once)| (heard - once).abs()).fold(0.0, f32::max);
        let pause = (block.max(4) - 4..block).any(|b| voice[b * BLOCK..][..BLOCK].iter().all(|x| x.abs() < 0.01));
        assert!(block < 100 || pause || far < 1e-5, "block {block}: {far}");
    }
}

/// Who only makes a noise is not heard while somebody speaks, on whichever thread.
#[test]
fn a_noise_on_one_thread_is_not_heard_while_another_speaks() {
    let mut hall = wide(3, 1, at_8k().mixing(Mixing::Speech));
    let voice = crate::talker(1, 9.0);
    // A hum, and at first it may be speech.
    let noise = |at: usize| 0.05 * (0.05 * at as f32).sin();
    let mut far = 0.0_f32;
    for block in 0..800 {
        let heard = hall.blocks(|n, at| match n {
            0 => noise(block * BLOCK + at),
            1 => voice[block * BLOCK + at],
            _ => 0.0,
        });
        if block > 300 {
            let spoken = &voice[(block - 1) * BLOCK..][..BLOCK];
            far = heard[2].iter().zip(spoken).map(|(heard, spoken)| (heard - spoken).abs()).fold(far, f32::max);
        }
    }
    assert!(far < 1e-5, "{far} of the noise was heard");
}
