//! Limiters: of a room's sum, and where they do not do enough to be heard.

use super::*;
use media_core::SampleRate;
use media_core::quality::{GlitchDetail, GlitchSide};

/// Members of a room, all samples, and one that listens by packets.
struct Room {
    engine: VirtualEngine,
    listener: MediaSessionHandle,
    members: Vec<(MediaSessionHandle, media_core::PcmWriter, media_core::PcmReader)>,
    _room: media_core::Conference,
    _phone: Phone,
}

impl Room {
    fn new(members: usize) -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 7).unwrap();
        let pending = engine.handle().create_conference(SampleRate::Hz8000);
        let room = done(&mut engine, pending);
        let handle = engine.handle();
        let create =
            |n| handle.create_media_session(&*format!("member-{n}"), MediaSessionParams::pcm(SampleRate::Hz8000));
        let asked: Vec<_> = (0..members).map(create).collect();
        let sessions: Vec<_> = asked.into_iter().map(|pending| done(&mut engine, pending)).collect();
        let asked: Vec<_> = sessions.iter().map(|member| room.join(member)).collect();
        asked.into_iter().for_each(|pending| done(&mut engine, pending));
        let ends = |member: MediaSessionHandle| {
            let (writer, reader) = member.take_pcm().unwrap();
            (member, writer, reader)
        };
        let members = sessions.into_iter().map(ends).collect();
        let (listener, phone) = connect(&mut engine, 99, fixed());
        let pending = room.join(&listener);
        done(&mut engine, pending);
        Self { engine, listener, members, _room: room, _phone: phone }
    }

    fn run(&mut self, ms: u64, level: f32) {
        for _ in 0..ms / 10 {
            for (_, writer, reader) in &mut self.members {
                writer.write(&[level; 80]);
                while reader.read(&mut [0.0; 800]) > 0 {}
            }
            self.engine.tick();
        }
    }
}

#[test]
fn a_limiter_that_works_hard_is_named_at_each_who_hears_it() {
    let mut room = Room::new(5);
    let mut planted = Vec::new();
    room.run(1_000, 0.1);
    for _ in 0..TIMES {
        let from = room.engine.now();
        room.run(300, 0.9);
        planted.push(Planted { from, to: room.engine.now() });
        room.run(800, 0.1);
    }
    let (member, listener) = (room.members[0].0.glitches(), room.listener.glitches());
    for (pending, least) in [(member, 4.0 * 0.9), (listener, 5.0 * 0.9)] {
        let glitches = done(&mut room.engine, pending);
        named(&planted, &list(&glitches), GlitchCause::Limited);
        for glitch in glitches.iter() {
            assert_eq!(glitch.side, GlitchSide::Outward);
            let GlitchDetail::Gain(gain) = glitch.detail else { panic!("{glitch:?}") };
            assert!((gain.0 + 20.0 * f32::log10(least)).abs() < 0.5, "{glitch}");
            assert!((280..=420).contains(&glitch.length.as_millis()), "{glitch}");
        }
    }
}

#[test]
fn a_limiter_that_does_little_or_not_for_long_is_no_glitch() {
    let mut room = Room::new(3);
    room.run(1_000, 0.2);
    for _ in 0..20 {
        // 3 dB for 100 ms, and half a dB for a second.
        room.run(100, 0.47);
        room.run(1_000, 0.2);
        room.run(1_000, 0.35);
        room.run(1_000, 0.2);
    }
    let pending = room.listener.glitches();
    assert_eq!(done(&mut room.engine, pending).total(), 0);
    // 3 dB for a quarter of a second is one.
    room.run(250, 0.47);
    room.run(1_000, 0.2);
    let pending = room.listener.glitches();
    assert_eq!(done(&mut room.engine, pending).count(GlitchCause::Limited), 1);
}
