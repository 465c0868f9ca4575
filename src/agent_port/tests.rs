//! Both ends on threads of their own: whatever is written when, it comes once, in order, and nothing of a turn that ended.

use super::*;
use crate::types::{MediaTime, PcmTime, SampleRate, TickNumber};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// A sample that says its number: of 16 bit, so that every one is exact.
fn value(n: u64) -> i16 {
    ((n % 60_000) as i32 - 30_000) as i16
}

/// Writes and pulls side by side; what was pulled with its block, and what was written.
fn race(seed: u64, latency: Option<Duration>, flushes: bool) {
    let params = AgentParams::new(SampleRate::Hz8000).backlog(Duration::from_millis(500)).latency(latency);
    let (AgentPlan { mut source, heard: _heard }, AgentPort { mut writer, mut events, .. }) = AgentPlan::build(&params);
    let (over, total) = (AtomicBool::new(false), 300_000);
    let mut heard: Vec<i16> = Vec::new();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut random = Random(seed);
            let mut next = 0u64;
            while next < total {
                let most = [1, 3, 80, 161, 320, 2_000][random.below(6) as usize];
                let piece: Vec<i16> = (next..next + 1 + random.below(most)).map(value).collect();
                next += writer.write_i16(&piece).unwrap() as u64;
                if flushes && random.below(400) == 0 {
                    writer.flush();
                }
                if random.below(3) == 0 {
                    std::thread::yield_now();
                }
            }
            let mut patience = 20_000_000u64;
            while writer.waiting() > 0 && patience > 0 {
                patience -= 1;
                std::thread::yield_now();
            }
            over.store(true, Relaxed);
        });
        let mut tick = 0;
        while !over.load(Relaxed) && !writing.is_finished() {
            let at = PcmTime { tick: TickNumber(tick), time: MediaTime::from_millis(10 * tick) };
            let mut block = [0.0; 80];
            let before = source.link.sent.load(Relaxed);
            source.pull(at, false, &mut block);
            let given = (source.link.sent.load(Relaxed) - before) as usize;
            heard.extend(block[..given.min(80)].iter().map(|sample| (sample * 32_768.0) as i16));
            tick += 1;
            while events.try_next().is_some() {}
        }
    });
    let counts = source.link.statistics();
    assert_eq!(counts.sent + counts.forgotten, counts.written, "{counts:?}");
    assert_eq!(flushes, counts.forgotten > 0);
    if !flushes && latency.is_none() {
        assert_eq!(counts.sent, total.max(counts.written));
        // What follows a hole is faded in, and what is heard below it fades: 40 samples at either end.
        let wrong = heard.iter().zip(0..).filter(|(sample, n)| **sample != value(*n)).count() as u64;
        assert!(
            wrong <= 80 * (counts.late + 1),
            "{wrong} samples are not those that were written, {} holes",
            counts.late
        );
    }
}

#[test]
fn all_that_is_written_comes_once_and_in_order() {
    (0..4).for_each(|seed| race(seed, None, false));
}

#[test]
fn flushed_or_stretched_the_counts_add_up() {
    (0..2).for_each(|seed| race(seed, None, true));
    race(7, Some(Duration::from_millis(40)), false);
    race(8, Some(Duration::from_millis(40)), true);
}

/// A backlog that is thrown away, and one as long written in its place in the midst of the tick that clears it, again and again: all
/// that comes home has room there.
#[test]
fn what_comes_home_while_more_is_written_has_room() {
    let params = AgentParams::new(SampleRate::Hz8000).backlog(Duration::from_secs(4));
    let (AgentPlan { mut source, heard: _heard }, AgentPort { mut writer, .. }) = AgentPlan::build(&params);
    let backlog = vec![0.1; 4 * 8_000];
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let pulling = scope.spawn(|| {
            let mut tick = 0;
            while !over.load(Relaxed) {
                let at = PcmTime { tick: TickNumber(tick), time: MediaTime::from_millis(10 * tick) };
                source.pull(at, false, &mut [0.0; 80]);
                tick += 1;
            }
        });
        for _ in 0..2_000 {
            writer.write(&backlog).unwrap();
            writer.flush();
            writer.write(&backlog).unwrap();
            // Nobody fetches what comes home meanwhile.
            for _ in 0..20_000 {
                if writer.waiting() == 0 || pulling.is_finished() {
                    break;
                }
                std::thread::yield_now();
            }
        }
        over.store(true, Relaxed);
    });
    assert_eq!(crate::rt::leaked_parcels(), 0);
}
