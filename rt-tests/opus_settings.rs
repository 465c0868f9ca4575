//! How Opus works in what a session sends, through the engine on virtual time: in-band FEC is in the packets where the peer
//! asks for it and makes up for losses; bit rate, DTX and the rest follow the session and its handle, within what the peer
//! negotiated; it stays over updates and moves, and a change is no edge. No tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::AudioDecoder;
use media_core::codec::CodecManager;
use media_core::codec::audio::opus::{OpusBandwidth, OpusBitrate, OpusPacket, OpusSettings};
use media_core::codec::negotiation::{NegotiationRules, negotiate};
use media_core::codec::{CapabilityList, CodecCapability};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::{Error, SessionError};
use media_core::session::{AudioFormat, MediaSessionParams, SendCodec};
use media_core::types::{Ptime, SampleRate, WorkerId};
use support::endpoint::Endpoint;
use support::phone::done;
use trap::Counts;
use trap::media_threads_alone as alone;

/// A session as it is negotiated with a peer that offers Opus with these format parameters.
fn negotiated(fmtp: &str) -> MediaSessionParams {
    let opus = |fmtp: &str| CodecCapability::rtpmap(96, "opus/48000/2").unwrap().with_fmtp(fmtp);
    let local = CapabilityList::audio(vec![opus("useinbandfec=1")]);
    let remote = CapabilityList::audio(vec![opus(fmtp)]);
    let result = negotiate(&local, &remote, &NegotiationRules::answerer()).unwrap();
    MediaSessionParams::negotiated(&CodecManager::default(), &result).unwrap()
}

/// A caller in µ-law who speaks, bridged to a session whose peer takes Opus.
struct Call {
    engine: VirtualEngine,
    caller: Endpoint,
    callee: Endpoint,
    voice: Vec<f32>,
}

impl Call {
    fn new(params: MediaSessionParams) -> Self {
        let config = MediaEngineConfig::default().max_sessions(4usize).workers(2usize);
        let mut engine = VirtualEngine::new(config, 5).unwrap();
        let caller = Endpoint::new(&mut engine, 1, &AudioFormat::pcmu(), Ptime::MS20, Ptime::MS20);
        let callee = Endpoint::with(&mut engine, 2, params, Ptime::MS20);
        let pending = engine.handle().bridge(&caller.session, &callee.session);
        done(&mut engine, pending);
        Self { engine, caller, callee, voice: support::speech::voice(3, 10.0) }
    }

    /// The payloads that the callee gets within `ms` of talk.
    fn talk(&mut self, ms: u32) -> Vec<Vec<u8>> {
        let voice = &self.voice;
        for _ in 0..ms / 10 {
            let now = self.engine.now();
            self.caller.speak(&mut self.engine.network, now, |n| voice[n % voice.len()]);
            self.engine.tick();
            self.callee.phone.listen(&mut self.engine.network);
        }
        std::mem::take(&mut self.callee.phone.got).into_iter().map(|packet| packet.payload).collect()
    }

    fn set(&mut self, settings: OpusSettings) -> Result<OpusSettings, Error> {
        let pending = self.callee.session.set_opus(settings);
        self.engine.complete(pending)
    }

    fn in_force(&mut self) -> OpusSettings {
        let pending = self.callee.session.opus_settings();
        self.engine.complete(pending).unwrap()
    }
}

/// How many packets carry their predecessor.
fn with_fec(payloads: &[Vec<u8>]) -> usize {
    let mut decoder = media_core::codec::audio::opus::OpusDecoder::new(SampleRate::Hz48000, 1).unwrap();
    let mut pcm = [0.0; 960];
    payloads.iter().filter(|payload| decoder.fec_into(payload, &mut pcm).is_ok()).count()
}

fn kbit_per_s(payloads: &[Vec<u8>]) -> f64 {
    payloads.iter().map(Vec::len).sum::<usize>() as f64 * 8.0 / (payloads.len() as f64 * 20.0)
}

fn fec(percent: u8) -> OpusSettings {
    OpusSettings::default().inband_fec(true).expected_loss_percent(percent)
}

