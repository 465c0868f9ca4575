//! Boundary: samples of the embedder's in what one party says: whoever hears him hears them, beside his words or instead of them, and
//! he does not; wherever the session goes, without an edge.

use crate::inject::{QUARTER, edge, expect, feed, inject};
use crate::rig::{Calls, is_near};
use media_core::codec::Law::{A, Mu};
use media_core::engine::Tap;
use media_core::{
    AudioFormat, Direction, Error, Gain, InjectParams, InjectPoint, MediaSessionParams, PlaybackError, SampleRate,
    TapSource, WorkerId,
};

fn said(rate: SampleRate) -> InjectParams {
    InjectParams::new(rate).point(InjectPoint::Said)
}

fn open(calls: &mut Calls, n: usize, source: TapSource) -> Tap {
    let pending = calls.session(n).tap_of(source);
    calls.ask(pending).unwrap()
}

/// What a tap has last, in 1/32,768 of full scale.
fn last(tap: &mut Tap) -> i32 {
    let mut samples = [0.0; 16_000];
    let count = tap.read(&mut samples);
    assert!(count > 0, "a tap runs with time");
    (samples[count - 1] * 32_768.0).round() as i32
}

#[test]
fn whoever_hears_a_party_hears_what_is_injected_into_what_he_says() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    calls.codes = vec![0xb0, 0xb8];
    calls.bridge(0, 1);
    let mut taps = [TapSource::Said, TapSource::Heard].map(|source| open(&mut calls, 0, source));
    let (since, other) = (calls.packets(1), calls.packets(0));
    let mut injection = inject(&mut calls, 0, said(SampleRate::Hz8000).gain(Gain::linear(0.5).unwrap()));
    feed(&mut calls, &mut injection, 40);
    let (words, partner) = (calls.said(0), calls.said(1));
    expect(&calls, 1, words + QUARTER / 2, "the partner");
    let has = [0, 1].map(|n| last(&mut taps[n]));
    assert!(is_near(has[0], words + QUARTER / 2), "a tap of what he says: {}", has[0]);
    assert!(is_near(has[1], partner), "a tap of what he hears: {}", has[1]);
    drop(injection);
    calls.run(30);
    expect(&calls, 1, words, "behind it");
    let heard = calls.heard(0, other);
    assert!(heard.len() == 1 && is_near(heard[0].0, partner), "he himself hears nothing of it: {heard:?}");
    assert!(edge(&calls, 1, since) < QUARTER / 8, "{}", edge(&calls, 1, since));
    assert_eq!((calls.gaps(0), calls.gaps(1)), (vec![], vec![]));
}

#[test]
fn it_is_heard_instead_of_the_party_while_he_is_muted_and_where_he_sends_nothing() {
    let mut calls = Calls::new(1, &[A, Mu]);
    calls.bridge(1, 0);
    let since = calls.packets(1);
    let mut injection = inject(&mut calls, 0, said(SampleRate::Hz48000).beside(Gain::MUTE));
    feed(&mut calls, &mut injection, 40);
    expect(&calls, 1, QUARTER, "instead");
    calls.run(40);
    expect(&calls, 1, calls.said(0), "dry");
    feed(&mut calls, &mut injection, 10);
    expect(&calls, 1, QUARTER, "instead again");
    drop(injection);
    calls.run(6);
    expect(&calls, 1, calls.said(0), "behind it");
    let mut injection = inject(&mut calls, 0, said(SampleRate::Hz8000));
    feed(&mut calls, &mut injection, 20);
    expect(&calls, 1, calls.said(0) + QUARTER, "beside");
    let pending = calls.session(0).mute();
    calls.ask(pending).unwrap();
    feed(&mut calls, &mut injection, 20);
    expect(&calls, 1, QUARTER, "while he is muted");
    assert!(edge(&calls, 1, since) < QUARTER / 3, "{}", edge(&calls, 1, since));
    // The first phone sends nothing from here on: the other's codes go with the first places.
    let pending = calls.session(0).unmute();
    calls.ask(pending).unwrap();
    calls.phones.swap(0, 1);
    calls.codes.truncate(1);
    for _ in 0..200 {
        let samples = vec![0.25; injection.room()];
        injection.write(&samples);
        calls.tick();
    }
    calls.phones.swap(0, 1);
    expect(&calls, 1, QUARTER, "where he sends nothing");
    assert_eq!(calls.gaps(1), []);
}

