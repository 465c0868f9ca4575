//! Boundary: the events of one session, for an iterator, a future and a callback; and what is found by lists.

use crate::rig::Calls;
use media_core::codec::Law::Mu;
use media_core::error::Error;
use media_core::{
    Connection, EventKind, MediaSessionParams, MonitorMode, Prompt, SampleRate, SessionError, SessionEvents,
};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

fn kinds(events: &SessionEvents) -> Vec<EventKind> {
    std::iter::from_fn(|| events.try_next()).map(|event| event.kind).collect()
}

struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_session_tells_its_own_and_no_others_from_its_begin_to_its_end() {
    let mut calls = Calls::new(1, &[Mu; 3]);
    let before = calls.engine.handle().events_of("late");
    let late = calls.engine.handle().create_media_session("late", MediaSessionParams::pcm(SampleRate::Hz8000));
    let late = calls.ask(late).unwrap();
    let pending = late.events();
    let since = calls.ask(pending).unwrap();
    calls.bridge(0, 1);
    let pending = calls.engine.handle().bridge(&late, &calls.sessions[2]);
    calls.ask(pending).unwrap();
    let last = late.destroy();
    calls.ask(last).unwrap();
    let with = calls.id(2);
    let expected = [EventKind::Created, EventKind::Bridged(with), EventKind::Unbridged(with), EventKind::Destroyed];
    assert_eq!(kinds(&before), expected);
    // Another of that name is none of theirs.
    let again = calls.engine.handle().create_media_session("late", MediaSessionParams::pcm(SampleRate::Hz8000));
    let again = calls.ask(again).unwrap();
    assert_eq!(since.map(|event| event.kind).collect::<Vec<_>>(), expected[1..]);
    assert_eq!(before.count(), 0, "it has ended");
    let pending = late.events();
    assert_eq!(calls.ask(pending).unwrap_err(), Error::Session(SessionError::Unknown(late.id())));
    assert_ne!(again.id(), late.id());
}

#[test]
fn whoever_awaits_the_next_is_woken_for_it_and_at_the_end() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    let pending = calls.session(0).events();
    let mut events = calls.ask(pending).unwrap();
    let woken = Arc::new(Woken(AtomicUsize::new(0)));
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    {
        let mut next = pin!(events.recv());
        assert!(next.as_mut().poll(&mut cx).is_pending());
        calls.bridge(0, 1);
        assert_eq!(woken.0.load(Relaxed), 1);
        let Poll::Ready(Some(event)) = next.poll(&mut cx) else { panic!("it is there") };
        assert_eq!(event.kind, EventKind::Bridged(calls.id(1)));
    }
    assert!(pin!(events.recv()).poll(&mut cx).is_pending());
    let last = calls.session(0).destroy();
    calls.ask(last).unwrap();
    assert_eq!(woken.0.load(Relaxed), 2, "once for what came, whatever else comes until it is asked again");
    let mut rest = Vec::new();
    while let Poll::Ready(Some(event)) = pin!(events.recv()).poll(&mut cx) {
        rest.push(event.kind);
    }
    assert_eq!(rest, [EventKind::Unbridged(calls.id(1)), EventKind::Destroyed]);
}

#[test]
fn who_lags_is_told_and_who_is_dropped_is_forgotten() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    let pending = calls.session(0).events();
    let events = calls.ask(pending).unwrap();
    let pending = calls.session(0).events();
    drop(calls.ask(pending).unwrap());
    for _ in 0..40 {
        calls.bridge(0, 1);
        let pending = calls.engine.handle().unbridge(&calls.sessions[0]);
        calls.ask(pending).unwrap();
    }
    let last = calls.session(0).destroy();
    calls.ask(last).unwrap();
    let told: Vec<_> = events.map(|event| event.kind).collect();
    assert_eq!((told.len(), told[64]), (65, EventKind::Lagged(80 + 1 - 64)));
}

