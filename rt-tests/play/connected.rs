//! A prompt to who is connected: in place of its partner, or beside it; across moves, codecs, holds.

use super::*;
use media_core::codec::CodecName;
use media_core::types::WorkerId;
use support::phone::{pcma, pcmu};

/// A call of two µ-law phones, of which the other says a hum that is known by its octets.
struct Bridged {
    call: Call,
    other: Phone,
    said: Vec<u8>,
    at: usize,
}

impl Bridged {
    fn new(law: Law) -> Self {
        let mut call = Call::new();
        let (session, other) = if law == Law::Mu { pcmu(&mut call.engine, 2) } else { pcma(&mut call.engine, 2) };
        let bridged = call.engine.handle().bridge(&call.session, &session);
        call.done(bridged);
        let hum: Vec<f32> = (0..8_000).map(|n| 0.25 * (n as f32 * 0.31).sin()).collect();
        let mut said = vec![0; 8_000];
        G711Encoder::new(law).encode_into(&hum, &mut said).unwrap();
        Self { call, other, said, at: 0 }
    }

    fn run(&mut self, ms: u64) {
        for _ in 0..ms / 20 {
            let now = self.call.engine.now();
            let packet: Vec<u8> = self.said.iter().copied().cycle().skip(self.at).take(160).collect();
            self.at = (self.at + 160) % self.said.len();
            self.other.send(&mut self.call.engine.network, now, &packet);
            self.call.run(20);
        }
    }

    fn contiguous(&self) {
        for pair in self.call.phone.got.windows(2) {
            let (a, b) = (&pair[0].header, &pair[1].header);
            assert_eq!(b.sequence.wrapping_sub(a.sequence), 1, "{a:?} {b:?}");
            assert_eq!(b.timestamp.wrapping_sub(a.timestamp), pair[0].payload.len() as u32, "{a:?} {b:?}");
        }
    }
}

/// What passes through undecoded, and what is transcoded.
#[test]
fn a_prompt_takes_the_place_of_the_partner_who_is_heard_again_behind_it() {
    let _alone = alone();
    for law in [Law::Mu, Law::A] {
        let mut bridged = Bridged::new(law);
        bridged.run(500);
        let said = noise(4_000, 1);
        bridged.call.play(Prompt::samples(said.clone(), 8_000));
        bridged.run(1_500);
        let heard = bridged.call.phone.heard();
        // The first block has the end of the partner's part in it.
        let at = found(&heard, &mu_law(&said[80..])).expect("the prompt, and nothing beside it") - 80;
        assert!((3_000..6_500).contains(&at), "{at}");
        let silent = heard[at + 4_000..].iter().filter(|octet| **octet == 0xff).count();
        assert!(silent < 800 && heard.len() > at + 9_000, "the partner is heard again: {silent}");
        bridged.contiguous();
        if law == Law::Mu {
            let last = &heard[heard.len() - 1_600..];
            let twice: Vec<u8> = bridged.said.iter().copied().cycle().take(16_000).collect();
            assert!(found(&twice, last).is_some(), "what comes passes through as it is again");
        }
        assert_eq!(bridged.call.ends().len(), 1);
        bridged.call.end();
    }
}

#[test]
fn a_prompt_beside_the_partner_is_heard_with_him() {
    let _alone = alone();
    let mut bridged = Bridged::new(Law::Mu);
    bridged.run(500);
    let said = vec![0.5; 8_000];
    bridged.call.play(Prompt::samples(said, 8_000).beside(Gain::linear(0.5).unwrap()));
    bridged.run(800);
    let heard = linear(&bridged.call.phone.heard());
    let last = &heard[heard.len() - 4_000..];
    let mean = last.iter().sum::<f32>() / 4_000.0;
    let power = last.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / 4_000.0;
    // A hum of 0.25 at half its level.
    assert!((mean - 0.5).abs() < 0.01 && (power.sqrt() - 0.0884).abs() < 0.01, "{mean} {}", power.sqrt());
    bridged.contiguous();
    bridged.call.end();
}

