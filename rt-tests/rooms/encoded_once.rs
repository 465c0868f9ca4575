//! Boundary: members of a room whose codec has a memory: what all hear alike is encoded once, and nobody's stream has a break.

use crate::speech_like;
use crate::support::endpoint::{Endpoint, by_timestamp, tone_snr};
use crate::support::phone::done;
use media_core::codec::{OpusBitrate, OpusSettings};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::types::{Ptime, SampleRate};
use media_core::{
    AudioFormat, Conference, ConferenceParams, ConferenceQuality, ConferenceStatistics, MediaEngineConfig,
    MediaSessionParams,
};

pub struct Party {
    pub engine: VirtualEngine,
    pub room: Conference,
    pub members: Vec<Endpoint>,
}

/// What member `n` says.
pub fn hz(n: usize) -> f64 {
    300.0 + 170.0 * n as f64
}

impl Party {
    pub fn new(format: &AudioFormat, ptime: u32, members: usize) -> Self {
        Self::with(format, ptime, members, ConferenceParams::new(format.sample_rate()))
    }

    pub fn with(format: &AudioFormat, ptime: u32, members: usize, params: ConferenceParams) -> Self {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(1usize), 11).unwrap();
        let pending = engine.handle().create_conference(params);
        let room = done(&mut engine, pending);
        let mut party = Self { engine, room, members: Vec::new() };
        (0..members).for_each(|_| party.join(format, ptime));
        party
    }

    pub fn join(&mut self, format: &AudioFormat, ptime: u32) {
        self.join_as(MediaSessionParams::new(format.clone()).ptime(Ptime::from_ms(ptime).unwrap()));
    }

    pub fn join_as(&mut self, params: MediaSessionParams) {
        let (says, number) = (params.ptime, self.members.len() as u32 + 1);
        self.members.push(Endpoint::with(&mut self.engine, number, params, says));
        let pending = self.room.join(&self.members.last().unwrap().session);
        done(&mut self.engine, pending);
    }

    /// For so many blocks of 10 ms in which those members say a tone of their own, and the others send nothing.
    pub fn talk(&mut self, blocks: usize, talkers: &[usize]) {
        for _ in 0..blocks {
            let now = self.engine.now();
            for (n, member) in self.members.iter_mut().enumerate() {
                if !talkers.contains(&n) {
                    member.pause(now);
                    continue;
                }
                let turn = std::f64::consts::TAU * hz(n) / f64::from(member.format.sample_rate().hz());
                member.speak(&mut self.engine.network, now, |at| 0.2 * (turn * at as f64).sin() as f32);
            }
            self.engine.tick();
            for member in &mut self.members {
                member.phone.listen(&mut self.engine.network);
            }
        }
    }

    /// For so many blocks; each member says something.
    pub fn talk_as(&mut self, said: impl Fn(usize, usize) -> f32, blocks: usize) {
        for _ in 0..blocks {
            let now = self.engine.now();
            for (n, member) in self.members.iter_mut().enumerate() {
                member.speak(&mut self.engine.network, now, |at| said(n, at));
            }
            self.engine.tick();
            self.members.iter_mut().for_each(|member| member.phone.listen(&mut self.engine.network));
        }
    }

    /// What was encoded once, and how often that was sent, since the call before.
    pub fn shared(&mut self, before: &mut (u64, u64)) -> (u64, u64) {
        let pending = self.room.statistics();
        let ConferenceStatistics { shared_encodes, shared_packets, .. } = done(&mut self.engine, pending);
        let since = (shared_encodes - before.0, shared_packets - before.1);
        *before = (shared_encodes, shared_packets);
        since
    }

    /// What a member has heard until now: as its decoder has it, whose packets have to be without a gap.
    pub fn heard(&mut self, n: usize) -> Vec<f32> {
        let member = &mut self.members[n];
        let packets = member.decode();
        assert!(
            packets.windows(2).all(|pair| pair[1].0.sequence == pair[0].0.sequence.wrapping_add(1)),
            "member {n}: a gap"
        );
        by_timestamp(&packets, &member.format)
    }

    /// How well member `n` heard the tone of `of` in the worst 100 ms of the last blocks, in dB.
    pub fn worst(&mut self, n: usize, of: usize, blocks: usize) -> f64 {
        let (heard, rate) = (self.heard(n), self.members[n].format.sample_rate());
        let last = &heard[heard.len() - blocks * rate.block_samples()..];
        let parts = last.chunks_exact(10 * rate.block_samples());
        parts.map(|part| tone_snr(part, rate, hz(of))).fold(f64::INFINITY, f64::min)
    }

    /// Whether the last packets of both have the same octets. Those of a codec that takes single blocks (G.722, G.729) need not
    /// begin at the same tick.
    pub fn are_alike(&self, one: usize, other: usize, packets: usize) -> bool {
        let octets = |n: usize| -> Vec<u8> {
            let got = &self.members[n].phone.got;
            got[got.len() - packets..].iter().flat_map(|packet| packet.payload.clone()).collect()
        };
        let (one, other) = (octets(one), octets(other));
        let block = one.len() / packets / 2;
        let shifted = |a: &[u8], b: &[u8]| a.len() == b.len() && a[block..] == b[..b.len() - block];
        one == other || shifted(&one, &other) || shifted(&other, &one)
    }
}

