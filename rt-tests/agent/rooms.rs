//! An agent in a room: it is told whose keys are pressed and who speaks, and is interrupted by them where it is to be; the members are
//! listened to for its sake as long as it is there.

use super::*;
use crate::spoken_over::caller;
use media_core::processing::{BargeInEvent, BargeInParams};
use media_core::session::TelephoneEventFormat;
use media_core::{Conference, ConferenceParams, InterruptCause, MemberParams, MemberRole, SessionId};

const EVENTS: u8 = 101;

/// A room with an agent and two phones, on two media threads.
struct Meeting {
    call: Call,
    other: MediaSessionHandle,
    phone: Phone,
    room: Conference,
}

impl Meeting {
    /// The second phone in that role.
    fn new(params: AgentParams, role: MemberRole) -> Self {
        let config = MediaEngineConfig::default().max_sessions(8usize).workers(2usize);
        let mut engine = VirtualEngine::new(config, 3).unwrap();
        let events = TelephoneEventFormat::new(EVENTS, 8_000);
        let of_phones = MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(events);
        let (caller, phone) = connect(&mut engine, 1, of_phones.clone());
        let (other, second) = connect(&mut engine, 2, of_phones);
        let agent = engine.handle().create_media_session("agent", MediaSessionParams::agent(params));
        let agent = done(&mut engine, agent);
        let port = agent.take_agent_port().unwrap();
        // The agent and its caller on the one thread, and the other on the other.
        let room = ConferenceParams::new(SampleRate::Hz8000).members_per_worker(2);
        let room = engine.handle().create_conference(room);
        let room = done(&mut engine, room);
        let members = [(&caller, MemberRole::Speak), (&agent, MemberRole::Speak), (&other, role)];
        for (session, role) in members {
            let joined = room.join_as(session, MemberParams::default().role(role));
            done(&mut engine, joined);
        }
        let (told, said, began) = (Vec::new(), Vec::new(), trap::counts());
        Self { call: Call { engine, agent, caller, phone, port, told, said, began }, other, phone: second, room }
    }

    fn ids(&self) -> [SessionId; 2] {
        [self.call.caller.id(), self.other.id()]
    }

    /// Which of its members are listened to for speech.
    fn detected(&mut self) -> [bool; 3] {
        [self.call.caller.clone(), self.other.clone(), self.call.agent.clone()].map(|session| {
            let pending = session.processing();
            self.call.done(pending).barge_in.is_some()
        })
    }

    /// The second phone says this.
    fn hears_of_other(&mut self, said: &[f32]) {
        for piece in mu_law(said).chunks_exact(160) {
            let now = self.call.engine.now();
            self.phone.send(&mut self.call.engine.network, now, piece);
            self.call.run(20);
        }
    }

    fn interrupted(&self) -> Option<InterruptCause> {
        self.call.told.iter().find_map(|event| match event.kind {
            AgentEventKind::Interrupted { cause, .. } => Some(cause),
            _ => None,
        })
    }
}

#[test]
fn keys_of_all_members_are_told_with_whose_they_are_and_interrupt_where_they_are_to() {
    let _alone = alone();
    for by_digit in [true, false] {
        let params = AgentParams::new(SampleRate::Hz8000).interrupted_by_digit(by_digit);
        // Who only listens may press keys all the same.
        let mut meeting = Meeting::new(params, MemberRole::Listen);
        let [caller, other] = meeting.ids();
        let workers = [meeting.call.caller.worker(), meeting.other.worker()].map(|pending| meeting.call.done(pending));
        assert_ne!(workers[0], workers[1], "{caller} and {other} are on two threads");
        meeting.call.say(16_000);
        meeting.call.run(300);
        meeting.phone.press(&mut meeting.call.engine, '5', EVENTS);
        meeting.call.run(200);
        meeting.call.phone.press(&mut meeting.call.engine, '#', EVENTS);
        meeting.call.run(200);
        let keys: Vec<_> = meeting.call.told.iter().map(|event| event.kind).collect();
        let pressed = |member, digit| AgentEventKind::MemberDigitBegan { member, digit };
        let found: Vec<_> =
            keys.iter().filter(|kind| matches!(kind, AgentEventKind::MemberDigitBegan { .. })).collect();
        assert_eq!(found, [&pressed(other, '5'), &pressed(caller, '#')], "{keys:?}");
        assert!(!keys.iter().any(|kind| matches!(kind, AgentEventKind::DigitBegan(_))));
        assert_eq!(meeting.interrupted(), by_digit.then_some(InterruptCause::Digit));
        // Who has left is none of the room's.
        let pending = meeting.room.leave(&meeting.other);
        meeting.call.done(pending);
        meeting.phone.press(&mut meeting.call.engine, '7', EVENTS);
        meeting.call.run(200);
        assert!(!meeting.call.told.iter().any(|event| event.kind == pressed(other, '7')));
        meeting.call.end();
    }
}

