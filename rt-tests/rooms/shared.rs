//! Boundary: what listeners of a room are sent who hear the same: octet for octet what each would have been sent by itself.

use crate::support::phone::{Phone, connect, done};
use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::types::SampleRate;
use media_core::{
    AudioFormat, Conference, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, MemberParams, MemberRole,
};

/// Two who talk, and listeners of both laws. One of these is whispered to by somebody who is muted: what it hears is no other,
/// but is made for it alone.
struct Audience {
    engine: VirtualEngine,
    room: Conference,
    phones: Vec<Phone>,
}

const TALKERS: usize = 2;
const MEMBERS: usize = 8;
const ALONE: usize = 6;

fn law(member: usize) -> Law {
    if member.is_multiple_of(2) { Law::Mu } else { Law::A }
}

impl Audience {
    fn new() -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(1usize), 11).unwrap();
        let pending = engine.handle().create_conference(SampleRate::Hz8000);
        let room = done(&mut engine, pending);
        let (mut sessions, mut phones) = (Vec::<MediaSessionHandle>::new(), Vec::new());
        for n in 0..MEMBERS {
            let format = if law(n) == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() };
            let (session, phone) = connect(&mut engine, n as u32 + 1, MediaSessionParams::new(format));
            let pending = room.join(&session);
            done(&mut engine, pending);
            sessions.push(session);
            phones.push(phone);
        }
        let whispers = MemberRole::Whisper(vec![sessions[ALONE].id()]);
        let pending = room.set_member(&sessions[MEMBERS - 1], MemberParams::default().role(whispers).muted(true));
        done(&mut engine, pending);
        Self { engine, room, phones }
    }

    /// The first `talkers` members say a tone each for so many packets of 20 ms, at that level.
    fn talk(&mut self, packets: usize, talkers: &[usize], level: f32) {
        for tick in 0..2 * packets {
            let now = self.engine.now();
            if tick % 2 == 0 {
                for &n in talkers {
                    let turn = std::f32::consts::TAU * (5 + 3 * n) as f32 / 160.0;
                    let pcm: Vec<f32> = (0..160).map(|i| (i as f32 * turn).sin() * level).collect();
                    let mut payload = [0; 160];
                    G711Encoder::new(law(n)).encode_into(&pcm, &mut payload).unwrap();
                    self.phones[n].send(&mut self.engine.network, now, &payload);
                }
            }
            self.engine.tick();
            for phone in &mut self.phones {
                phone.listen(&mut self.engine.network);
            }
        }
    }

    fn heard(&self, n: usize) -> Vec<f32> {
        let octets = self.phones[n].heard();
        let mut pcm = vec![0.0; octets.len()];
        G711Decoder::new(law(n)).decode_into(&octets, &mut pcm).unwrap();
        pcm
    }
}

/// The end of what two members were sent, in the same blocks: their packets need not begin in the same tick. `None` where no
/// blocks are alike.
fn ends<'a, T>(
    one: &'a [T],
    other: &'a [T],
    length: usize,
    alike: impl Fn(&T, &T) -> bool,
) -> Option<(&'a [T], &'a [T])> {
    let end = |all: &'a [T], less: usize| all.get(all.len() - length - less..all.len() - less);
    [(0, 0), (80, 0), (0, 80)].into_iter().find_map(|(less, other_less)| {
        let (one, other) = (end(one, less)?, end(other, other_less)?);
        one.iter().zip(other).all(|(one, other)| alike(one, other)).then_some((one, other))
    })
}

#[test]
fn listeners_are_sent_the_same_octets_as_one_who_is_served_alone() {
    for level in [0.3, 0.9] {
        let mut audience = Audience::new();
        audience.talk(60, &[0, 1], level);
        let alone = audience.phones[ALONE].heard();
        for n in (TALKERS..ALONE).filter(|n| law(*n) == law(ALONE)) {
            let heard = audience.phones[n].heard();
            assert!(ends(&heard, &alone, 160 * 30, |a, b| a == b).is_some(), "member {n}, level {level}");
        }
        // The other law says the same within its steps.
        let (mu, a) = (audience.heard(2), audience.heard(3));
        let near = ends(&mu, &a, 160 * 30, |mu, a| (mu - a).abs() < 0.05);
        assert!(near.is_some_and(|(mu, _)| mu.iter().any(|x| x.abs() > 0.2)), "level {level}");
    }
}

/// A listener that begins to speak goes on by itself, and hears no more of itself than it ever did; then it is one of them
/// again.
#[test]
fn who_speaks_and_falls_silent_leaves_the_audience_and_returns_without_an_edge() {
    // Quiet, and so loud that the limiter works as it changes.
    for level in [0.25, 0.8] {
        let mut audience = Audience::new();
        audience.talk(40, &[0, 1], level);
        audience.talk(40, &[0, 1, 2], level);
        audience.talk(200, &[0, 1], level);
        let (two, four) = (audience.phones[2].heard(), audience.phones[4].heard());
        assert!(ends(&two, &four, 160 * 60, |a, b| a == b).is_some(), "level {level}: one of them again");
        let heard = audience.heard(2);
        let steps = |pcm: &[f32]| pcm.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        // The steepest that two tones of this level are; an edge between two gains would stick out.
        let (before, all) = (steps(&heard[160 * 10..160 * 38]), steps(&heard));
        assert!(all < before * 1.3, "level {level}: {all} after {before}");
    }
}

/// A room gets more seats as members come, while it is so loud that the limiter works.
#[test]
fn a_room_that_grows_is_heard_as_before() {
    let mut audience = Audience::new();
    audience.talk(60, &[0, 1], 0.9);
    for n in 0..20 {
        let (session, _) = connect(&mut audience.engine, 100 + n, MediaSessionParams::new(AudioFormat::pcmu()));
        drop(audience.room.join(&session));
        audience.talk(2, &[0, 1], 0.9);
    }
    let (shared, alone) = (audience.phones[2].heard(), audience.phones[ALONE].heard());
    assert!(ends(&shared, &alone, 160 * 70, |a, b| a == b).is_some());
}
