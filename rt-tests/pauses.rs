//! Pauses in calls on virtual time: comfort noise that a peer describes (RFC 3389) is heard, or passed on; a session that
//! is to leave its pauses out does so, in one RTP stream, and loses no voice; no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

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

#[test]
fn a_caller_who_says_no_more_than_that_it_is_silent_falls_silent_after_a_minute() {
    let _alone = alone();
    let (mut engine, mut one, mut two) =
        connected(with_noise(&AudioFormat::pcmu(), 13), MediaSessionParams::new(AudioFormat::pcma()));
    let events = engine.handle().subscribe();
    run(&mut engine, &mut [(&mut one, Some(&tone(700.0))), (&mut two, None)], 500);
    one.describe(&mut engine, &ComfortNoise::new(Decibels(-50.0), &[]));
    let silent = |engine: &mut VirtualEngine, one: &mut Phone, two: &mut Phone, ms: u64| {
        run(engine, &mut [(one, None), (two, None)], ms);
        std::iter::from_fn(|| events.try_next()).filter(|event| event.kind == EventKind::FellSilent).count()
    };
    assert_eq!(silent(&mut engine, &mut one, &mut two, 59_000), 0);
    assert!((level(&two.audio()[470_000..]) + 50.0).abs() < 1.5);
    assert_eq!(silent(&mut engine, &mut one, &mut two, 3_000), 1);
    // And what it says then is heard.
    one.end.phone.next.timestamp = one.end.phone.next.timestamp.wrapping_add(62 * 8_000);
    run(&mut engine, &mut [(&mut one, Some(&tone(900.0))), (&mut two, None)], 1_000);
    let audio = two.audio();
    assert!(share(&audio[audio.len() - 4_000..audio.len() - 800], SampleRate::Hz8000, 900.0) > 0.98);
    assert!(engine.stop());
}

#[test]
fn noise_passes_where_both_sides_know_it_and_is_made_where_one_does_not() {
    let _alone = alone();
    for known in [true, false] {
        let mu = AudioFormat::pcmu();
        let two = if known { with_noise(&mu, 97) } else { MediaSessionParams::new(mu.clone()) };
        let (mut engine, mut one, mut two) = connected(with_noise(&mu, 13), two);
        let say = tone(700.0);
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 500);
        let noise = ComfortNoise::new(Decibels(-45.0), &[-0.5, 0.2]);
        let before = trap::counts();
        for _ in 0..5 {
            one.describe(&mut engine, &noise);
            run(&mut engine, &mut [(&mut one, None), (&mut two, None)], 20);
            pause(&mut engine, &mut one, &mut two, 400);
        }
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 500);
        assert_eq!(trap::counts().since(before), Counts::default());
        let (inward, outward) = (one.statistics(&mut engine), two.statistics(&mut engine));
        assert_eq!((inward.noise_packets_in, inward.lost, inward.concealed_blocks), (5, 0, 0), "{inward}");
        if !known {
            assert_eq!((inward.passed_packets, outward.noise_packets_out, two.noises().len()), (0, 0, 0));
            assert!((level(&two.audio()[6_000..19_000]) + 45.0).abs() < 1.0);
            continue;
        }
        assert!(inward.passed_packets > 40, "{inward}");
        assert_eq!((outward.noise_packets_out, outward.packets_out), (5, two.all.len() as u64));
        let came = two.noises();
        assert!(came.len() == 5 && came.iter().all(|(header, came)| *came == noise && !header.marker), "{came:?}");
        let times: Vec<_> = came.windows(2).map(|w| w[1].0.timestamp.wrapping_sub(w[0].0.timestamp)).collect();
        assert_eq!(times, [420 * 8; 4]);
        one_stream(&two, 160);
        assert!(engine.stop());
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
        let begins = after.payload_type == audio && (before.payload_type != audio || step != samples);
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

