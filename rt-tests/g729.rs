//! G.729 in calls on virtual time: silence is left out and described as Annex B says, is heard as the codec makes it,
//! passes on, and meets comfort noise of RFC 3389; losses are the codec's to conceal; no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "g729/network.rs"]
mod network;
#[path = "g729/peers.rs"]
mod peers;
mod support;
#[path = "g729/transcoding.rs"]
mod transcoding;
#[path = "support/trap.rs"]
mod trap;

use media_core::MediaSessionHandle;
use media_core::codec::audio::comfort_noise::ComfortNoise;
use media_core::codec::audio::g729::{FRAME, G729Decoder, G729Encoder};
use media_core::codec::negotiation::NegotiationRules;
use media_core::codec::{AudioDecoder, CodecManager, Encoder};
use media_core::codec::{CapabilityList, CodecCapability};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::SessionError;
use media_core::session::{
    AudioFormat, ComfortNoiseFormat, DiscontinuousTransmission, MediaSessionParams, SessionStatistics,
};
use media_core::types::{Decibels, Ptime};
use std::time::Duration;
use support::endpoint::{Endpoint, by_timestamp};
use support::phone::{Packet, done};
use support::speech::{correlation, voice};
use trap::Counts;
use trap::media_threads_alone as alone;

/// Seconds of a phrase and of the pause after it.
const PHRASE: f64 = 1.5;
const TURN: f64 = 4.0;

/// White noise of that number and sample.
fn hiss(n: usize) -> f32 {
    let mut x = (n as u32).wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    (x as f32 / u32::MAX as f32 - 0.5) * 0.012
}

/// Phrases with pauses of faint noise between them, by samples at 8 kHz.
fn phrases() -> impl Fn(usize) -> f32 {
    let spoken = voice(3, 40.0);
    move |n| {
        let turn = (n as f64 / 8_000.0) % TURN;
        hiss(n) + if turn < PHRASE { 2.0 * spoken[n % spoken.len()] } else { 0.0 }
    }
}

fn level(audio: &[f32]) -> f32 {
    Decibels::from_power(audio.iter().map(|x| x * x).sum::<f32>() / audio.len().max(1) as f32).0
}

/// Signal to noise in dB, what differs being noise.
fn snr(reference: &[i16], heard: &[i16]) -> f64 {
    let power = |x: i32| f64::from(x) * f64::from(x);
    let pairs = reference.iter().zip(heard).map(|(&a, &b)| (i32::from(a), i32::from(b)));
    let (signal, noise) = pairs.fold((0.0, 1e-9), |(s, n), (a, b)| (s + power(a), n + power(a - b)));
    10.0 * f64::log10(signal / noise)
}

/// Parameters as a negotiation with a peer of those format parameters came to.
fn negotiated(fmtp: &str) -> MediaSessionParams {
    let manager = CodecManager::default();
    let remote = CapabilityList::audio(vec![CodecCapability::rtpmap(18, "G729/8000").unwrap().with_fmtp(fmtp)]);
    let offer = manager.registry().audio_offer();
    let result = manager.negotiate_codecs(&offer, &remote, &NegotiationRules::offerer()).unwrap();
    MediaSessionParams::negotiated(&manager, &result).unwrap()
}

struct Call {
    engine: VirtualEngine,
    one: Endpoint,
    two: Endpoint,
    /// What came at each, and which of what the first says is not to arrive.
    came: [Vec<Packet>; 2],
}

impl Call {
    fn new(one: MediaSessionParams, two: MediaSessionParams) -> Self {
        let config = MediaEngineConfig::default().max_sessions(8usize).max_taps(2usize);
        let mut engine = VirtualEngine::new(config, 5).unwrap();
        let (says_one, says_two) = (one.ptime, two.ptime);
        let one = Endpoint::with(&mut engine, 1, one, says_one);
        let two = Endpoint::with(&mut engine, 2, two, says_two);
        let pending = engine.handle().bridge(&one.session, &two.session);
        done(&mut engine, pending);
        Self { engine, one, two, came: Default::default() }
    }

    /// The first phone leaves silence out.
    fn with_annex_b(mut self) -> Self {
        self.one.encoder = Encoder::G729(Box::new(G729Encoder::new(true, self.one.ptime.blocks())));
        self
    }

