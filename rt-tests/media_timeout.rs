//! A session that hears nothing for as long as is set tells so, once, and not while its peer is not to send.

mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::integration::{IntegrationEventKind, SessionBridge};
use media_core::{
    AudioFormat, CodecManager, Direction, Error, EventKind, Events, MediaEngineConfig, MediaSessionHandle,
    MediaSessionParams, MediaTime, SampleRate, SessionError,
};
use std::time::Duration;
use support::phone::{Phone, connect, done};

const S: Duration = Duration::from_secs(1);

struct Call {
    engine: VirtualEngine,
    session: MediaSessionHandle,
    phone: Phone,
    events: Events,
    begun: MediaTime,
}

fn params() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu())
}

impl Call {
    fn new(params: MediaSessionParams) -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
        let (events, begun) = (engine.handle().subscribe(), engine.now());
        let (session, phone) = connect(&mut engine, 1, params);
        Self { engine, session, phone, events, begun }
    }

    fn talks(&mut self, ms: u64) {
        for _ in 0..ms / 20 {
            let now = self.engine.now();
            self.phone.send(&mut self.engine.network, now, &[0x35; 160]);
            self.engine.run_for(Duration::from_millis(20));
        }
    }

    /// When it was told that nothing came, and for how long then.
    fn told(&self) -> Vec<(MediaTime, Duration)> {
        let events = std::iter::from_fn(|| self.events.try_next());
        let lasted = events.filter_map(|event| match event.kind {
            EventKind::MediaTimeout { lasted } => Some((event.at, lasted)),
            _ => None,
        });
        lasted.collect()
    }

    fn update(&mut self, params: MediaSessionParams) {
        let pending = self.session.update(params);
        done(&mut self.engine, pending);
    }
}

/// It was told once, `after` or up to a second later, and as that.
#[track_caller]
fn once(told: &[(MediaTime, Duration)], silent_from: MediaTime, after: Duration) {
    let [(at, lasted)] = told else { panic!("{told:?}") };
    let real = *at - silent_from;
    assert!(real >= after && real <= after + S + S / 10, "{real:?}");
    assert!(*lasted >= after && *lasted <= real, "{lasted:?} of {real:?}");
}

#[test]
fn silence_of_that_length_is_told_once_and_again_after_it_was_heard() {
    let mut call = Call::new(params().media_timeout(5 * S));
    call.talks(7_300);
    assert_eq!(call.told(), []);
    for _ in 0..2 {
        let from = call.engine.now();
        call.engine.run_for(20 * S);
        once(&call.told(), from, 5 * S);
        call.talks(4_400);
        assert_eq!(call.told(), []);
    }
    // A pause of less than that is none of it.
    for _ in 0..3 {
        call.engine.run_for(4 * S);
        call.talks(100);
    }
    assert_eq!(call.told(), []);
}

#[test]
fn who_never_sent_anything_is_told_and_who_is_not_asked_about_is_not() {
    let mut call = Call::new(params().media_timeout(3 * S));
    call.engine.run_for(10 * S);
    once(&call.told(), call.begun, 3 * S);
    let mut silent = Call::new(params());
    silent.engine.run_for(60 * S);
    assert_eq!(silent.told(), []);
}

#[test]
fn who_is_held_is_not_waited_for_and_has_all_of_the_time_afterwards() {
    let mut call = Call::new(params().media_timeout(3 * S));
    call.talks(2_000);
    let held = call.session.hold_inward();
    done(&mut call.engine, held);
    call.engine.run_for(30 * S);
    let resumed = call.session.resume_inward();
    done(&mut call.engine, resumed);
    assert_eq!(call.told(), []);
    let from = call.engine.now();
    call.engine.run_for(10 * S);
    once(&call.told(), from, 3 * S);
    // By direction, and by an address that is none.
    call.talks(500);
    call.update(params().direction(Direction::SendOnly));
    call.engine.run_for(30 * S);
    call.update(params().remote(([0, 0, 0, 0], 4_000).into()));
    call.engine.run_for(30 * S);
    assert_eq!(call.told(), []);
}

#[test]
fn it_is_set_changed_and_taken_back_in_a_call() {
    let mut call = Call::new(params());
    call.engine.run_for(40 * S);
    // The peer has rung for so long, and answers: it has all of the time.
    call.update(params().media_timeout(5 * S));
    let from = call.engine.now();
    call.engine.run_for(4 * S);
    assert_eq!(call.told(), []);
    // What is not mentioned stays.
    call.update(params());
    call.engine.run_for(6 * S);
    once(&call.told(), from, 5 * S);
    // A longer time is told anew; a shorter one at once, if it was not told.
    call.update(params().media_timeout(15 * S));
    call.engine.run_for(10 * S);
    once(&call.told(), from, 15 * S);
    call.update(params().media_timeout(None));
    call.talks(100);
    call.engine.run_for(60 * S);
    assert_eq!(call.told(), []);
}

#[test]
fn what_cannot_be_is_refused() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    let pcm = MediaSessionParams::pcm(SampleRate::Hz8000).media_timeout(5 * S);
    let short = params().media_timeout(S - Duration::from_nanos(1));
    let long = params().media_timeout(24 * 3_600 * S + Duration::from_nanos(1));
    for refused in [pcm, short, long, params().media_timeout(Duration::ZERO), params().media_timeout(Duration::MAX)] {
        let pending = engine.handle().create_media_session("a", refused);
        let error = engine.complete(pending).unwrap_err();
        let Error::Session(SessionError::Parameter(why)) = &error else { panic!("{error:?}") };
        assert_eq!(why.field, "media_timeout");
    }
}

#[test]
fn a_sip_layer_is_told_of_its_dialog() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    let mut media = SessionBridge::new(engine.handle(), CodecManager::default());
    let begun = media.offer("a", |params| params.media_timeout(5 * S)).unwrap();
    done(&mut engine, begun.session);
    engine.run_for(8 * S);
    let told: Vec<_> = std::iter::from_fn(|| media.next_event()).map(|event| event.kind).collect();
    assert!(matches!(told[..], [IntegrationEventKind::MediaTimeout { lasted }] if lasted >= 5 * S), "{told:?}");
}