#[test]
fn pauses_are_left_out_and_no_voice_is_lost() {
    let _alone = alone();
    let own = CustomCodec::new("OWN", 8_000, SampleRate::Hz8000, || {
        (Box::new(G711Encoder::new(Law::Mu)) as Box<dyn AudioEncoder>, Box::new(G711Decoder::new(Law::Mu)))
    });
    let custom = AudioFormat::custom(&own, 0).unwrap();
    let formats = [
        (AudioFormat::pcmu(), AudioFormat::pcmu(), 13, 20),
        (AudioFormat::pcma(), AudioFormat::pcmu(), 13, 30),
        (AudioFormat::g722(), AudioFormat::pcmu(), 13, 20),
        (AudioFormat::l16(SampleRate::Hz16000).unwrap(), AudioFormat::g722(), 98, 10),
        (custom, AudioFormat::pcma(), 13, 40),
    ];
    for (hears, speaks, payload_type, ms) in formats {
        let case = format!("{speaks} to {hears}");
        let ptime = Ptime::from_ms(ms).unwrap();
        let mut runs = Vec::new();
        for on in [true, false] {
            let mut params = with_noise(&hears, payload_type).ptime(ptime);
            if on {
                params = params.discontinuous_transmission(DiscontinuousTransmission::default());
            }
            if hears.encoding() == "OWN" {
                // The phone knows it as what it is.
                params.receive = AudioFormat::pcmu();
            }
            let (mut engine, mut one, mut two) = connected(MediaSessionParams::new(speaks.clone()), params);
            // Decoded both times, so that both follow the network alike.
            let pending = one.end.session.set_metering(true);
            done(&mut engine, pending);
            let says = phrases();
            run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 500);
            let before = trap::counts();
            run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 11_500);
            assert_eq!(trap::counts().since(before), Counts::default(), "{case}");
            let statistics = two.statistics(&mut engine);
            let samples = two.end.units();
            let pauses = one_stream(&two, samples);
            let noises = two.noises();
            assert_eq!(statistics.noise_packets_out, noises.len() as u64, "{case}");
            if on {
                assert!((3..=5).contains(&pauses) && statistics.pauses >= 4, "{case}: {pauses} {statistics}");
                assert!((12..60).contains(&noises.len()), "{case}: {noises:?}");
                // The hiss is at -58.8 dBov; G.711's own noise adds to it.
                let told = noises.iter().all(|(_, noise)| (-62.0..-54.0).contains(&noise.level().0));
                assert!(told, "{case}: {noises:?}");
            } else {
                assert_eq!((pauses, statistics.pauses, noises.len()), (0, 0, 0), "{case}");
            }
            runs.push((two.audio(), two.all.len(), two.end.format.sample_rate()));
            assert!(engine.stop());
        }
        let [(sparse, few, rate), (whole, all, _)] = &runs[..] else { unreachable!() };
        println!("{case}: {few} packets of {all}");
        assert!(few * 10 < all * 7, "{case}: {few} packets of {all}");
        // What is voice is the same, sample by sample; what differs is faint.
        let missing = sparse.iter().zip(whole).filter(|(a, b)| (*a - *b).abs() > 0.02).count();
        let ms = missing * 10 / rate.block_samples();
        assert!(ms <= 3, "{case}: {ms} ms of voice are missing");
    }
}

