//! Boundary: what a tap has of what is said, of what is heard, and of both, through whatever the session is in.

use crate::rig::{Calls, is_near};
use media_core::codec::Law::{A, Mu};
use media_core::engine::Tap;
use media_core::{MonitorMode, SampleRate, TapSource};

/// What a tap has by now: the level of its last sample, in 1/32,768 of full scale.
fn last(tap: &mut Tap) -> i32 {
    let mut samples = [0.0; 8_000];
    let count = tap.read(&mut samples);
    assert!(count > 0, "a tap runs with time");
    (samples[count - 1] * 32_768.0).round() as i32
}

fn open(calls: &mut Calls, n: usize, source: TapSource) -> Tap {
    let pending = calls.session(n).tap_of(source);
    calls.ask(pending).unwrap()
}

#[test]
fn a_tap_has_what_is_said_what_is_heard_or_both_wherever_the_session_goes() {
    let mut calls = Calls::new(2, &[Mu, A, Mu, Mu]);
    calls.codes = vec![0xa0, 0xb8, 0xb0, 0xc0];
    let mut taps = [TapSource::Said, TapSource::Heard, TapSource::Mixed].map(|source| open(&mut calls, 0, source));
    let said: Vec<_> = (0..4).map(|n| calls.said(n)).collect();
    let mut expect = |calls: &mut Calls, what: &str, heard: i32| {
        calls.run(30);
        let has = [0, 1, 2].map(|n| last(&mut taps[n]));
        for (has, expected) in has.into_iter().zip([said[0], heard, said[0] + heard]) {
            assert!(is_near(has, expected), "{what}: {has} for {expected}");
        }
    };
    expect(&mut calls, "alone", 0);
    calls.bridge(0, 1);
    expect(&mut calls, "in a bridge", said[1]);
    let pending = calls.engine.handle().transfer(&calls.sessions[1], &calls.sessions[2]);
    calls.ask(pending).unwrap();
    expect(&mut calls, "after a transfer", said[2]);
    let pending = calls.engine.handle().monitor(&calls.sessions[3], &calls.sessions[0], MonitorMode::Whisper);
    calls.ask(pending).unwrap();
    expect(&mut calls, "whispered to", said[2] + said[3]);
    let pending = calls.engine.handle().end_monitor(&calls.sessions[3]);
    calls.ask(pending).unwrap();
    let pending = calls.engine.handle().unbridge(&calls.sessions[0]);
    calls.ask(pending).unwrap();
    expect(&mut calls, "alone again", 0);
    let pending = calls.engine.handle().create_conference(SampleRate::Hz16000);
    let room = calls.ask(pending).unwrap();
    for n in [0, 1, 2] {
        let pending = room.join(&calls.sessions[n]);
        calls.ask(pending).unwrap();
    }
    expect(&mut calls, "in a room", said[1] + said[2]);
}

/// What a party hears is copied, and the call itself is as it was.
#[test]
fn a_tap_of_what_is_heard_does_not_change_the_call() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    calls.bridge(0, 1);
    let taps = [TapSource::Heard, TapSource::Mixed].map(|source| open(&mut calls, 0, source));
    calls.run(40);
    drop(taps);
    calls.run(40);
    for (n, other) in [(0, 1), (1, 0)] {
        let heard = calls.heard(n, 10);
        assert!(heard.len() == 1 && is_near(heard[0].0, calls.said(other)), "{heard:?}");
        assert_eq!(calls.gaps(n), []);
    }
}

/// A machine's samples in one ear: a PCM session that whispers.
#[test]
fn samples_come_into_a_call_by_a_pcm_session_that_whispers() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    calls.codes = vec![0xb0, 0xb8];
    calls.bridge(0, 1);
    let params = media_core::MediaSessionParams::pcm(SampleRate::Hz16000);
    let pending = calls.engine.handle().create_media_session("bot", params);
    let bot = calls.ask(pending).unwrap();
    let (mut says, mut hears) = bot.take_pcm().unwrap();
    let pending = calls.engine.handle().monitor(&bot, &calls.sessions[0], MonitorMode::Whisper);
    calls.ask(pending).unwrap();
    let since = calls.packets(1);
    for _ in 0..40 {
        assert_eq!(says.write(&[0.25; 160]), 160);
        calls.tick();
    }
    let mut heard = vec![0.0; 6_400];
    let count = hears.read(&mut heard);
    assert!(is_near((heard[count - 1] * 32_768.0) as i32, calls.said(0) + calls.said(1)), "it hears both");
    assert!(is_near(calls.hears(0), calls.said(1) + 8_192), "{}", calls.hears(0));
    let other = calls.heard(1, since);
    assert!(other.len() == 1 && is_near(other[0].0, calls.said(0)), "{other:?}");
}