#[test]
fn it_follows_its_session_wherever_that_goes_and_to_another_rate() {
    let mut calls = Calls::new(2, &[Mu, A, Mu]);
    calls.codes = vec![0xb0, 0xb8, 0xc0];
    let mut injection = inject(&mut calls, 0, said(SampleRate::Hz16000));
    let mut tap = open(&mut calls, 0, TapSource::Said);
    let words: Vec<_> = (0..3).map(|n| calls.said(n)).collect();
    let mut expects = |calls: &mut Calls, what: &str, listener: Option<(usize, i32)>| {
        feed(calls, &mut injection, 40);
        let has = last(&mut tap);
        assert!(is_near(has, words[0] + QUARTER), "{what}: {has} in the tap");
        if let Some((n, beside)) = listener {
            expect(calls, n, words[0] + QUARTER + beside, what);
        }
    };
    expects(&mut calls, "alone", None);
    calls.bridge(0, 1);
    expects(&mut calls, "in a bridge", Some((1, 0)));
    let pending = calls.engine.handle().transfer(&calls.sessions[1], &calls.sessions[2]);
    calls.ask(pending).unwrap();
    expects(&mut calls, "after a transfer", Some((2, 0)));
    let pending = calls.engine.handle().unbridge(&calls.sessions[0]);
    calls.ask(pending).unwrap();
    for worker in [1, 0, 1] {
        let pending = calls.session(0).move_to(WorkerId(worker));
        calls.ask(pending).unwrap();
        expects(&mut calls, "on another media thread", None);
    }
    let pending = calls.engine.handle().create_conference(SampleRate::Hz16000);
    let room = calls.ask(pending).unwrap();
    for n in [0, 1, 2] {
        let pending = room.join(&calls.sessions[n]);
        calls.ask(pending).unwrap();
    }
    expects(&mut calls, "in a room", Some((1, words[2])));
    drop(room);
    // What he says is of another rate, though he goes on sending what he did.
    let pending = calls.session(0).update(MediaSessionParams::new(AudioFormat::g722()));
    calls.ask(pending).unwrap();
    feed(&mut calls, &mut injection, 200);
    expect(&calls, 1, words[0] + QUARTER + words[2], "at another rate");
}

#[test]
fn each_of_what_a_party_says_and_hears_has_one_and_waits_while_it_is_on_hold() {
    let mut calls = Calls::new(1, &[Mu, Mu]);
    calls.codes = vec![0xb0, 0xb8];
    calls.bridge(0, 1);
    let mut spoken = inject(&mut calls, 0, said(SampleRate::Hz8000));
    let pending = calls.session(0).inject(said(SampleRate::Hz16000));
    let refused = calls.ask(pending).map(drop);
    assert_eq!(refused, Err(Error::Playback(PlaybackError::Injected(calls.id(0)))));
    let mut heard = inject(&mut calls, 0, InjectParams::new(SampleRate::Hz8000));
    assert_ne!(spoken.id(), heard.id());
    for _ in 0..40 {
        let samples = vec![0.25; spoken.room()];
        spoken.write(&samples);
        feed(&mut calls, &mut heard, 1);
    }
    expect(&calls, 0, calls.said(1) + QUARTER, "in his ear");
    expect(&calls, 1, calls.said(0) + QUARTER, "in his mouth");
    let pending = calls.session(0).set_direction(Direction::SendOnly);
    calls.ask(pending).unwrap();
    let samples = vec![0.25; spoken.room()];
    spoken.write(&samples);
    calls.run(20);
    assert_eq!(spoken.room(), 0, "what he is to say waits");
    let pending = calls.session(0).set_direction(Direction::SendReceive);
    calls.ask(pending).unwrap();
    // The next begins behind the last block of the one before.
    let since = calls.packets(1);
    drop(spoken);
    let mut spoken = inject(&mut calls, 0, said(SampleRate::Hz8000).gain(Gain::linear(0.25).unwrap()));
    feed(&mut calls, &mut spoken, 30);
    expect(&calls, 1, calls.said(0) + QUARTER / 4, "the second");
    assert!(edge(&calls, 1, since) < QUARTER / 8, "{}", edge(&calls, 1, since));
    let pending = calls.session(0).destroy();
    calls.ask(pending).unwrap();
    calls.run(2);
    assert!(spoken.is_over() && heard.is_over());
}
