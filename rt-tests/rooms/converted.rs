//! Boundary: members of another rate than their room's hear it converted once for all of them: octet for octet what each would
//! have been sent by itself.

use crate::support::phone::{Phone, connect, done};
use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::{
    AudioFormat, Conference, ConferenceParams, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, PcmReader,
    PcmWriter, SampleRate,
};

/// A room of a fixed rate, phones of 8 kHz in it, and a session of samples at 8 kHz, which shares nothing.
struct Audience {
    engine: VirtualEngine,
    room: Conference,
    phones: Vec<(MediaSessionHandle, Phone, Law)>,
    alone: (PcmWriter, PcmReader),
    /// What that one has heard.
    heard: Vec<f32>,
}

impl Audience {
    fn new(rate: SampleRate, members: usize) -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(1usize), 11).unwrap();
        let pending = engine.handle().create_conference(ConferenceParams::new(rate));
        let room = done(&mut engine, pending);
        let pending = engine.handle().create_media_session("alone", MediaSessionParams::pcm(SampleRate::Hz8000));
        let alone = done(&mut engine, pending);
        let pending = room.join(&alone);
        done(&mut engine, pending);
        let mut audience =
            Self { engine, room, phones: Vec::new(), alone: alone.take_pcm().unwrap(), heard: Vec::new() };
        (0..members).for_each(|n| audience.join(if n % 3 == 2 { Law::A } else { Law::Mu }));
        audience
    }

    fn join(&mut self, law: Law) {
        let format = if law == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() };
        let number = self.phones.len() as u32 + 1;
        let (session, phone) = connect(&mut self.engine, number, MediaSessionParams::new(format));
        let pending = self.room.join(&session);
        done(&mut self.engine, pending);
        self.phones.push((session, phone, law));
    }

    /// These members say a tone each for so many packets of 20 ms, at that level.
    fn talk(&mut self, packets: usize, talkers: &[usize], level: f32) {
        for tick in 0..2 * packets {
            let now = self.engine.now();
            if tick % 2 == 0 {
                for &n in talkers {
                    let turn = std::f32::consts::TAU * (5 + 3 * n) as f32 / 160.0;
                    let pcm: Vec<f32> = (0..160).map(|i| (i as f32 * turn).sin() * level).collect();
                    let (_, phone, law) = &mut self.phones[n];
                    let mut payload = [0; 160];
                    G711Encoder::new(*law).encode_into(&pcm, &mut payload).unwrap();
                    phone.send(&mut self.engine.network, now, &payload);
                }
            }
            self.engine.tick();
            self.phones.iter_mut().for_each(|(_, phone, _)| phone.listen(&mut self.engine.network));
            let mut heard = vec![0.0; self.alone.1.available()];
            self.alone.1.read(&mut heard);
            self.heard.extend(heard);
        }
    }

    /// The last samples that a member was sent are what the one alone heard, in its law.
    #[track_caller]
    fn hears_what_one_alone_does(&self, n: usize, samples: usize, what: &str) {
        let (_, phone, law) = &self.phones[n];
        let mut expected = vec![0; self.heard.len()];
        G711Encoder::new(*law).encode_into(&self.heard, &mut expected).unwrap();
        let heard = phone.heard();
        let last = &heard[heard.len() - samples..];
        let found = (0..4).any(|blocks| {
            let end = expected.len() - 80 * blocks;
            &expected[end - samples..end] == last
        });
        assert!(found && last.iter().any(|octet| *octet != last[0]), "{what}, member {n}");
    }
}

#[test]
fn listeners_are_sent_the_same_octets_as_one_who_is_served_alone() {
    for rate in [SampleRate::Hz16000, SampleRate::Hz48000] {
        // The limiter works at the second.
        for level in [0.3, 0.9] {
            let mut audience = Audience::new(rate, 8);
            audience.talk(80, &[0, 1], level);
            (2..8).for_each(|n| audience.hears_what_one_alone_does(n, 8_000, &format!("{rate:?}, {level}")));
        }
    }
}

/// A listener that speaks goes on by its own conversion, which remembers what the shared one did, and comes back.
#[test]
fn who_speaks_goes_on_by_itself_and_is_one_of_them_again() {
    let mut audience = Audience::new(SampleRate::Hz48000, 6);
    audience.talk(60, &[0, 1], 0.5);
    // Whatever it remembered of the loud words would be heard.
    audience.talk(30, &[0, 1], 0.02);
    audience.talk(30, &[0, 1, 4], 0.02);
    audience.talk(120, &[0, 1], 0.02);
    (2..6).for_each(|n| audience.hears_what_one_alone_does(n, 8_000, "afterwards"));
    let heard = audience.phones[4].1.heard();
    let mut pcm = vec![0.0; heard.len()];
    G711Decoder::new(Law::Mu).decode_into(&heard, &mut pcm).unwrap();
    let steps = |pcm: &[f32]| pcm.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    let (change, steady) = pcm[pcm.len() - 8_000 - 19_200..].split_at(19_200);
    assert!(steps(change) < 1.1 * steps(steady), "{} and {}", steps(change), steps(steady));
}