    /// Runs; no tick allocates.
    fn run(&mut self, ms: u64, says: [Option<&dyn Fn(usize) -> f32>; 2]) {
        let before = trap::counts();
        let until = self.engine.now() + Duration::from_millis(ms);
        while self.engine.now() < until {
            let now = self.engine.now();
            for (end, says) in [&mut self.one, &mut self.two].into_iter().zip(says) {
                if let Some(says) = says {
                    end.speak(&mut self.engine.network, now, says);
                }
            }
            self.engine.tick();
            for (end, came) in [&mut self.one, &mut self.two].into_iter().zip(&mut self.came) {
                end.phone.listen(&mut self.engine.network);
                came.append(&mut end.phone.got);
            }
        }
        assert_eq!(trap::counts().since(before), Counts::default());
    }

    fn statistics(&mut self, session: &MediaSessionHandle) -> SessionStatistics {
        let pending = session.statistics();
        done(&mut self.engine, pending)
    }

    /// What the second phone heard, by timestamp.
    fn heard(&mut self) -> Vec<f32> {
        self.two.phone.got = self.came[1].clone();
        by_timestamp(&self.two.decode(), &self.two.format)
    }
}

/// Packets of G.729 as a receiver hears them, frame by frame: what is not sent is the codec's noise.
fn decoded(packets: &[Packet]) -> Vec<f32> {
    let mut decoder = G729Decoder::new();
    let mut out = Vec::new();
    let base = packets[0].header.timestamp;
    for packet in packets {
        let at = packet.header.timestamp.wrapping_sub(base) as usize;
        while out.len() < at {
            let mut block = [0.0; FRAME];
            decoder.background_into(&mut block).expect("time passes only after a descriptor");
            out.extend(block);
        }
        let mut pcm = [0.0; 960];
        let samples = decoder.decode_into(&packet.payload, &mut pcm).unwrap();
        out.extend(&pcm[..samples]);
    }
    out
}

/// `ours`: the engine made the packets, and so the markers.
fn check_stream(packets: &[Packet], frames: u32, ours: bool) {
    for pair in packets.windows(2) {
        let [from, to] = pair else { unreachable!() };
        assert_eq!(to.header.sequence.wrapping_sub(from.header.sequence), 1, "each packet has the next number");
        let step = to.header.timestamp.wrapping_sub(from.header.timestamp);
        assert!(step.is_multiple_of(80 * frames) && step > 0, "{step}");
        // A talk spurt begins after silence, and only there; a descriptor begins none.
        let silent = from.payload.len() % 10 == 2;
        if step > 80 * frames {
            assert!(silent, "silence begins with a descriptor: {from:?}");
        }
        if to.payload.len() == 2 {
            assert!(!to.header.marker || !ours, "{to:?}");
        } else if step > 80 * frames {
            assert!(to.header.marker, "{to:?}");
        }
    }
}

#[test]
fn a_talker_who_leaves_silence_out_is_heard_with_the_codecs_own_noise() {
    let _alone = alone();
    for ptime in [10, 20, 60] {
        let ptime = Ptime::from_ms(ptime).unwrap();
        let one = MediaSessionParams::new(AudioFormat::g729()).ptime(ptime);
        let mut call = Call::new(one, MediaSessionParams::new(AudioFormat::pcmu())).with_annex_b();
        let says = phrases();
        call.run(16_000, [Some(&says), None]);
        let heard = call.heard();
        // From the second turn on, when the detector knows the background.
        let second = |t: f64| (t * 8_000.0) as usize;
        let piece = second(TURN)..second(TURN + PHRASE);
        let phrase: Vec<f32> = piece.clone().map(&says).collect();
        let offset = correlation(&phrase, &heard[piece.start..piece.end + 2_400], 2_400);
        assert!(offset.0 > 0.5, "{ptime:?}: {offset:?}");
        for turn in 1..3 {
            let begin = TURN * f64::from(turn) + offset.1 as f64 / 8_000.0;
            let pause = level(&heard[second(begin + PHRASE + 0.6)..second(begin + TURN - 0.1)]);
            let spoken = level(&heard[second(begin + 0.1)..second(begin + PHRASE)]);
            let noise = level(&(0..8_000).map(hiss).collect::<Vec<_>>());
            assert!((pause - noise).abs() < 6.0, "{ptime:?}: {pause} dB of noise, {noise} were said");
            assert!(spoken > pause + 15.0, "{spoken} {pause}");
        }
        let pending = call.one.session.statistics();
        let statistics = done(&mut call.engine, pending);
        assert_eq!((statistics.lost, statistics.concealed_blocks, statistics.bad_payload), (0, 0, 0), "{statistics}");
        assert!(call.engine.stop());
    }
}

