//! Any codec to any codec through the whole engine on virtual time: each packet time on each side, two seconds each: every
//! packet is there at its time, timestamps advance by samples, no tick allocates, and the tone that comes out is as clean as
//! the worse of the two codecs allows. `tools/matrix` runs an hour of each.
//!
//! By default each pair of codecs meets with six pairs of packet times, so that each time stands on each side;
//! `cargo test --test matrix -- --ignored` runs all of them.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::AudioFormat;
use media_core::types::{Ptime, SampleRate};
use support::endpoint::{Endpoint, by_timestamp, tone, tone_snr};
use support::matrix::{alone_snr, formats, ptimes};
use support::phone::done;
use trap::Counts;
use trap::media_threads_alone as alone;

/// Seconds of each call.
const SECONDS: u64 = 2;

/// A call from one format to another and back; what it was worse than it should be, in words.
fn run((a, a_says): (&AudioFormat, Ptime), (b, b_says): (&AudioFormat, Ptime), limit: f64) -> Result<f64, String> {
    let config = MediaEngineConfig::default().max_sessions(4usize).max_taps(1usize).max_conferences(1usize);
    let mut engine = VirtualEngine::new(config, 3).unwrap();
    let mut one = Endpoint::new(&mut engine, 1, a, a_says, a_says);
    let mut two = Endpoint::new(&mut engine, 2, b, b_says, b_says);
    let pending = engine.handle().bridge(&one.session, &two.session);
    done(&mut engine, pending);
    if a.same_payloads(b) {
        // Payloads of one codec would pass as they come; what is metered is decoded.
        for session in [&one.session, &two.session] {
            let pending = session.set_metering(true);
            done(&mut engine, pending);
        }
    }
    let (say_a, say_b) = (tone(a.sample_rate()), tone(b.sample_rate()));
    let before = trap::counts();
    for _ in 0..SECONDS * 100 {
        let now = engine.now();
        one.speak(&mut engine.network, now, &say_a);
        two.speak(&mut engine.network, now, &say_b);
        engine.tick();
        one.phone.listen(&mut engine.network);
        two.phone.listen(&mut engine.network);
    }
    let counts = trap::counts().since(before);
    if counts != Counts::default() {
        return Err(format!("a tick allocated: {counts:?}"));
    }
    let mut worst = f64::INFINITY;
    for end in [&mut one, &mut two] {
        let came: Vec<_> = end.phone.got.iter().map(|p| (p.at, p.header)).collect();
        let most = SECONDS * 100 / u64::from(end.ptime.blocks());
        // What a jitter buffer, a resampler and the filling of packets hold back at first.
        let held_back = 20 / u64::from(end.ptime.blocks()) + 2;
        if (came.len() as u64) + held_back < most {
            return Err(format!("{} packets of {most} came", came.len()));
        }
        for pair in came.windows(2) {
            let [(earlier, from), (later, to)] = pair else { unreachable!() };
            let numbers = (to.sequence.wrapping_sub(from.sequence), to.timestamp.wrapping_sub(from.timestamp));
            if numbers != (1, end.units()) || to.marker || (*later - *earlier) != end.ptime.duration() {
                return Err(format!("{from:?} at {earlier:?}, then {to:?} at {later:?}"));
            }
        }
        let pcm = by_timestamp(&end.decode(), &end.format);
        // Until then jitter buffers may still bring their delay down, by splices.
        let settled = end.format.sample_rate().block_samples() * 110;
        let snr = tone_snr(&pcm[settled..], end.format.sample_rate(), 1_013.0);
        if snr < limit {
            return Err(format!("signal to noise {snr:.1} dB where {limit:.1} are due"));
        }
        worst = worst.min(snr);
    }
    Ok(worst)
}

/// Runs the calls that `chosen` says of each pair of formats; the number of calls.
fn matrix(chosen: impl Fn(usize, usize) -> bool) -> usize {
    let (formats, mut calls, mut failures) = (formats(), 0, Vec::new());
    let snr: Vec<Vec<f64>> = formats.iter().map(|f| ptimes(f).iter().map(|&p| alone_snr(f, p)).collect()).collect();
    for (i, a) in formats.iter().enumerate() {
        // Each call is measured both ways.
        for (j, b) in formats.iter().enumerate().skip(i) {
            let (ours, theirs) = (ptimes(a), ptimes(b));
            for (k, &a_says) in ours.iter().enumerate() {
                for (l, &b_says) in theirs.iter().enumerate() {
                    if !chosen(k, (l + i + j) % theirs.len()) {
                        continue;
                    }
                    // Two noises as loud as each other, and of one shape as those of the two laws of G.711, add up to 6 dB.
                    let limit = snr[i][k].min(snr[j][l]) - 6.1;
                    calls += 1;
                    match run((a, a_says), (b, b_says), limit) {
                        Ok(snr) => println!("{a} {a_says} - {b} {b_says}: {snr:.1} dB, limit {limit:.1}"),
                        Err(why) => failures.push(format!("{a} {a_says} - {b} {b_says}: {why}")),
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {calls} calls:\n{}", failures.len(), failures.join("\n"));
    calls
}

#[test]
fn each_codec_to_each_codec() {
    let _alone = alone();
    let calls = matrix(|k, l| k == l);
    assert!(calls >= 130, "{calls} calls");
}

#[test]
#[ignore = "all packet times on both sides: minutes; tools/matrix runs an hour of each"]
fn each_codec_to_each_codec_at_all_packet_times() {
    let _alone = alone();
    println!("{} calls of {} s", matrix(|_, _| true), SECONDS);
}

/// Twin: the measure sees a wrong signal, and a tick that allocates is counted.
#[test]
fn the_measures_see_what_is_wrong() {
    let _alone = alone();
    let rate = SampleRate::Hz8000;
    let clean: Vec<f32> = (0..8_000).map(tone(rate)).collect();
    assert!(tone_snr(&clean, rate, 1_013.0) > 100.0);
    let holed: Vec<f32> = clean.iter().enumerate().map(|(n, &x)| if n % 400 < 2 { 0.0 } else { x }).collect();
    assert!(tone_snr(&holed, rate, 1_013.0) < 25.0, "two samples lost of 50 ms");
    assert!(run((&AudioFormat::pcmu(), Ptime::MS20), (&AudioFormat::g722(), Ptime::MS20), 60.0).is_err());
    let before = trap::counts();
    let scope = media_core::rt::MediaScope::enter();
    drop(std::hint::black_box(vec![1u8; 64]));
    drop(scope);
    assert_eq!(trap::counts().since(before).allocations, 1);
}