#[test]
fn silence_of_the_source_is_a_pause_too() {
    let _alone = alone();
    let params = with_noise(&AudioFormat::pcma(), 13).discontinuous_transmission(DiscontinuousTransmission {
        refresh_ms: 1_000,
        ..DiscontinuousTransmission::default()
    });
    // A source that is muted, one whose packets cease, and a room where nobody speaks any more.
    for how in ["muted", "gone", "room"] {
        let mut engine = engine();
        let mut one = Phone::new(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()));
        let mut two = Phone::new(&mut engine, 2, params.clone());
        let pending = match how {
            "room" => {
                let pending = engine.handle().create_conference(SampleRate::Hz8000);
                let room = done(&mut engine, pending);
                let pending = room.join(&one.end.session);
                done(&mut engine, pending);
                room.join(&two.end.session)
            }
            _ => engine.handle().bridge(&one.end.session, &two.end.session),
        };
        done(&mut engine, pending);
        let say = tone(700.0);
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 1_500);
        assert!(two.noises().is_empty(), "{how}");
        let before = trap::counts();
        if how == "muted" {
            let pending = one.end.session.mute();
            done(&mut engine, pending);
            run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 10_000);
        } else {
            pause(&mut engine, &mut one, &mut two, 10_000);
        }
        assert_eq!(trap::counts().since(before), Counts::default(), "{how}");
        let noises = two.noises();
        assert!((9..=13).contains(&noises.len()), "{how}: {noises:?}");
        assert!(noises[noises.len() - 5..].iter().all(|(_, noise)| noise.level().0 == -127.0), "{how}: {noises:?}");
        if how == "muted" {
            let pending = one.end.session.unmute();
            done(&mut engine, pending);
        }
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 1_000);
        assert_eq!(one_stream(&two, 160), 1, "{how}");
        assert_eq!(two.statistics(&mut engine).pauses, 1, "{how}");
        assert!(engine.stop());
    }
}

/// Never hears voice, or always.
struct Deaf(f32);

impl VoiceDetector for Deaf {
    fn process(&mut self, _: &[f32]) -> Result<f32, StageFault> {
        Ok(self.0)
    }

    fn reset(&mut self) {}
}

#[test]
fn the_voice_detector_of_the_source_says_what_is_a_pause() {
    let _alone = alone();
    // A murmur that comes and goes ten times a second, by a factor of two: voice, to an ear for energy.
    let murmur = |t: f64| {
        let n = (t * 8_000.0) as u32;
        hiss(n) * if ((t * 10.0) as u32).is_multiple_of(2) { 0.008 } else { 0.012 }
    };
    let mut packets = Vec::new();
    for probability in [0.0, 1.0] {
        let params =
            with_noise(&AudioFormat::pcma(), 13).discontinuous_transmission(DiscontinuousTransmission::default());
        let (mut engine, mut one, mut two) = connected(MediaSessionParams::new(AudioFormat::pcmu()), params);
        let mut processing = ProcessingParams::default();
        processing.vad = Choice::Custom(CustomStage::<dyn VoiceDetector>::new(move |_| Box::new(Deaf(probability))));
        let pending = one.end.session.set_processing(processing);
        done(&mut engine, pending);
        run(&mut engine, &mut [(&mut one, Some(&murmur)), (&mut two, None)], 5_000);
        packets.push(two.all.len());
        assert_eq!(two.noises().is_empty(), probability == 1.0);
        assert!(engine.stop());
    }
    assert!(packets[0] < 120 && packets[1] > 240, "{packets:?}");
}

#[test]
fn pauses_without_a_way_to_tell_of_them_are_refused() {
    let _alone = alone();
    let mut engine = engine();
    let pauses = DiscontinuousTransmission::default();
    let plain = MediaSessionParams::new(AudioFormat::pcmu());
    let refused = |engine: &mut VirtualEngine, params: MediaSessionParams| {
        let pending = engine.handle().create_media_session("refused", params);
        engine.complete(pending).unwrap_err()
    };
    let why = refused(&mut engine, plain.clone().discontinuous_transmission(pauses));
    assert_eq!(why, SessionError::NoPauses("0 PCMU/8000".into()).into());
    assert!(why.to_string().contains("comfort_noise"), "{why}");
    let why = refused(&mut engine, MediaSessionParams::pcm(SampleRate::Hz8000).discontinuous_transmission(pauses));
    assert!(matches!(why, media_core::Error::Session(SessionError::NoPauses(_))), "{why}");
    let often = DiscontinuousTransmission { refresh_ms: 50, ..pauses };
    let why = refused(&mut engine, with_noise(&AudioFormat::pcmu(), 13).discontinuous_transmission(often));
    assert_eq!(why.to_string(), "refresh_ms = 50: must be 100 to 10000 ms");
    // And by update, in mid-call; it comes and goes.
    let mut phone = Phone::new(&mut engine, 1, plain.clone());
    let pending = phone.end.session.update(plain.clone().discontinuous_transmission(pauses));
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::NoPauses("0 PCMU/8000".into()).into());
    let mut two = Phone::new(&mut engine, 2, plain.clone());
    let pending = engine.handle().bridge(&phone.end.session, &two.end.session);
    done(&mut engine, pending);
    let says = phrases();
    run(&mut engine, &mut [(&mut phone, Some(&says)), (&mut two, None)], 3_000);
    let pending = two.end.session.update(with_noise(&AudioFormat::pcmu(), 13).discontinuous_transmission(pauses));
    done(&mut engine, pending);
    run(&mut engine, &mut [(&mut phone, Some(&says)), (&mut two, None)], 6_000);
    let told = two.noises().len();
    assert!(told > 4, "{told}");
    let pending = two.end.session.update(plain);
    done(&mut engine, pending);
    run(&mut engine, &mut [(&mut phone, Some(&says)), (&mut two, None)], 3_000);
    assert!(two.noises().len() <= told + 1);
    one_stream(&two, 160);
    assert!(engine.stop());
}

