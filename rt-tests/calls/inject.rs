//! Boundary: samples of the embedder's in what one party hears: beside the call or instead of it, wherever the session goes, without an
//! edge; and in nobody else's ear.

use crate::rig::{Calls, is_near};
use media_core::codec::Law::{A, Mu};
use media_core::engine::Tap;
use media_core::{Error, Gain, InjectParams, Injection, PlaybackError, SampleRate, TapSource, WorkerId};

/// A quarter of full scale, in 1/32,768 of it.
pub const QUARTER: i32 = 8_192;

pub fn inject(calls: &mut Calls, n: usize, params: InjectParams) -> Injection {
    let pending = calls.session(n).inject(params);
    calls.ask(pending).unwrap()
}

/// Time goes on, and there is always enough to be heard.
pub fn feed(calls: &mut Calls, injection: &mut Injection, ticks: usize) {
    for _ in 0..ticks {
        let samples = vec![0.25; injection.room()];
        assert_eq!(injection.write(&samples), samples.len());
        calls.tick();
    }
}

pub fn expect(calls: &Calls, n: usize, level: i32, what: &str) {
    assert!(is_near(calls.hears(n), level), "{what}: {} for {level}", calls.hears(n));
}

/// The greatest step from one sample to the next in what came to a phone.
pub fn edge(calls: &Calls, n: usize, since: usize) -> i32 {
    calls.levels(n, since).windows(2).map(|pair| (pair[1] - pair[0]).abs()).max().unwrap()
}

#[test]
fn injected_samples_are_heard_by_one_party_beside_the_call() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    calls.codes = vec![0xb0, 0xb8];
    calls.bridge(0, 1);
    let (since, other) = (calls.packets(0), calls.packets(1));
    let half = InjectParams::new(SampleRate::Hz8000).gain(Gain::linear(0.5).unwrap());
    let mut injection = inject(&mut calls, 0, half);
    feed(&mut calls, &mut injection, 40);
    expect(&calls, 0, calls.said(1) + QUARTER / 2, "beside");
    drop(injection);
    calls.run(6);
    expect(&calls, 0, calls.said(1), "behind it");
    let heard = calls.heard(1, other);
    assert!(heard.len() == 1 && is_near(heard[0].0, calls.said(0)), "{heard:?}");
    assert!(edge(&calls, 0, since) < QUARTER / 8, "{}", edge(&calls, 0, since));
    assert_eq!((calls.gaps(0), calls.gaps(1)), (vec![], vec![]));
}

#[test]
fn injected_samples_are_heard_instead_of_the_call_where_that_is_asked() {
    let mut calls = Calls::new(1, &[Mu, A]);
    calls.bridge(0, 1);
    let instead = InjectParams::new(SampleRate::Hz48000).beside(Gain::MUTE);
    let mut injection = inject(&mut calls, 0, instead);
    feed(&mut calls, &mut injection, 40);
    expect(&calls, 0, QUARTER, "instead");
    // What runs dry gives the call back, and takes it again.
    let since = calls.packets(0);
    calls.run(40);
    expect(&calls, 0, calls.said(1), "dry");
    feed(&mut calls, &mut injection, 10);
    expect(&calls, 0, QUARTER, "instead again");
    drop(injection);
    calls.run(6);
    expect(&calls, 0, calls.said(1), "behind it");
    assert!(edge(&calls, 0, since) < QUARTER / 8, "{}", edge(&calls, 0, since));
}

