//! Pauses in calls on virtual time: comfort noise that a peer describes (RFC 3389) is heard, or passed on; a session that
//! is to leave its pauses out does so, in one RTP stream, and loses no voice; no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "pauses/agreed.rs"]
mod agreed;
#[path = "pauses/captured.rs"]
mod captured;
#[path = "pauses/heard.rs"]
mod heard;
#[path = "pauses/left_out.rs"]
mod left_out;
mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::audio::comfort_noise::{ComfortNoise, ComfortNoiseAnalyzer};
use media_core::codec::{AudioEncoder, G711Decoder, G711Encoder, Law};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::SessionError;
use media_core::processing::audio::vad::VoiceDetector;
use media_core::processing::chain::{Choice, CustomStage, ProcessingParams};
use media_core::processing::stage::StageFault;
use media_core::rtp::RtpHeader;
use media_core::session::{
    AudioFormat, ComfortNoiseFormat, CustomCodec, DiscontinuousTransmission, EventKind, MediaSessionParams,
    SessionStatistics,
};
use media_core::types::{Decibels, Ptime, SampleRate};
use std::time::Duration;
use support::endpoint::{Endpoint, by_timestamp};
use support::phone::{Packet, done};
use support::speech::voice;
use trap::Counts;
use trap::media_threads_alone as alone;

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize).max_taps(2usize), 5).unwrap()
}

/// What a phone says, by seconds.
type Said<'a> = &'a dyn Fn(f64) -> f32;

/// An endpoint that may describe its pauses, and keeps what came.
struct Phone {
    end: Endpoint,
    noise: u8,
    all: Vec<Packet>,
    heard: Vec<(RtpHeader, Vec<f32>)>,
}

impl Phone {
    fn new(engine: &mut VirtualEngine, number: u32, params: MediaSessionParams) -> Self {
        let noise = params.comfort_noise.map_or(13, |noise| noise.receive_payload_type);
        let ptime = params.ptime;
        Self { end: Endpoint::with(engine, number, params, ptime), noise, all: Vec::new(), heard: Vec::new() }
    }

    fn say(&mut self, engine: &mut VirtualEngine, says: Said) {
        let (now, rate) = (engine.now(), f64::from(self.end.format.sample_rate().hz()));
        self.end.speak(&mut engine.network, now, |n| says(n as f64 / rate));
    }

    /// Sends a description of noise in place of a packet of audio.
    fn describe(&mut self, engine: &mut VirtualEngine, noise: &ComfortNoise) {
        let (mut payload, now) = ([0; 16], engine.now());
        let length = noise.write(&mut payload).unwrap();
        let header = RtpHeader { payload_type: self.noise, marker: false, ..self.end.phone.next };
        self.end.phone.post(&mut engine.network, now, header, &payload[..length]);
        self.end.phone.next.sequence = self.end.phone.next.sequence.wrapping_add(1);
        self.end.skip(now);
        self.end.phone.next.marker = true;
    }

    fn listen(&mut self, engine: &mut VirtualEngine) {
        self.end.phone.listen(&mut engine.network);
        self.all.extend(self.end.phone.got.iter().cloned());
        self.heard.extend(self.end.decode());
    }

    fn audio(&self) -> Vec<f32> {
        by_timestamp(&self.heard, &self.end.format)
    }

    fn statistics(&self, engine: &mut VirtualEngine) -> SessionStatistics {
        let pending = self.end.session.statistics();
        done(engine, pending)
    }

    /// Packets of noise that came, with what they describe.
    fn noises(&self) -> Vec<(RtpHeader, ComfortNoise)> {
        let noise = |p: &&Packet| p.header.payload_type == self.noise && self.noise != self.end.format.payload_type();
        let parse = |p: &Packet| (p.header, ComfortNoise::parse(&p.payload).expect("a description"));
        self.all.iter().filter(noise).map(parse).collect()
    }
}

