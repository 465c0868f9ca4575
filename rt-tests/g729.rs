//! G.729 in calls on virtual time: silence is left out and described as Annex B says, is heard as the codec makes it,
//! passes on, and meets comfort noise of RFC 3389; losses are the codec's to conceal; no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "g729/losses.rs"]
mod losses;
#[path = "g729/network.rs"]
mod network;
#[path = "g729/peers.rs"]
mod peers;
#[path = "g729/silence.rs"]
mod silence;
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