#[test]
fn noise_is_negotiated_at_the_clock_of_the_codec() {
    use media_core::codec::CodecManager;
    use media_core::codec::negotiation::NegotiationRules;
    use media_core::codec::{CapabilityList, CodecCapability};
    let manager = CodecManager::default();
    let lines = |lines: &[&str]| {
        let parse = |line: &&str| {
            let (pt, map) = line.split_once(' ').unwrap();
            CodecCapability::rtpmap(pt.parse().unwrap(), map).unwrap()
        };
        CapabilityList::audio(lines.iter().map(parse).collect())
    };
    let remote = lines(&["0 PCMU/8000", "13 CN/8000", "98 CN/16000"]);
    let result = manager.negotiate_codecs(&manager.registry().audio_offer(), &remote, &NegotiationRules::offerer());
    let params = MediaSessionParams::negotiated(&manager, &result.unwrap()).unwrap();
    assert_eq!(params.comfort_noise, Some(ComfortNoiseFormat::STATIC));
    assert_eq!(params.discontinuous_transmission, None, "off unless asked for");
}

#[cfg(feature = "opus")]
#[test]
fn opus_pauses_by_itself_where_the_peer_wishes_it() {
    use media_core::codec::CodecManager;
    use media_core::codec::negotiation::NegotiationRules;
    use media_core::codec::{CapabilityList, CodecCapability};
    let _alone = alone();
    let manager = CodecManager::default();
    let negotiated = |fmtp: &str| {
        let opus = CodecCapability::rtpmap(96, "opus/48000/2").unwrap().with_fmtp(fmtp);
        let remote = CapabilityList::audio(vec![opus]);
        let offer = manager.registry().audio_offer();
        let result = manager.negotiate_codecs(&offer, &remote, &NegotiationRules::offerer()).unwrap();
        MediaSessionParams::negotiated(&manager, &result).unwrap()
    };
    let pauses = DiscontinuousTransmission::default();
    let mut packets = Vec::new();
    for (fmtp, on) in [("usedtx=1", true), ("usedtx=1", false), ("useinbandfec=1", false)] {
        let mut params = negotiated(fmtp);
        params.discontinuous_transmission = on.then_some(pauses);
        let (mut engine, mut one, mut two) = connected(MediaSessionParams::new(AudioFormat::pcmu()), params);
        let says = |t: f64| if t % 3.0 < 1.0 { tone(700.0)(t) } else { 0.0 };
        run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 500);
        let before = trap::counts();
        run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 8_500);
        assert_eq!(trap::counts().since(before), Counts::default());
        packets.push(two.all.len());
        let statistics = two.statistics(&mut engine);
        assert_eq!(statistics.pauses > 0, on, "{fmtp}: {statistics}");
        assert_eq!(statistics.noise_packets_out, 0);
        for pair in two.all.windows(2) {
            assert_eq!(pair[1].header.sequence.wrapping_sub(pair[0].header.sequence), 1);
        }
        assert!(engine.stop());
    }
    assert!(packets[0] * 10 < packets[1] * 7 && packets[1] > 430 && packets[2] > 430, "{packets:?}");
    let mut engine = engine();
    let params = negotiated("useinbandfec=1").discontinuous_transmission(pauses);
    let pending = engine.handle().create_media_session("refused", params);
    let why = engine.complete(pending).unwrap_err();
    assert!(matches!(why, media_core::Error::Session(SessionError::NoPauses(_))), "{why}");
}