#[test]
fn a_prompt_goes_along_with_a_leg_that_moves_and_is_bridged_and_unbridged() {
    let _alone = alone();
    let config = MediaEngineConfig::default().workers(3usize).max_sessions(8usize);
    let mut call = Call::with(config, MediaSessionParams::new(AudioFormat::pcmu()));
    let (other, _phone) = pcmu(&mut call.engine, 2);
    let said = noise(16_000, 2);
    call.play(Prompt::samples(said.clone(), 8_000));
    for n in 0..6 {
        call.run(100);
        let moved = call.session.move_to(WorkerId(n % 3));
        call.done(moved);
        call.run(50);
        let bridged = call.engine.handle().bridge(&call.session, &other);
        call.done(bridged);
        call.run(50);
        let unbridged = call.engine.handle().unbridge(&call.session);
        call.done(unbridged);
    }
    call.run(2_000);
    let (heard, plain) = (call.phone.heard(), mu_law(&said));
    let (mut at, mut whole) = (0, 0);
    for block in heard.chunks(80).filter(|block| block.iter().any(|octet| *octet != 0xff)) {
        let next = plain[at..].chunks(80).position(|said| said == block);
        // The other's stream begins as it is bridged: a block or two of it is faded.
        if let Some(next) = next {
            (at, whole) = (at + (next + 1) * 80, whole + 1);
        }
    }
    // A packet that is half full when its leg moves is not sent; its time is.
    assert!(at == 16_000 && whole > 200 - 12, "{whole} blocks, in order, to {at}");
    assert_eq!((call.ends().len(), call.ends()[0].end), (1, PlaybackEnd::Complete));
    call.end();
}

#[test]
fn a_prompt_goes_on_when_the_codec_and_its_rate_change_under_it() {
    let _alone = alone();
    let mut call = Call::new();
    let sine: Vec<f32> = (0..16_000).map(|n| 0.3 * (n as f32 * 0.7).sin()).collect();
    call.play(Prompt::samples(sine, 8_000));
    call.run(500);
    let wide = MediaSessionParams::new(AudioFormat::l16(SampleRate::Hz16000).unwrap());
    let payload_type = wide.send.payload_type();
    assert_eq!(CodecName::parse(wide.send.encoding()), CodecName::L16);
    let updated = call.session.update(wide);
    call.done(updated);
    call.run(2_000);
    let wide = call.phone.got.iter().filter(|packet| packet.header.payload_type == payload_type);
    let pcm: Vec<f32> = wide
        .flat_map(|packet| {
            packet.payload.chunks_exact(2).map(|x| f32::from(i16::from_be_bytes([x[0], x[1]])) / 32_768.0)
        })
        .collect();
    let hz = 0.7 / std::f64::consts::TAU * 8_000.0;
    let snr = support::endpoint::tone_snr(&pcm[1_600..20_000], SampleRate::Hz16000, hz);
    assert!(snr > 50.0, "{snr}");
    assert_eq!(call.ends()[0].samples, 16_000);
    call.end();
}

#[test]
fn a_prompt_waits_while_its_leg_is_on_hold() {
    let _alone = alone();
    let mut call = Call::new();
    let said = noise(8_000, 3);
    call.play(Prompt::samples(said.clone(), 8_000));
    call.run(300);
    let held = call.session.hold_outward();
    call.done(held);
    call.run(2_000);
    let sent = call.phone.heard().len();
    assert!(sent < 3_000);
    let resumed = call.session.resume_outward();
    call.done(resumed);
    call.run(1_500);
    assert_eq!(call.ends()[0].samples, 8_000);
    let plain = mu_law(&said);
    let rest = found(&call.phone.heard()[sent..], &plain[sent + 160..]);
    assert!(rest.is_some_and(|at| at <= 160), "from where it was, but for a packet that was half full: {rest:?}");
    // What is stopped on hold is over at once.
    let second = call.play(Prompt::samples(said, 8_000));
    call.run(100);
    for pending in [call.session.hold_outward(), second.stop()] {
        call.done(pending);
    }
    call.run(50);
    assert_eq!(call.ends()[1].end, PlaybackEnd::Stopped);
    call.end();
}