/// Runs `ms`; a phone says something, pauses (its time goes on) or is not there.
fn run(engine: &mut VirtualEngine, phones: &mut [(&mut Phone, Option<Said>)], ms: u64) {
    let until = engine.now() + Duration::from_millis(ms);
    while engine.now() < until {
        for (phone, says) in phones.iter_mut() {
            if let Some(says) = says {
                phone.say(engine, *says);
            }
        }
        engine.tick();
        phones.iter_mut().for_each(|(phone, _)| phone.listen(engine));
    }
}

/// A phone lets time pass without a packet.
fn pause(engine: &mut VirtualEngine, one: &mut Phone, two: &mut Phone, ms: u64) {
    for _ in 0..ms / 20 {
        let now = engine.now();
        one.end.skip(now);
        run(engine, &mut [(&mut *one, None), (&mut *two, None)], 20);
    }
}

fn tone(hz: f64) -> impl Fn(f64) -> f32 {
    move |t| 0.25 * (t * std::f64::consts::TAU * hz).sin() as f32
}

fn level(audio: &[f32]) -> f32 {
    Decibels::from_power(audio.iter().map(|x| x * x).sum::<f32>() / audio.len() as f32).0
}

fn with_noise(format: &AudioFormat, payload_type: u8) -> MediaSessionParams {
    MediaSessionParams::new(format.clone()).comfort_noise(ComfortNoiseFormat::new(payload_type))
}

fn connected(one: MediaSessionParams, two: MediaSessionParams) -> (VirtualEngine, Phone, Phone) {
    let mut engine = engine();
    let (one, two) = (Phone::new(&mut engine, 1, one), Phone::new(&mut engine, 2, two));
    let pending = engine.handle().bridge(&one.end.session, &two.end.session);
    done(&mut engine, pending);
    (engine, one, two)
}

/// How much of a tone there is in `audio`, as a ratio of its power.
fn share(audio: &[f32], rate: SampleRate, hz: f64) -> f64 {
    let snr = support::endpoint::tone_snr(audio, rate, hz);
    let ratio = 10f64.powf(snr / 10.0);
    ratio / (1.0 + ratio)
}

#[test]
fn described_noise_is_heard_until_the_caller_speaks_again() {
    let _alone = alone();
    let l16 = AudioFormat::l16(SampleRate::Hz16000).unwrap();
    for (format, payload_type) in [(AudioFormat::pcmu(), 13), (AudioFormat::g722(), 13), (l16, 98)] {
        for negotiated in [true, false] {
            let case = format!("{format}, comfort noise: {negotiated}");
            let params = match negotiated {
                true => with_noise(&format, payload_type),
                false => MediaSessionParams::new(format.clone()),
            };
            // The other codec has the same rate, so that what is heard is what was made.
            let other = match format.sample_rate() {
                SampleRate::Hz8000 => AudioFormat::pcma(),
                _ if format == AudioFormat::g722() => AudioFormat::l16(SampleRate::Hz16000).unwrap(),
                _ => AudioFormat::g722(),
            };
            let (mut engine, mut one, mut two) = connected(params, MediaSessionParams::new(other));
            one.noise = payload_type;
            let (first, second) = (tone(700.0), tone(1_100.0));
            run(&mut engine, &mut [(&mut one, Some(&first)), (&mut two, None)], 1_000);
            let before = trap::counts();
            // -40 dBov, most of it low.
            let noise = ComfortNoise::new(Decibels(-40.0), &[-0.8]);
            one.describe(&mut engine, &noise);
            run(&mut engine, &mut [(&mut one, None), (&mut two, None)], 20);
            pause(&mut engine, &mut one, &mut two, 20_000);
            run(&mut engine, &mut [(&mut one, Some(&second)), (&mut two, None)], 1_000);
            assert_eq!(trap::counts().since(before), Counts::default(), "{case}");
            let rate = two.end.format.sample_rate();
            let (audio, statistics) = (two.audio(), one.statistics(&mut engine));
            let at = |ms: usize| ms * rate.block_samples() / 10;
            // The static one is understood unasked.
            if !negotiated && payload_type != 13 {
                // Twin: a payload type that was not negotiated is refused and counted, and its noise is not heard.
                assert_eq!((statistics.unknown_payload_type, statistics.noise_packets_in), (1, 0), "{case}");
                assert!(audio.len() < at(4_000) || level(&audio[at(3_000)..at(19_000)]) < -60.0, "{case}");
                continue;
            }
            assert_eq!((statistics.noise_packets_in, statistics.lost, statistics.late), (1, 0, 0), "{case}");
            assert!(statistics.concealed_blocks <= 2, "{case}: {statistics}");
            let pause = &audio[at(1_200)..at(20_800)];
            assert!((level(pause) + 40.0).abs() < 1.0, "{case}: {} dB", level(pause));
            // Each second of it: none is missing.
            assert!(pause.chunks(at(500)).all(|part| (level(part) + 40.0).abs() < 2.0), "{case}");
            let mut analyzer = ComfortNoiseAnalyzer::new();
            pause.chunks(80).for_each(|part| analyzer.observe(part));
            assert!((analyzer.describe().reflection()[0] + 0.8).abs() < 0.1, "{case}: {:?}", analyzer.describe());
            // The next talk spurt begins with itself, whatever was heard before the pause.
            let begins = (at(20_000)..audio.len() - 40).step_by(8).find(|n| level(&audio[*n..n + 40]) > -22.0);
            let begins = begins.expect("a talk spurt") * 10 / rate.block_samples();
            let spurt = &audio[audio.len() - at(700)..audio.len() - at(100)];
            assert!(share(spurt, rate, 1_100.0) > 0.98 && share(spurt, rate, 700.0) < 0.01, "{case}");
            assert!((21_000..21_060).contains(&begins), "{case}: {begins}");
            let old = &audio[at(1_100)..audio.len() - at(100)];
            let replayed = old.chunks(at(20)).filter(|part| level(part) > -30.0 && share(part, rate, 700.0) > 0.5);
            assert_eq!(replayed.count(), 0, "{case}: the old tone is heard again");
            assert!(engine.stop());
        }
    }
}