pub fn formats() -> [(AudioFormat, u32); 4] {
    let opus = AudioFormat::opus().at(SampleRate::Hz16000).unwrap();
    [(opus.clone(), 20), (opus, 60), (AudioFormat::g722(), 20), (AudioFormat::g729(), 20)]
}

#[test]
fn what_all_hear_is_encoded_once() {
    for (format, ptime) in formats() {
        let mut party = Party::new(&format, ptime, 12);
        party.talk(60, &[]);
        let mut before = (0, 0);
        party.shared(&mut before);
        // Nobody speaks: one encodes for twelve.
        party.talk(60, &[]);
        let (encodes, packets) = party.shared(&mut before);
        assert_eq!(packets, 12 * encodes, "{format}: silence");
        party.talk(60, &[0, 1, 2]);
        party.shared(&mut before);
        party.talk(120, &[0, 1, 2]);
        let (encodes, packets) = party.shared(&mut before);
        let unit = if format.encoding() == "opus" { u64::from(ptime) / 10 } else { 1 };
        assert!((120 / unit..=120 / unit + 1).contains(&encodes), "{format} of {ptime} ms: {encodes} encodes");
        assert_eq!(packets, 9 * encodes, "{format} of {ptime} ms");
        assert!((4..12).all(|n| party.are_alike(3, n, 10)), "{format}: others are sent other octets");
        assert!((0..3).all(|n| !party.are_alike(3, n, 10)), "{format}: who speaks hears others");
    }
}

#[test]
fn a_few_are_not_worth_an_encoder_and_the_fourth_is() {
    let (format, ptime) = &formats()[0];
    let mut party = Party::new(format, *ptime, 3);
    party.talk(100, &[]);
    assert_eq!(party.shared(&mut (0, 0)), (0, 0));
    party.join(format, *ptime);
    party.talk(100, &[]);
    let (encodes, packets) = party.shared(&mut (0, 0));
    assert!(encodes > 20 && packets > 3 * encodes, "{encodes}, {packets}");
    // The room gets more seats, and shares on.
    (4..18).for_each(|_| party.join(format, *ptime));
    party.talk(100, &[]);
    let mut before = (0, 0);
    party.shared(&mut before);
    party.talk(60, &[]);
    let (encodes, packets) = party.shared(&mut before);
    assert!((30..=31).contains(&encodes) && packets == 18 * encodes, "{encodes}, {packets}");
}

/// Who begins to speak while another does gets an encoder of its own in the midst of a sound, and returns to the others in a
/// pause: its decoder finds no break.
#[test]
fn who_speaks_and_falls_silent_hears_no_break() {
    for (format, ptime) in formats() {
        let mut party = Party::new(&format, ptime, 6);
        party.talk(60, &[]);
        party.talk(100, &[0]);
        let undisturbed = party.worst(3, 0, 60);
        party.heard(4);
        party.talk(60, &[0, 3]);
        let (one, other) = (party.worst(3, 0, 60), party.heard(4));
        assert!(one > undisturbed - 3.0, "{format} of {ptime} ms: {one} dB as it began to speak, {undisturbed} before");
        assert!(!other.is_empty());
        // It is quiet, they all are, and it is one of them again. (A tone that ends is taken for noise of the line, for a second.)
        party.talk(160, &[]);
        party.talk(100, &[0]);
        let packets = 600 / ptime as usize;
        assert!(party.are_alike(3, 4, packets), "{format}: not one of them");
        let (one, other) = (party.worst(3, 0, 60), party.worst(4, 0, 60));
        assert!((one - other).abs() < 1.0 && one > undisturbed - 3.0, "{format} of {ptime} ms: {one} dB and {other}");
    }
}

