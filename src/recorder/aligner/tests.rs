//! Control: streams beside each other, where one lacks blocks or comes later.

use super::*;
use crate::types::SampleRate;
use crate::worker::{PcmOut, pcm_out};

fn channels(n: usize) -> (Vec<PcmOut>, Aligner) {
    let (outputs, readers) = (0..n).map(|_| pcm_out(SampleRate::Hz8000, 2_000)).unzip();
    (outputs, Aligner::new(readers))
}

fn push(output: &mut PcmOut, tick: u64, level: f32) {
    output.begin_block(TickNumber(tick), MediaTime::from_millis(tick * 10));
    output.put(Some(&[level; 80]));
}

/// What is given: the time, the level of each channel (`None`: silence), and whether a block was lost.
fn all(aligner: &mut Aligner, ended: bool) -> Vec<(u64, [Option<f32>; 2], bool)> {
    std::iter::from_fn(|| {
        let aligned = aligner.next(ended)?;
        let levels = aligned.channels.map(|channel| channel.map(|samples| samples[0]));
        Some((aligned.time.as_nanos() / 10_000_000, levels, aligned.lost))
    })
    .collect()
}

#[test]
fn blocks_of_one_tick_are_given_together() {
    let (mut outputs, mut aligner) = channels(2);
    for tick in 5..8 {
        push(&mut outputs[0], tick, tick as f32);
    }
    assert_eq!(all(&mut aligner, false), [], "the other has not come yet");
    // It begins later: until then it is silence.
    for tick in 6..8 {
        push(&mut outputs[1], tick, -(tick as f32));
    }
    let given = all(&mut aligner, false);
    assert_eq!(
        given,
        [(5, [Some(5.0), None], false), (6, [Some(6.0), Some(-6.0)], false), (7, [Some(7.0), Some(-7.0)], false)]
    );
}

/// A ring that was full shows it by a gap: silence, block by block, and counted.
#[test]
fn what_is_lost_is_silence_of_its_length() {
    let (mut outputs, mut aligner) = channels(1);
    for tick in 0..250 {
        push(&mut outputs[0], tick, 1.0);
    }
    assert_eq!(all(&mut aligner, false).len(), 200, "what the ring holds");
    push(&mut outputs[0], 250, 2.0);
    let given = all(&mut aligner, false);
    assert_eq!(given.len(), 51);
    assert!(given[..50].iter().enumerate().all(|(n, block)| *block == (200 + n as u64, [None, None], true)));
    assert_eq!(given[50], (250, [Some(2.0), None], false));
}

/// A channel that stays away does not hold the other up for longer than a second.
#[test]
fn who_stays_away_is_silence_after_a_second() {
    let (mut outputs, mut aligner) = channels(2);
    push(&mut outputs[0], 0, 1.0);
    push(&mut outputs[1], 0, 1.0);
    assert_eq!(all(&mut aligner, false).len(), 1);
    for tick in 1..=150 {
        push(&mut outputs[0], tick, 1.0);
    }
    let given = all(&mut aligner, false).len();
    assert!((49..=52).contains(&given), "{given}");
    // What it has of that time comes too late, and what it has of now is taken.
    push(&mut outputs[1], 150, 3.0);
    let given = all(&mut aligner, true);
    assert_eq!(given.last(), Some(&(150, [Some(1.0), Some(3.0)], false)));
    assert_eq!(all(&mut aligner, true), []);
}