#[test]
fn an_injection_follows_its_session_wherever_it_goes() {
    let mut calls = Calls::new(2, &[Mu, A, Mu]);
    calls.codes = vec![0xb0, 0xb8, 0xc0];
    let mut injection = inject(&mut calls, 0, InjectParams::new(SampleRate::Hz16000));
    let pending = calls.session(0).tap_of(TapSource::Heard);
    let mut tap: Tap = calls.ask(pending).unwrap();
    let said: Vec<_> = (0..3).map(|n| calls.said(n)).collect();
    let mut expects = |calls: &mut Calls, what: &str, level: i32| {
        feed(calls, &mut injection, 40);
        expect(calls, 0, level + QUARTER, what);
        let mut samples = [0.0; 8_000];
        let count = tap.read(&mut samples);
        let last = (samples[count - 1] * 32_768.0).round() as i32;
        assert!(is_near(last, level + QUARTER), "{what}: {last} in the tap for {}", level + QUARTER);
    };
    expects(&mut calls, "alone", 0);
    calls.bridge(0, 1);
    expects(&mut calls, "in a bridge", said[1]);
    for worker in [1, 0] {
        let pending = calls.session(0).move_to(WorkerId(worker));
        let _ = calls.ask(pending);
    }
    let pending = calls.engine.handle().transfer(&calls.sessions[1], &calls.sessions[2]);
    calls.ask(pending).unwrap();
    expects(&mut calls, "after a transfer", said[2]);
    let pending = calls.engine.handle().unbridge(&calls.sessions[0]);
    calls.ask(pending).unwrap();
    expects(&mut calls, "alone again", 0);
    for worker in [1, 0, 1] {
        let pending = calls.session(0).move_to(WorkerId(worker));
        calls.ask(pending).unwrap();
        expects(&mut calls, "on another media thread", 0);
    }
    let pending = calls.engine.handle().create_conference(SampleRate::Hz16000);
    let room = calls.ask(pending).unwrap();
    for n in [0, 1, 2] {
        let pending = room.join(&calls.sessions[n]);
        calls.ask(pending).unwrap();
    }
    expects(&mut calls, "in a room", said[1] + said[2]);
}

#[test]
fn a_session_has_one_injection_at_a_time_and_the_next_begins_behind_its_last_block() {
    let mut calls = Calls::new(1, &[Mu]);
    let params = InjectParams::new(SampleRate::Hz8000);
    let mut first = inject(&mut calls, 0, params);
    let pending = calls.session(0).inject(params);
    let refused = calls.ask(pending).map(drop);
    assert_eq!(refused, Err(Error::Playback(PlaybackError::Injected(calls.id(0)))));
    feed(&mut calls, &mut first, 20);
    let since = calls.packets(0);
    drop(first);
    let mut second = inject(&mut calls, 0, params.gain(Gain::linear(0.25).unwrap()));
    feed(&mut calls, &mut second, 20);
    expect(&calls, 0, QUARTER / 4, "the second");
    assert!(edge(&calls, 0, since) < QUARTER / 8, "{}", edge(&calls, 0, since));
    let pending = calls.session(0).destroy();
    assert!(!second.is_over());
    calls.ask(pending).unwrap();
    calls.run(2);
    assert!(second.is_over());
}

/// What finds no room stays with the caller; what is no number is silence; a single block is not heard until another follows.
#[test]
fn bad_and_scanty_samples_harm_nothing() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    calls.bridge(0, 1);
    let mut injection = inject(&mut calls, 0, InjectParams::new(SampleRate::Hz8000));
    assert_eq!((injection.room(), injection.rate()), (1_600, SampleRate::Hz8000));
    let since = calls.packets(0);
    assert_eq!(injection.write(&[0.25; 159]), 159);
    calls.run(20);
    assert_eq!(injection.room(), 1_441, "none of it was taken");
    let heard = calls.heard(0, since);
    assert!(heard.len() == 1 && is_near(heard[0].0, calls.said(1)), "{heard:?}");
    assert_eq!(injection.write(&[f32::NAN; 2_000]), 1_441);
    calls.run(10);
    expect(&calls, 0, calls.said(1), "beside no numbers");
    calls.run(20);
    assert!(injection.write(&[4.0; 1_600]) >= 1_520);
    calls.run(10);
    assert!(calls.hears(0) > 30_000, "held within full scale: {}", calls.hears(0));
    drop(injection);
    calls.run(20);
    expect(&calls, 0, calls.said(1), "behind it");
}