/// While one encoder serves them, members are held, called away, sent digits, set otherwise: the others hear what they heard, and
/// they themselves hear it again.
#[test]
fn what_happens_to_one_does_not_concern_the_others() {
    let (format, ptime) = formats()[0].clone();
    let mut party = Party::new(&format, ptime, 9);
    let undisturbed = {
        party.talk(60, &[]);
        party.talk(100, &[0]);
        (1..9).for_each(|n| drop(party.heard(n)));
        party.talk(60, &[0]);
        party.worst(8, 0, 60)
    };
    let session = |party: &Party, n: usize| party.members[n].session.clone();
    let told = |party: &mut Party, pending| done(&mut party.engine, pending);
    let pending = session(&party, 1).hold_outward();
    told(&mut party, pending);
    let pending = session(&party, 2).set_opus(OpusSettings::session().complexity(2));
    done(&mut party.engine, pending);
    let pending = session(&party, 3).update(MediaSessionParams::new(format.clone()).ptime(Ptime::from_ms(40).unwrap()));
    told(&mut party, pending);
    let pending = party.room.leave(&session(&party, 4));
    told(&mut party, pending);
    let pending = session(&party, 5).destroy();
    done(&mut party.engine, pending);
    let pending = session(&party, 6).send_digits("12", 100);
    told(&mut party, pending);
    party.talk(60, &[0]);
    let pending = session(&party, 1).resume_outward();
    told(&mut party, pending);
    let pending = party.room.join(&session(&party, 4));
    told(&mut party, pending);
    party.talk(100, &[0]);
    for n in [1, 2, 3, 4, 6, 7, 8] {
        let heard = party.members[n].decode();
        let heard = by_timestamp(&heard, &format);
        assert!(heard.len() > 100 * 160, "member {n}: {}", heard.len());
        let last = &heard[heard.len() - 60 * 160..];
        let worst = last.chunks_exact(1_600).map(|part| tone_snr(part, SampleRate::Hz16000, hz(0)));
        let worst = worst.fold(f64::INFINITY, f64::min);
        assert!(worst > undisturbed - 3.0, "member {n}: {worst} dB, {undisturbed} undisturbed");
    }
    // The room ends, and one of them talks to another.
    let pending = party.room.destroy();
    told(&mut party, pending);
    let pending = party.engine.handle().bridge(&session(&party, 0), &session(&party, 7));
    told(&mut party, pending);
    party.talk(100, &[0]);
    let worst = party.worst(7, 0, 60);
    assert!(worst > undisturbed - 3.0, "{worst} dB");
}

/// As it is used: phones that send the noise of their lines all the time, of which those are mixed who speak.
#[test]
fn where_all_send_noise_who_is_not_picked_shares() {
    let (format, ptime) = formats()[0].clone();
    let mut party =
        Party::with(&format, ptime, 10, ConferenceParams::new(SampleRate::Hz16000).quality(ConferenceQuality::High));
    let voices: Vec<_> = (0..3).map(|n| speech_like::voice(SampleRate::Hz16000, 8.0, n + 1).samples).collect();
    let noises: Vec<_> = (0..10).map(|n| speech_like::white(16_000 * 8, 0.001, n + 7)).collect();
    party.talk_as(|n, at| noises[n][at] + voices.get(n).map_or(0.0, |voice| voice[at]), 780);
    let mut before = (0, 0);
    let (encodes, packets) = party.shared(&mut before);
    // Three change about, seven listen all the time.
    assert!(packets > 6 * encodes && encodes > 300, "{packets} of {encodes}");
    assert!((4..10).all(|n| party.are_alike(3, n, 100)));
}

/// Settings that change, for all of them, again and again: they share whatever is in force.
#[test]
fn whatever_settings_all_come_to_have_they_share() {
    let (format, ptime) = formats()[0].clone();
    let mut party = Party::new(&format, ptime, 4);
    party.talk(60, &[]);
    for bitrate in (12..=30).step_by(2).map(|kbps| OpusBitrate::Bits(1_000 * kbps)) {
        for n in 0..4 {
            let pending = party.members[n].session.set_opus(OpusSettings::session().bitrate(bitrate));
            done(&mut party.engine, pending);
        }
        party.talk(40, &[]);
        let mut before = (0, 0);
        party.shared(&mut before);
        party.talk(40, &[]);
        let (encodes, packets) = party.shared(&mut before);
        assert!(encodes >= 20 && packets == 4 * encodes, "{bitrate:?}: {packets} of {encodes}");
    }
}