#[test]
fn members_are_listened_to_for_its_sake_and_who_cuts_in_is_told() {
    let _alone = alone();
    for asked in [true, false] {
        let params = AgentParams::new(SampleRate::Hz8000).barge_in(asked.then(BargeInParams::default));
        let mut meeting = Meeting::new(params, MemberRole::Listen);
        let [_, other] = meeting.ids();
        assert_eq!(meeting.detected(), [asked, false, false], "who only listens, and the agent, are not");
        let pending = meeting.room.set_role(&meeting.other, MemberRole::Speak);
        meeting.call.done(pending);
        assert_eq!(meeting.detected(), [asked, asked, false]);
        meeting.call.said = speech_like::voice(SampleRate::Hz8000, 12.0, 5).samples;
        assert_eq!(meeting.call.port.writer.write(&meeting.call.said), Ok(meeting.call.said.len()));
        meeting.hears_of_other(&[0.0; 5 * 8_000]);
        assert_eq!(meeting.interrupted(), None);
        meeting.hears_of_other(&caller(1.5));
        meeting.hears_of_other(&[0.0; 2 * 8_000]);
        let speech = |kind: AgentEventKind| match kind {
            AgentEventKind::MemberSpeech { member, event } => Some((member, event)),
            _ => None,
        };
        let told: Vec<_> = meeting.call.told.iter().filter_map(|event| speech(event.kind)).collect();
        assert!(told.iter().all(|(member, _)| *member == other), "{told:?}");
        let heard = |what: fn(&BargeInEvent) -> bool| told.iter().any(|(_, event)| what(event));
        assert_eq!(heard(|event| matches!(event, BargeInEvent::Interruption { .. })), asked, "{told:?}");
        assert_eq!(heard(|event| matches!(event, BargeInEvent::TurnEnded { .. })), asked, "{told:?}");
        assert_eq!(meeting.interrupted(), asked.then_some(InterruptCause::Speech));
        let pending = meeting.room.leave(&meeting.other);
        meeting.call.done(pending);
        assert_eq!(meeting.detected(), [asked, false, false]);
        let pending = meeting.room.join(&meeting.other);
        meeting.call.done(pending);
        assert_eq!(meeting.detected(), [asked, asked, false]);
        let gone = meeting.call.agent.destroy();
        meeting.call.done(gone);
        let listened = [meeting.call.caller.clone(), meeting.other.clone()].map(|session| {
            let pending = session.processing();
            meeting.call.done(pending).barge_in.is_some()
        });
        assert_eq!(listened, [false; 2]);
        meeting.call.end();
    }
}

/// Whatever the size of a room, its agents cost so many detectors and no more.
#[test]
fn of_many_members_the_first_that_speak_are_listened_to() {
    const LISTENED: usize = 32;
    let _alone = alone();
    let config = MediaEngineConfig::default().max_sessions(40usize);
    let mut engine = VirtualEngine::new(config, 3).unwrap();
    let room = engine.handle().create_conference(ConferenceParams::new(SampleRate::Hz8000));
    let room = done(&mut engine, room);
    let create = |engine: &mut VirtualEngine, name: String, params| {
        let session = engine.handle().create_media_session(&*name, params);
        done(engine, session)
    };
    let join = |engine: &mut VirtualEngine, session: &MediaSessionHandle, role| {
        let joined = room.join_as(session, MemberParams::default().role(role));
        done(engine, joined);
    };
    let members: Vec<_> = (0..LISTENED + 3)
        .map(|n| create(&mut engine, format!("member-{n}"), MediaSessionParams::pcm(SampleRate::Hz8000)))
        .collect();
    let listened = |engine: &mut VirtualEngine| -> Vec<usize> {
        let is = |n: &usize| {
            let pending = members[*n].processing();
            done(engine, pending).barge_in.is_some()
        };
        (0..members.len()).filter(is).collect()
    };
    // The first is there to listen only; half of them are there before the agent, and half come later.
    join(&mut engine, &members[0], MemberRole::Listen);
    (1..20).for_each(|n| join(&mut engine, &members[n], MemberRole::Speak));
    let params = AgentParams::new(SampleRate::Hz8000).barge_in(Some(BargeInParams::default()));
    let agent = create(&mut engine, "agent".into(), MediaSessionParams::agent(params));
    join(&mut engine, &agent, MemberRole::Speak);
    assert_eq!(listened(&mut engine), (1..20).collect::<Vec<_>>());
    (20..LISTENED + 3).for_each(|n| join(&mut engine, &members[n], MemberRole::Speak));
    assert_eq!(listened(&mut engine), (1..=LISTENED).collect::<Vec<_>>());
    // One leaves, another falls silent for good: who is next takes their places, in the order of joining.
    let gone = room.leave(&members[5]);
    done(&mut engine, gone);
    let silent = room.set_role(&members[6], MemberRole::Listen);
    done(&mut engine, silent);
    let speaks = room.set_role(&members[0], MemberRole::Speak);
    done(&mut engine, speaks);
    let without = |n: &usize| ![0, 5, 6].contains(n);
    assert_eq!(listened(&mut engine), (0..LISTENED + 3).filter(without).collect::<Vec<_>>());
    let gone = agent.destroy();
    done(&mut engine, gone);
    assert_eq!(listened(&mut engine), [0; 0]);
    engine.stop();
}