#[test]
fn fec_is_sent_to_peers_that_ask_for_it() {
    let _alone = alone();
    let packets = Call::new(negotiated("useinbandfec=1")).talk(10_000);
    let n = with_fec(&packets);
    assert!(packets.len() > 480 && n > packets.len() / 3, "{n} of {}", packets.len());
    // Twins: a peer that did not ask, and a session that does not want to.
    assert_eq!(with_fec(&Call::new(negotiated("")).talk(3_000)), 0);
    let unwilling = negotiated("useinbandfec=1").opus(OpusSettings::default());
    assert_eq!(with_fec(&Call::new(unwilling).talk(3_000)), 0);
    // Formats made by hand have no receiver's limits.
    let by_hand = MediaSessionParams::new(AudioFormat::opus()).opus(fec(20));
    assert!(with_fec(&Call::new(by_hand).talk(5_000)) > 100);
}

#[test]
fn settings_change_while_it_runs_and_stay() {
    let _alone = alone();
    let mut call = Call::new(negotiated("useinbandfec=1;maxaveragebitrate=40000;usedtx=1"));
    call.talk(1_000);
    let settings = fec(0).bitrate(OpusBitrate::Bits(16_000));
    assert_eq!(call.set(settings).unwrap(), settings);
    let before = trap::counts();
    let low = call.talk(4_000);
    assert_eq!(trap::counts().since(before), Counts::default());
    assert_eq!(with_fec(&low[10..]), 0, "no loss is expected");
    assert!(kbit_per_s(&low[10..]) < 20.0, "{}", kbit_per_s(&low[10..]));
    // The receiver's limit holds.
    let wished = fec(10).bitrate(OpusBitrate::Bits(128_000)).constant_bitrate(true);
    let given = call.set(wished).unwrap();
    assert_eq!(given, wished.bitrate(OpusBitrate::Bits(40_000)));
    call.talk(100);
    let high = call.talk(2_000);
    assert!((kbit_per_s(&high) - 40.0).abs() < 1.0, "{}", kbit_per_s(&high));
    assert!(high.iter().all(|payload| payload.len() == high[0].len()), "a constant bit rate");

    // Over an update that does not mention it, one that changes the packet time, and a move to another worker.
    let remote = call.callee.session.clone();
    for ptime in [Ptime::MS20, Ptime::from_ms(40).unwrap(), Ptime::MS20] {
        let params = negotiated("useinbandfec=1;maxaveragebitrate=40000;usedtx=1").ptime(ptime);
        let pending = remote.update(params);
        done(&mut call.engine, pending);
        assert_eq!(call.in_force(), given);
    }
    call.talk(100);
    assert!((kbit_per_s(&call.talk(1_000)) - 40.0).abs() < 1.0);
    let (a, b) = (call.caller.session.clone(), call.callee.session.clone());
    let pending = call.engine.handle().unbridge(&b);
    done(&mut call.engine, pending);
    let pending = b.worker();
    let other = WorkerId(1 - done(&mut call.engine, pending).0);
    let pending = b.move_to(other);
    done(&mut call.engine, pending);
    let pending = call.engine.handle().bridge(&a, &b);
    done(&mut call.engine, pending);
    call.talk(200);
    assert!((kbit_per_s(&call.talk(1_000)) - 40.0).abs() < 1.0);
    assert_eq!(call.in_force(), given);

    // Bandwidth, and pauses by Opus' own DTX, which the caller's silence brings.
    call.set(OpusSettings::default().max_bandwidth(OpusBandwidth::Narrowband)).unwrap();
    call.talk(6_000);
    let narrow = call.talk(1_000);
    assert!(narrow.iter().all(|p| OpusPacket::parse(p).unwrap().bandwidth() == OpusBandwidth::Narrowband));
    call.set(OpusSettings::default().dtx(true)).unwrap();
    call.voice.fill(0.0);
    call.talk(1_000);
    let silent = call.talk(4_000).len();
    assert!((1..=40).contains(&silent), "{silent} packets in four seconds of silence");
    call.set(OpusSettings::default().dtx(false)).unwrap();
    call.talk(100);
    assert_eq!(call.talk(2_000).len(), 100);
}

