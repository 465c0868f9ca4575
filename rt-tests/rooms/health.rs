//! Boundary: whether the audio of a conference's members comes, as it is told and listed.

use media_core::rtp::RtpHeader;
use media_core::{
    AudioFormat, Conference, ConferenceParams, EventKind, Events, MediaEngineConfig, MediaSessionHandle,
    MediaSessionParams, MemberHealth, RtpBridge, SampleRate, Transport, VirtualEngine,
};
use std::time::Duration;

struct Call {
    engine: VirtualEngine,
    port: RtpBridge,
    room: Conference,
    session: MediaSessionHandle,
    events: Events,
    sequence: u16,
}

impl Call {
    fn new(grace: Duration) -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().io_threads(0usize), 1).unwrap();
        let handle = engine.handle();
        let pending = handle.rtp_bridge();
        let mut port = engine.complete(pending).unwrap();
        let pending = handle.create_conference(ConferenceParams::new(SampleRate::Hz8000).grace(grace));
        let room = engine.complete(pending).unwrap();
        let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(port.port()));
        let mut pending = handle.create_media_session("phone", params);
        let session = loop {
            engine.tick();
            port.take_orders();
            if let Some(answer) = pending.poll_now() {
                break answer.unwrap();
            }
        };
        let events = handle.subscribe();
        Self { engine, port, room, session, events, sequence: 0 }
    }

    /// So many ms, with packets or without; what is told of its health meanwhile.
    fn pass(&mut self, ms: u32, packets: bool) -> Vec<MemberHealth> {
        for tick in 0..ms / 10 {
            if packets && tick % 2 == 0 {
                let (sequence, timestamp) = (self.sequence, u32::from(self.sequence) * 160);
                let header = RtpHeader { marker: false, payload_type: 0, sequence, timestamp, ssrc: 7 };
                self.port.receive_parsed(self.session.id(), &header, &[0x55; 160], self.engine.now()).unwrap();
                self.sequence += 1;
            }
            self.engine.tick();
            self.port.take_orders();
            while self.port.poll_parsed().is_some() {}
        }
        let health = |kind| match kind {
            EventKind::MemberHealth(room, health) if room == self.room.id() => Some(health),
            _ => None,
        };
        std::iter::from_fn(|| self.events.try_next()).filter_map(|event| health(event.kind)).collect()
    }

    fn listed(&mut self) -> MemberHealth {
        let pending = self.room.participants();
        self.engine.complete(pending).unwrap()[0].health
    }

    fn join(&mut self) {
        let pending = self.room.join(&self.session);
        self.engine.complete(pending).unwrap();
    }
}

#[test]
fn a_newcomer_has_its_grace_and_is_inactive_then() {
    let mut call = Call::new(Duration::from_secs(5));
    call.join();
    assert_eq!((call.pass(4_800, false), call.listed()), (vec![], MemberHealth::Newcomer));
    assert_eq!((call.pass(1_300, false), call.listed()), (vec![MemberHealth::Inactive], MemberHealth::Inactive));
    assert_eq!((call.pass(500, true), call.listed()), (vec![MemberHealth::Active], MemberHealth::Active));
}

#[test]
fn who_was_heard_and_is_not_any_more_has_dropped_out_until_it_is_heard_again() {
    let mut call = Call::new(ConferenceParams::GRACE);
    call.pass(500, true);
    call.join();
    assert_eq!((call.pass(100, true), call.listed()), (vec![], MemberHealth::Active), "nothing is new");
    assert_eq!((call.pass(2_000, false), call.listed()), (vec![MemberHealth::Dropout], MemberHealth::Dropout));
    assert_eq!((call.pass(40_000, false), call.listed()), (vec![], MemberHealth::Dropout), "it is no newcomer");
    assert_eq!((call.pass(500, true), call.listed()), (vec![MemberHealth::Active], MemberHealth::Active));
}

#[test]
fn who_is_held_is_expected_to_say_nothing() {
    let mut call = Call::new(ConferenceParams::GRACE);
    call.pass(500, true);
    call.join();
    let pending = call.session.hold_inward();
    call.engine.complete(pending).unwrap();
    assert_eq!((call.pass(5_000, false), call.listed()), (vec![], MemberHealth::Active));
    let pending = call.session.resume_inward();
    call.engine.complete(pending).unwrap();
    assert_eq!((call.pass(500, true), call.listed()), (vec![], MemberHealth::Active));
    assert_eq!((call.pass(2_000, false), call.listed()), (vec![MemberHealth::Dropout], MemberHealth::Dropout));
}