/// By a thread of the callbacks' own, in their order, until the session ends; one that panics hurts nobody.
#[test]
fn callbacks_are_called_for_each_event_and_end_with_their_session() {
    let mut calls = Calls::new(1, &[Mu; 2]);
    let (tell, told) = channel();
    for n in [0, 1] {
        let pending = calls.session(n).events();
        let (events, tell) = (calls.ask(pending).unwrap(), tell.clone());
        events.on_event(move |event| tell.send((n, event.kind)).unwrap()).unwrap();
        let pending = calls.session(n).events();
        calls.ask(pending).unwrap().on_event(|_| panic!("a callback of the embedder's")).unwrap();
    }
    drop(tell);
    calls.bridge(0, 1);
    for n in [0, 1] {
        let last = calls.session(n).destroy();
        calls.ask(last).unwrap();
    }
    // Each callback ends, and what it held is freed: so does this.
    let mut all = Vec::new();
    while let Ok(one) = told.recv_timeout(Duration::from_secs(20)) {
        all.push(one);
    }
    for (n, other) in [(0, 1), (1, 0)] {
        let own: Vec<_> = all.iter().filter(|(of, _)| *of == n).map(|(_, kind)| *kind).collect();
        let with = calls.id(other);
        assert_eq!(own, [EventKind::Bridged(with), EventKind::Unbridged(with), EventKind::Destroyed]);
    }
}

#[test]
fn lists_say_what_sessions_and_rooms_do() {
    let mut calls = Calls::new(1, &[Mu; 4]);
    calls.bridge(0, 1);
    let handle = calls.engine.handle().clone();
    let pending = handle.monitor(&calls.sessions[2], &calls.sessions[1], MonitorMode::Whisper);
    calls.ask(pending).unwrap();
    let pending = calls.session(0).tap();
    let _tap = calls.ask(pending).unwrap();
    let silence = |ms: usize| Prompt::samples(vec![0.0; 8 * ms], 8_000);
    let pending = calls.session(0).play(silence(2_000));
    let playback = calls.ask(pending).unwrap();
    let pending = handle.create_conference(SampleRate::Hz8000);
    let room = calls.ask(pending).unwrap();
    let pending = room.join(&calls.sessions[3]);
    calls.ask(pending).unwrap();
    let pending = room.play(silence(2_000));
    let to_room = calls.ask(pending).unwrap();
    let summary = |calls: &mut Calls, n: usize| {
        let pending = calls.session(n).summary();
        calls.ask(pending).unwrap()
    };
    let (caller, agent, coach) = (summary(&mut calls, 0), summary(&mut calls, 1), summary(&mut calls, 2));
    assert_eq!((caller.taps, caller.prompts.as_slice()), (1, &[playback.id()][..]));
    assert_eq!((caller.state.connection, caller.monitored_by.len()), (Some(Connection::Bridge(calls.id(1))), 0));
    assert_eq!(agent.monitored_by, [(calls.id(2), MonitorMode::Whisper)]);
    assert_eq!(
        (coach.monitors_by, coach.state.connection),
        (Some(MonitorMode::Whisper), Some(Connection::Monitor(calls.id(1))))
    );
    let pending = handle.sessions();
    assert!(calls.ask(pending).unwrap().contains(&agent));
    let pending = handle.conferences();
    let rooms = calls.ask(pending).unwrap();
    assert_eq!((rooms[0].prompts.as_slice(), rooms[0].recordings.len()), (&[to_room.id()][..], 0));
    let pending = handle.find_conference("dialog-4");
    assert_eq!(calls.ask(pending).unwrap().id(), room.id());
    let pending = handle.find_conference("dialog-1");
    assert_eq!(calls.ask(pending).unwrap_err(), Error::Session(SessionError::NotInConference(calls.id(0))));
    let pending = handle.find_conference("nobody");
    assert!(matches!(calls.ask(pending), Err(Error::Session(SessionError::UnknownDialog(_)))));
}