#[test]
fn the_receivers_limits_hold_from_the_first_packet_on() {
    let _alone = alone();
    let packets = |fmtp: &str| {
        let generous = fec(10).bitrate(OpusBitrate::Bits(64_000));
        let mut call = Call::new(negotiated(fmtp).opus(generous));
        call.talk(200);
        call.talk(2_000)
    };
    let widest = |payloads: &[Vec<u8>]| payloads.iter().map(|p| OpusPacket::parse(p).unwrap().bandwidth()).max();
    assert!(widest(&packets("maxplaybackrate=8000")) <= Some(OpusBandwidth::Narrowband));
    assert!(widest(&packets("maxplaybackrate=16000")) <= Some(OpusBandwidth::Wideband));
    assert_eq!(widest(&packets("")), Some(OpusBandwidth::Fullband), "the twin");
    assert!(kbit_per_s(&packets("maxaveragebitrate=20000")) < 23.0);
    assert!(kbit_per_s(&packets("")) > 40.0, "the twin");
    let constant = packets("cbr=1");
    assert!(constant.iter().all(|payload| payload.len() == constant[0].len()));
    let variable = packets("");
    assert!(variable.iter().any(|payload| payload.len() != variable[0].len()), "the twin");
    assert!(packets("stereo=1").iter().all(|p| OpusPacket::parse(p).unwrap().channels() == 1), "legs are mono");
    assert_eq!(with_fec(&packets("useinbandfec=0")), 0);
}

#[test]
fn settings_wait_for_opus_to_be_sent() {
    let _alone = alone();
    let params = MediaSessionParams::new(AudioFormat::pcma()).also(AudioFormat::opus());
    let mut call = Call::new(params);
    let settings = fec(10).bitrate(OpusBitrate::Bits(24_000)).constant_bitrate(true);
    assert_eq!(call.set(settings).unwrap(), settings);
    call.talk(200);
    let pending = call.callee.session.set_send_codec(SendCodec::PayloadType(96));
    done(&mut call.engine, pending);
    call.talk(100);
    let sent = call.talk(2_000);
    assert!(sent.iter().all(|payload| payload.len() == 60), "{:?}", sent[0].len());
    assert_eq!(call.in_force(), settings);
    let pending = call.callee.session.set_send_codec(SendCodec::First);
    done(&mut call.engine, pending);
    assert_eq!(call.in_force(), settings);
}

#[test]
fn a_change_is_no_edge() {
    let _alone = alone();
    let heard = |change: bool| {
        let mut call = Call::new(negotiated("useinbandfec=1"));
        let rate = call.callee.format.sample_rate();
        let mut pcm = Vec::new();
        for n in 0..400 {
            let now = call.engine.now();
            let tone = |n: usize| 0.25 * (n as f64 * std::f64::consts::TAU * 1_013.0 / 8_000.0).sin() as f32;
            call.caller.speak(&mut call.engine.network, now, tone);
            if change && n % 40 == 39 {
                let bitrate = OpusBitrate::Bits(if n % 80 == 39 { 48_000 } else { 24_000 });
                let _unawaited = call.callee.session.set_opus(fec((n / 40) as u8).bitrate(bitrate));
            }
            call.engine.tick();
            call.callee.phone.listen(&mut call.engine.network);
            pcm.extend(call.callee.decode());
        }
        let pcm = support::endpoint::by_timestamp(&pcm, &call.callee.format);
        let second = |w: &[f32]| (w[0] - 2.0 * w[1] + w[2]).abs();
        pcm[rate.hz() as usize..].windows(3).map(second).fold(0.0, f32::max)
    };
    let (still, changing) = (heard(false), heard(true));
    assert!(changing < 1.3 * still, "{changing} against {still}");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let _alone = alone();
    let mut call = Call::new(negotiated("useinbandfec=1"));
    let before = call.in_force();
    let wrong = [
        (fec(0).bitrate(OpusBitrate::Bits(5_999)), "bitrate"),
        (fec(0).bitrate(OpusBitrate::Bits(510_001)), "bitrate"),
        (fec(0).complexity(11), "complexity"),
        (fec(101), "expected_loss_percent"),
    ];
    for (settings, field) in wrong {
        let error = call.set(settings).unwrap_err();
        assert!(error.to_string().contains(field), "{error}");
        let pending = call.engine.handle().create_media_session("wrong", negotiated("").opus(settings));
        assert!(call.engine.complete(pending).unwrap_err().to_string().contains(field));
    }
    assert_eq!(call.in_force(), before);
    let pending = call.caller.session.set_opus(fec(10));
    let error = call.engine.complete(pending).unwrap_err();
    assert!(matches!(error, Error::Session(SessionError::NoOpus(..))), "{error}");
}