/// UDP datagrams of a pcap file (Ethernet, IPv4) with their times in ms from the first on.
fn datagrams(file: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let word = |at: usize| u64::from(u32::from_le_bytes(file[at..at + 4].try_into().unwrap()));
    let (mut at, mut found, mut first) = (24, Vec::new(), None);
    while at + 16 <= file.len() {
        let (us, length) = (word(at) * 1_000_000 + word(at + 4), word(at + 8) as usize);
        let frame = &file[at + 16..at + 16 + length];
        at += 16 + length;
        if frame.len() > 42 && frame[12..14] == [8, 0] && frame[23] == 17 {
            let udp = 14 + usize::from(frame[14] & 15) * 4;
            let octets = usize::from(u16::from_be_bytes([frame[udp + 4], frame[udp + 5]]));
            let begin = *first.get_or_insert(us);
            found.push(((us - begin) / 1_000, frame[udp + 8..(udp + octets).min(frame.len())].to_vec()));
        }
    }
    found
}

/// A call of a gateway, as it was captured: speech, then 163 descriptions of a pause, each 150 ms.
#[test]
fn a_captured_pause_is_heard() {
    let _alone = alone();
    let root = std::env::var_os("MEDIA_CORE_VECTORS").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        std::path::PathBuf::from,
    );
    let path = root.join("rtp/ndpi/FAX-Call-t38-CA-TDM-SIP-FB-1.pcap");
    let Ok(file) = std::fs::read(&path) else {
        println!("skipped: a captured pause: {} is not there", path.display());
        return;
    };
    let ssrc = 400_097_588u32.to_be_bytes();
    let all = datagrams(&file);
    let packets: Vec<_> = all.into_iter().filter(|(_, p)| p.len() > 12 && p[8..12] == ssrc).collect();
    assert_eq!(packets.len(), 1_171);
    let l16 = AudioFormat::l16(SampleRate::Hz8000).unwrap();
    let (mut engine, one, mut two) = connected(with_noise(&AudioFormat::pcma(), 13), MediaSessionParams::new(l16));
    let (start, first) = (engine.now(), packets[0].0);
    let before = trap::counts();
    let mut in_pause = SessionStatistics::default();
    for (n, (ms, octets)) in packets.iter().enumerate() {
        while engine.now() < start + Duration::from_millis(ms - first) {
            run(&mut engine, &mut [(&mut two, None)], 10);
        }
        let now = engine.now();
        engine.network.send(one.end.phone.address, one.end.phone.peer, octets, now);
        if n == 1_130 {
            in_pause = one.statistics(&mut engine);
        }
    }
    run(&mut engine, &mut [(&mut two, None)], 100);
    assert_eq!(trap::counts().since(before), Counts::default());
    let statistics = one.statistics(&mut engine);
    assert_eq!((statistics.noise_packets_in, statistics.packets_in), (163, 1_168), "{statistics}");
    // Three packets of another payload type are no part of it.
    assert_eq!((statistics.unknown_payload_type, statistics.late, statistics.bad_payload), (3, 0, 0), "{statistics}");
    assert_eq!((in_pause.noise_packets_in, in_pause.lost, in_pause.late), (163, 0, 0), "{in_pause}");
    assert!(in_pause.concealed_blocks <= 2, "{in_pause}");
    // The pause lasts from 10 to 34 s: -76 dBov, which is five steps of 16 bits. (Half a second later the gateway's clock
    // jumps, which is another source.)
    let pause = &two.audio()[10 * 8_000..34 * 8_000];
    assert!(pause.chunks(4_000).all(|part| (level(part) + 76.0).abs() < 1.5), "{}", level(pause));
    assert!(engine.stop());
}