#[test]
fn silence_is_left_out_where_it_is_wished_and_the_voice_is_not() {
    let _alone = alone();
    for ptime in [10, 20, 40] {
        let ptime = Ptime::from_ms(ptime).unwrap();
        let two = MediaSessionParams::new(AudioFormat::g729()).ptime(ptime);
        let two = two.discontinuous_transmission(DiscontinuousTransmission::default());
        let mut call = Call::new(MediaSessionParams::new(AudioFormat::pcmu()), two);
        let says = phrases();
        call.run(16_000, [Some(&says), None]);
        let packets = std::mem::take(&mut call.came[1]);
        check_stream(&packets, u32::from(ptime.blocks()), true);
        let all = 16_000 / ptime.ms() as usize;
        assert!(packets.len() * 10 < all * 8, "{ptime:?}: {} packets of {all}", packets.len());
        assert!(packets.iter().all(|p| p.header.payload_type == 18));
        let descriptors = packets.iter().filter(|p| p.payload.len() == 2).count();
        let heard = decoded(&packets);
        let phrase: Vec<f32> = (32_000..44_000).map(&says).collect();
        let (alike, at) = correlation(&phrase, &heard[32_000..46_400], 2_400);
        assert!(alike > 0.6, "{ptime:?}: {alike} at {at}");
        let pending = call.two.session.statistics();
        let statistics = done(&mut call.engine, pending);
        assert!(statistics.pauses >= 3 && statistics.noise_packets_out == descriptors as u64, "{statistics}");
        assert!(ptime.ms() > 20 || descriptors > 3, "{descriptors}");
        assert!(call.engine.stop());
    }
}

/// RFC 4856 section 2.1.9: what one side rules out is not sent, and what comes of another leg does not pass.
#[test]
fn annex_b_is_used_only_where_both_sides_take_it() {
    let _alone = alone();
    let pauses = DiscontinuousTransmission::default();
    let says = phrases();
    for (fmtp, used) in [("", true), ("annexb=yes", true), ("annexb=no", false)] {
        let two = negotiated(fmtp);
        assert_eq!((two.receive.payload_type(), two.send.pauses_by_itself()), (18, used));
        let mut call = Call::new(negotiated(""), two.clone()).with_annex_b();
        call.run(10_000, [Some(&says), None]);
        let short = call.came[1].iter().filter(|p| p.payload.len() % 10 != 0).count();
        assert_eq!(short > 0, used, "{fmtp}: {short} descriptors");
        let pending = call.one.session.statistics();
        let passed = done(&mut call.engine, pending).passed_packets;
        assert_eq!(passed > 100, used, "{fmtp}: {passed} packets passed");
        if used {
            check_stream(&call.came[1], 2, false);
        } else {
            assert!(call.came[1].len() > 480, "{} packets", call.came[1].len());
            let pending = call.engine.handle().create_media_session("no", two.discontinuous_transmission(pauses));
            let why = call.engine.complete(pending).unwrap_err();
            assert!(matches!(why, media_core::Error::Session(SessionError::NoPauses(_))), "{why}");
        }
        assert!(call.engine.stop());
    }
}