/// Packets are one stream: numbers follow each other, time goes as time does, the marker is set where audio begins after a
/// pause and nowhere else. Returns how many pauses there were.
fn one_stream(phone: &Phone, samples: u32) -> usize {
    let audio = phone.end.format.payload_type();
    let mut pauses = 0;
    for (n, pair) in phone.all.windows(2).enumerate() {
        let (before, after) = (&pair[0].header, &pair[1].header);
        assert_eq!(after.sequence.wrapping_sub(before.sequence), 1, "{n}: {before:?} {after:?}");
        assert_eq!(after.ssrc, before.ssrc);
        let step = after.timestamp.wrapping_sub(before.timestamp);
        // One goes out short where the source's own payloads pass on from the next block.
        let lasts = if 2 * pair[0].payload.len() == samples as usize { samples / 2 } else { samples };
        let begins = after.payload_type == audio && (before.payload_type != audio || step != lasts);
        assert_eq!(after.marker, begins, "{n}: {before:?} {after:?}");
        let (ms, clock) = ((pair[1].at - pair[0].at).as_millis() as i64, i64::from(phone.end.format.clock_rate()));
        let off = i64::from(step) - ms * clock / 1_000;
        assert!(off.abs() <= i64::from(samples), "{n}: {step} units in {ms} ms");
        pauses += usize::from(begins);
    }
    pauses
}

/// White noise from -1 to 1, by sample.
fn hiss(n: u32) -> f32 {
    let mut x = n.wrapping_mul(0x9e37_79b9);
    x = (x ^ x >> 16).wrapping_mul(0x7feb_352d);
    x = (x ^ x >> 15).wrapping_mul(0x846c_a68b);
    (x ^ x >> 16) as f32 / (u32::MAX / 2) as f32 - 1.0
}

/// Three phrases of a second with faint noise between, and before.
fn phrases() -> impl Fn(f64) -> f32 {
    let spoken = voice(2, 12.0);
    move |t| {
        let n = (t * 8_000.0) as usize;
        let hiss = hiss(n as u32);
        let says = t > 1.5 && t % 3.0 < 1.0;
        (if says { spoken[n % spoken.len()] } else { 0.0 }) + 0.002 * hiss
    }
}
