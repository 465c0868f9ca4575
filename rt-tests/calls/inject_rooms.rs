//! Boundary: samples of the embedder's that all members of a room hear; and that an injection ran dry is told.

use crate::inject::{QUARTER, expect, feed, inject};
use crate::rig::Calls;
use media_core::codec::Law::Mu;
use media_core::{
    Conference, ConferenceError, ConferenceParams, Error, EventKind, Gain, InjectParams, InjectPoint, Injection,
    InjectionId, PlaybackError, SampleRate,
};
use std::time::Duration;

fn room_of(calls: &mut Calls, members: &[usize], params: ConferenceParams) -> Conference {
    let pending = calls.engine.handle().create_conference(params);
    let room = calls.ask(pending).unwrap();
    for n in members {
        let pending = room.join(&calls.sessions[*n]);
        calls.ask(pending).unwrap();
    }
    room
}

fn into(calls: &mut Calls, room: &Conference, params: InjectParams) -> Result<Injection, Error> {
    let pending = room.inject(params);
    calls.ask(pending)
}

/// What was told of an injection since this was asked last.
fn told(calls: &Calls, injection: InjectionId) -> Vec<Option<Duration>> {
    let of_it = |kind| match kind {
        EventKind::InjectionUnderrun { injection: id, lasted } if id == injection => Some(lasted),
        _ => None,
    };
    calls.told().into_iter().filter_map(|(_, kind)| of_it(kind)).collect()
}

#[test]
fn all_members_of_a_room_hear_what_is_injected_and_it_is_a_member_as_long_as_it_is_there() {
    let mut calls = Calls::new(2, &[Mu; 3]);
    calls.codes = vec![0xb0, 0xb8, 0xc0];
    let room = room_of(&mut calls, &[0, 1, 2], ConferenceParams::new(SampleRate::Hz16000).max_members(5));
    let words: Vec<_> = (0..3).map(|n| calls.said(n)).collect();
    let mut one = into(&mut calls, &room, InjectParams::new(SampleRate::Hz48000)).unwrap();
    let half = InjectParams::new(SampleRate::Hz8000).gain(Gain::linear(0.5).unwrap());
    let mut two = into(&mut calls, &room, half).unwrap();
    let full = into(&mut calls, &room, half).map(drop);
    assert_eq!(full, Err(Error::Conference(ConferenceError::Full(room.id(), 5))));
    for _ in 0..40 {
        let samples = vec![0.25; two.room()];
        two.write(&samples);
        feed(&mut calls, &mut one, 1);
    }
    for n in 0..3 {
        let others: i32 = (0..3).filter(|other| *other != n).map(|other| words[other]).sum();
        expect(&calls, n, others + QUARTER + QUARTER / 2, "both");
    }
    drop(one);
    feed(&mut calls, &mut two, 40);
    expect(&calls, 0, words[1] + words[2] + QUARTER / 2, "the second alone");
    let pending = room.participants();
    assert_eq!(calls.ask(pending).unwrap().len(), 4, "the first is a member no more");
    let pending = room.destroy();
    calls.ask(pending).unwrap();
    calls.run(20);
    assert!(two.is_over());
    let pending = calls.engine.handle().sessions();
    assert_eq!(calls.ask(pending).unwrap().len(), 3, "what spoke for them is gone");
    let gone = into(&mut calls, &room, half).map(drop);
    assert_eq!(gone, Err(Error::Conference(ConferenceError::Unknown(room.id()))));
}

#[test]
fn members_cannot_be_heard_otherwise_beside_it() {
    let mut calls = Calls::new(1, &[Mu]);
    let room = room_of(&mut calls, &[0], ConferenceParams::new(SampleRate::Hz8000));
    let refused = into(&mut calls, &room, InjectParams::new(SampleRate::Hz8000).beside(Gain::MUTE)).map(drop);
    assert_eq!(refused, Err(Error::Playback(PlaybackError::BesideInRoom(room.id()))));
}

/// Told with its begin and, when there is more or it is over, with its length.
#[test]
fn that_an_injection_ran_dry_is_told_with_its_length() {
    for point in [InjectPoint::Heard, InjectPoint::Said] {
        for connected in [true, false] {
            let mut calls = Calls::new(1, &[Mu; 2]);
            if connected {
                calls.bridge(0, 1);
            }
            let mut injection = inject(&mut calls, 0, InjectParams::new(SampleRate::Hz8000).point(point));
            calls.run(20);
            assert_eq!(told(&calls, injection.id()), [], "it has not begun");
            // 200 ms, and a quarter of a second until there is more.
            let since = calls.engine.now();
            assert_eq!(injection.write(&[0.25; 1_600]), 1_600);
            calls.run(45);
            assert_eq!((told(&calls, injection.id()), injection.underruns()), (vec![None], 1));
            feed(&mut calls, &mut injection, 20);
            let dry = calls.engine.now().nanos_since(since) / 1_000_000 - 200 - 200;
            let [Some(lasted)] = told(&calls, injection.id())[..] else { panic!("its end is told") };
            assert!(lasted.as_millis().abs_diff(u128::from(dry)) <= 20, "{lasted:?} for {dry} ms");
            assert_eq!(lasted.as_millis() % 10, 0);
            // 200 ms and what is left of them, and dropped while it is dry.
            calls.run(50);
            assert_eq!(told(&calls, injection.id()), [None]);
            let (id, spent) = (injection.id(), injection.underruns());
            drop(injection);
            calls.run(20);
            let [Some(lasted)] = told(&calls, id)[..] else { panic!("it is over with the injection") };
            assert!((280..=330).contains(&lasted.as_millis()), "{lasted:?}");
            assert_eq!(spent, 2);
        }
    }
}