/// The room gets more seats in the midst of sound.
#[test]
fn a_room_that_grows_goes_on_with_its_conversions() {
    let mut audience = Audience::new(SampleRate::Hz48000, 14);
    audience.talk(60, &[0, 1], 0.3);
    for _ in 0..4 {
        audience.join(Law::Mu);
        audience.talk(10, &[0, 1], 0.3);
    }
    (2..14).for_each(|n| audience.hears_what_one_alone_does(n, 9_600, "over the growth"));
    audience.talk(60, &[0, 1], 0.3);
    (2..18).for_each(|n| audience.hears_what_one_alone_does(n, 8_000, "afterwards"));
}

/// A codec with memory, at another rate than the room's.
#[test]
fn encoders_are_shared_at_another_rate_than_the_rooms() {
    let mut audience = Audience::new(SampleRate::Hz16000, 2);
    for number in 20..28 {
        let params = MediaSessionParams::new(AudioFormat::g729());
        let (session, phone) = connect(&mut audience.engine, number, params);
        let pending = audience.room.join(&session);
        done(&mut audience.engine, pending);
        audience.phones.push((session, phone, Law::Mu));
    }
    audience.talk(50, &[], 0.0);
    audience.talk(100, &[0], 0.3);
    let pending = audience.room.statistics();
    let statistics = done(&mut audience.engine, pending);
    let (encodes, packets) = (statistics.shared_encodes, statistics.shared_packets);
    assert!(packets > 6 * encodes && encodes > 200, "{encodes} encodes for {packets} packets");
    // Packets of two frames of ten octets: they need not begin in the same tick.
    let (all, end) = (|n: usize| audience.phones[n].1.heard(), 600);
    let same =
        |one: &[u8], other: &[u8]| (0..4).any(|n| other[..other.len() - 10 * n].ends_with(&one[one.len() - end..]));
    assert!((3..10).all(|n| same(&all(n), &all(2)) || same(&all(2), &all(n))), "the same frames");
}

/// The first member with a better codec raises the room's rate: who was there hears no gap, though all conversions begin then.
#[test]
fn a_rate_that_rises_leaves_no_gap() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(1usize), 11).unwrap();
    let pending = engine.handle().create_conference(ConferenceParams::default());
    let room = done(&mut engine, pending);
    let mut phones = Vec::new();
    for n in 1..4 {
        let (session, phone) = connect(&mut engine, n, MediaSessionParams::new(AudioFormat::pcmu()));
        let pending = room.join(&session);
        done(&mut engine, pending);
        phones.push((session, phone));
    }
    let (better, _phone) = connect(&mut engine, 9, MediaSessionParams::new(AudioFormat::g722()));
    // A kilohertz: whole periods in a packet.
    let pcm: Vec<f32> = (0..160).map(|at| 0.3 * (std::f32::consts::TAU * at as f32 / 8.0).sin()).collect();
    let mut payload = [0; 160];
    G711Encoder::new(Law::Mu).encode_into(&pcm, &mut payload).unwrap();
    for tick in 0..200 {
        let now = engine.now();
        if tick % 2 == 0 {
            phones[0].1.send(&mut engine.network, now, &payload);
        }
        if tick == 100 {
            drop(room.join(&better));
        }
        engine.tick();
        phones.iter_mut().for_each(|(_, phone)| phone.listen(&mut engine.network));
    }
    let pending = room.statistics();
    assert_eq!(done(&mut engine, pending).rate, SampleRate::Hz16000);
    for (n, (_, phone)) in phones.iter().enumerate().skip(1) {
        let octets = phone.heard();
        let mut heard = vec![0.0; octets.len()];
        G711Decoder::new(Law::Mu).decode_into(&octets, &mut heard).unwrap();
        let last = &heard[heard.len() - 160 * 80..];
        let power = |window: &[f32]| (window.iter().map(|x| x * x).sum::<f32>() / window.len() as f32).sqrt();
        let least = last.windows(16).map(power).fold(f32::MAX, f32::min);
        assert!(least > 0.7 * power(last), "member {n}: {least} of {}", power(last));
    }
}