#[test]
fn silence_is_translated_to_comfort_noise_of_rfc_3389_and_back() {
    let _alone = alone();
    let pauses = DiscontinuousTransmission::default();
    let says = phrases();
    let pcmu = || {
        MediaSessionParams::new(AudioFormat::pcmu())
            .comfort_noise(ComfortNoiseFormat::STATIC)
            .discontinuous_transmission(pauses)
    };
    let mut call = Call::new(MediaSessionParams::new(AudioFormat::g729()), pcmu()).with_annex_b();
    call.run(16_000, [Some(&says), None]);
    let noises: Vec<_> = call.came[1].iter().filter(|p| p.header.payload_type == 13).collect();
    assert!(noises.len() > 5 && call.came[1].len() < 700, "{} of {}", noises.len(), call.came[1].len());
    let noise = level(&(0..8_000).map(hiss).collect::<Vec<_>>());
    let parse = |packet: &&Packet| ComfortNoise::parse(&packet.payload).unwrap().level().0;
    let mut levels: Vec<f32> = noises.iter().map(parse).collect();
    // The first of a pause may still hold the end of a word.
    levels.sort_by(f32::total_cmp);
    assert!((levels[levels.len() / 2] - noise).abs() < 6.0, "{levels:?} where {noise} were said");
    assert!(call.engine.stop());

    let g729 = MediaSessionParams::new(AudioFormat::g729()).discontinuous_transmission(pauses);
    let mut call = Call::new(pcmu(), g729.comfort_noise(ComfortNoiseFormat::STATIC));
    call.run(3_000, [Some(&says), None]);
    // Now in a pause of its own making: described once, then nothing.
    // Fainter than the pauses before: Annex B hears sudden noise that is louder as voice for many seconds.
    let described = ComfortNoise::new(Decibels(-55.0), &[]);
    let mut payload = [0; 16];
    let length = described.write(&mut payload).unwrap();
    let header = media_core::rtp::RtpHeader { payload_type: 13, ..call.one.phone.next };
    let now = call.engine.now();
    call.one.phone.post(&mut call.engine.network, now, header, &payload[..length]);
    let before = call.came[1].len();
    call.run(6_000, [None, None]);
    let packets = &call.came[1][before..];
    assert!(packets.iter().all(|p| p.header.payload_type == 18), "Annex B describes in its own way");
    assert!(packets.iter().any(|p| p.payload.len() == 2) && packets.len() < 200, "{} packets", packets.len());
    check_stream(&call.came[1], 2, true);
    let heard = decoded(&call.came[1]);
    let tail = level(&heard[heard.len() - 8_000..]);
    assert!((tail + 55.0).abs() < 6.0, "{tail} dB");
    assert!(call.engine.stop());
}

/// A lost packet is an erased frame: what is heard stays near what would have been heard.
#[test]
fn losses_are_concealed_by_the_codec() {
    let _alone = alone();
    let spoken = voice(5, 20.0);
    let says = |n: usize| 2.0 * spoken[n % spoken.len()];
    let run = |lost: &dyn Fn(usize) -> bool| {
        let g729 = MediaSessionParams::new(AudioFormat::g729());
        let mut call =
            Call::new(g729, MediaSessionParams::new(AudioFormat::l16(media_core::types::SampleRate::Hz8000).unwrap()));
        for n in 0..400 {
            if lost(n) {
                // Coded, so that the encoder goes on, and thrown away.
                let number = call.one.phone.next;
                call.one.phone.peer.set_port(9);
                call.run(20, [Some(&says), None]);
                let peer = call.one.session.local_address().unwrap();
                call.one.phone.peer = peer;
                assert_ne!(number.sequence, call.one.phone.next.sequence);
            } else {
                call.run(20, [Some(&says), None]);
            }
        }
        let heard = call.heard();
        let pending = call.one.session.statistics();
        let statistics = done(&mut call.engine, pending);
        assert!(call.engine.stop());
        (heard, statistics)
    };
    let (whole, clean) = run(&|_| false);
    let (lossy, counted) = run(&|n| n > 50 && n % 20 == 7);
    assert_eq!(clean.concealed_blocks, 0, "{clean}");
    assert!(counted.concealed_blocks >= 30, "{counted}");
    let length = whole.len().min(lossy.len());
    let (alike, at) = correlation(&whole[..length], &lossy[..length], 400);
    assert!(alike > 0.8, "{alike} at {at}");
    assert!(lossy.iter().all(|x| x.abs() <= 1.0));
}

/// A descriptor that is lost: the codec conceals, and then the engine's own background; what comes next is heard.
#[test]
fn a_lost_descriptor_does_no_harm() {
    let _alone = alone();
    let g729 = MediaSessionParams::new(AudioFormat::g729());
    let mut call = Call::new(g729, MediaSessionParams::new(AudioFormat::pcmu())).with_annex_b();
    let says = phrases();
    // Into the pause of the second turn, without any of its descriptors.
    call.run(5_600, [Some(&says), None]);
    call.one.phone.peer.set_port(9);
    call.run(2_200, [Some(&says), None]);
    call.one.phone.peer = call.one.session.local_address().unwrap();
    call.run(4_200, [Some(&says), None]);
    let heard = call.heard();
    let spoken = level(&heard[8_000 * 42 / 5..8_000 * 9]);
    let quiet = level(&heard[8_000 * 7..8_000 * 15 / 2]);
    assert!(spoken > -35.0 && quiet < spoken - 15.0, "{spoken} {quiet}");
    assert!(call.engine.stop());
}
