//! Deep Redundancy of Opus through the engine on virtual time: it is in packets where the peer asked for it and much loss is
//! expected, or reported; a network loses packets in bursts, and what they held is heard from the packet behind them. No tick
//! allocates. Twins without it.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::audio::opus::{OpusBitrate, OpusDecoder, OpusSettings};
use media_core::codec::negotiation::{NegotiationRules, negotiate};
use media_core::codec::{AudioDecoder, CapabilityList, CodecCapability, CodecManager};
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::quality::Adjustment;
use media_core::session::{AudioFormat, MediaSessionParams, SessionStatistics};
use media_core::types::{Ptime, SampleRate};
use media_core::{AdaptationParams, EventKind, MediaEngineConfig};
use std::time::Duration;
use support::endpoint::Endpoint;
use support::mu_law::mu_law;
use support::phone::done;
use support::random::Random;
use support::speech::voice;
use support::trunk::Trunk;
use trap::Counts;
use trap::media_threads_alone as alone;

/// A session as it is negotiated with a peer that offers Opus with these format parameters.
fn negotiated(fmtp: &str) -> MediaSessionParams {
    let opus = |fmtp: &str| CodecCapability::rtpmap(96, "opus/48000/2").unwrap().with_fmtp(fmtp);
    let local = CapabilityList::audio(vec![opus("useinbandfec=1;x-dred=500")]);
    let remote = CapabilityList::audio(vec![opus(fmtp)]);
    let result = negotiate(&local, &remote, &NegotiationRules::answerer()).unwrap();
    assert_eq!(result.codec().answer.fmtp.to_string(), "useinbandfec=1;x-dred=500", "the answer states what we take");
    MediaSessionParams::negotiated(&CodecManager::default(), &result).unwrap()
}

/// For a tenth of the packets, in bursts.
fn much() -> OpusSettings {
    OpusSettings::session().expected_loss_percent(20).bitrate(OpusBitrate::Bits(48_000))
}

/// How many packets carry what was before them, further back than their predecessor.
fn with_dred(payloads: &[Vec<u8>]) -> usize {
    let (mut decoder, mut pcm) = (OpusDecoder::new(SampleRate::Hz48000, 1).unwrap(), [0.0; 5_760]);
    let mut carries = |payload: &&Vec<u8>| {
        decoder.decode_into(payload, &mut pcm).unwrap();
        decoder.read_redundancy(payload, 48_000) > 2_000
    };
    payloads.iter().filter(|payload| carries(payload)).count()
}

/// What came of a call over a network that loses packets.
struct Outcome {
    received: SessionStatistics,
    /// What was sent over it.
    payloads: Vec<Vec<u8>>,
    lost_on_the_way: u64,
    /// Of what is heard, in blocks of 10 ms: the share that is quieter than -60 dBov.
    quiet: f64,
}

/// A voice in µ-law from endpoint 1 through the bridge of sessions 1 and 2, over a network that loses packets in bursts, through
/// the bridge of sessions 3 and 4 to endpoint 4. Sessions 2 and 3 talk Opus; the peer of 2 asked for `fmtp`.
fn call(fmtp: &str, settings: OpusSettings, loses: bool, seconds: u64) -> Outcome {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap();
    let carried = negotiated(fmtp).opus(settings);
    let plain = || MediaSessionParams::new(AudioFormat::pcmu());
    let mut ends: Vec<Endpoint> = [plain(), carried.clone(), carried, plain()]
        .into_iter()
        .enumerate()
        .map(|(n, params)| Endpoint::with(&mut engine, n as u32 + 1, params, Ptime::MS20))
        .collect();
    for (a, b) in [(0, 1), (2, 3)] {
        let pending = engine.handle().bridge(&ends[a].session, &ends[b].session);
        done(&mut engine, pending);
    }
    let say = voice(3, 10.0);
    let (mut random, mut lost) = (Random(7), false);
    let (mut payloads, mut lost_on_the_way, mut heard) = (Vec::new(), 0, Vec::new());
    let settled = engine.now() + Duration::from_secs(1);
    let until = engine.now() + Duration::from_secs(seconds);
    let mut before = None;
    while engine.now() < until {
        let now = engine.now();
        if before.is_none() && now > settled {
            before = Some(trap::counts());
        }
        ends[0].speak(&mut engine.network, now, |n| say[n % say.len()]);
        for packet in std::mem::take(&mut ends[1].phone.got) {
            // Bursts of four, a share of 12 %.
            lost = loses && now > settled && random.below(1_000) < if lost { 750 } else { 34 };
            if lost {
                lost_on_the_way += 1;
            } else {
                ends[2].phone.post(&mut engine.network, now, packet.header, &packet.payload);
            }
            payloads.push(packet.payload);
        }
        engine.tick();
        ends.iter_mut().for_each(|end| end.phone.listen(&mut engine.network));
        heard.extend(ends[3].decode().into_iter().flat_map(|(_, pcm)| pcm));
    }
    assert_eq!(trap::counts().since(before.unwrap()), Counts::default());
    let quiet = |block: &&[f32]| block.iter().map(|x| x * x).sum::<f32>() < 1e-6 * block.len() as f32;
    let blocks = heard.chunks_exact(80);
    let quiet = blocks.clone().filter(quiet).count() as f64 / blocks.len() as f64;
    let pending = ends[2].session.statistics();
    Outcome { received: done(&mut engine, pending), payloads, lost_on_the_way, quiet }
}

#[test]
fn bursts_of_loss_are_heard_from_the_packets_behind_them() {
    let _alone = alone();
    let asked = "useinbandfec=1;x-dred=500";
    let (with, twin, whole) =
        (call(asked, much(), true, 15), call("useinbandfec=1", much(), true, 15), call(asked, much(), false, 15));
    assert!(with.lost_on_the_way > 60, "{}", with.lost_on_the_way);
    assert_eq!(with_dred(&twin.payloads), 0);
    assert!(with_dred(&with.payloads) > with.payloads.len() / 2, "{}", with_dred(&with.payloads));
    let (a, b) = (&with.received, &twin.received);
    println!("{a}\n{b}\nquiet: {} {} {}", with.quiet, twin.quiet, whole.quiet);
    // Runs of six here, which are waited for from the first on; in-band FEC has the last one of each.
    assert!(a.recovered > b.recovered + with.lost_on_the_way / 2, "{a}\n{b}");
    assert!(a.concealed_blocks * 3 < b.concealed_blocks, "{a}\n{b}");
    assert!(with.quiet < whole.quiet + 0.03, "{} {}", with.quiet, whole.quiet);
}

/// Without loss it costs nothing: none is sent.
#[test]
fn it_is_sent_where_much_loss_is_expected() {
    let _alone = alone();
    let asked = "useinbandfec=1;x-dred=500";
    for (fmtp, settings) in [
        (asked, OpusSettings::session()),
        (asked, much().dred_ms(0)),
        (asked, OpusSettings::default()),
        ("x-dred=0", much()),
        ("useinbandfec=1", much()),
    ] {
        assert_eq!(with_dred(&call(fmtp, settings, false, 3).payloads), 0, "{fmtp} {settings:?}");
    }
}

/// A phone, bridged to a session that talks Opus to another over a network that loses packets from 10 s to 40 s on. How Opus works
/// at 40 s and at the end, what was told, and what the far end received.
fn follows(fmtp: &str) -> ([OpusSettings; 2], Vec<Adjustment>, SessionStatistics) {
    let engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let params = negotiated(fmtp);
    let adapted = params.clone().adaptation(AdaptationParams::default());
    let Trunk { mut engine, mut phone, near, far, .. } = Trunk::new(engine, adapted, params);
    let events = engine.handle().subscribe();
    let (speech, mut told, mut during) = (mu_law(&voice(1, 10.0)), Vec::new(), None);
    for n in 0..120 * 50 {
        engine.network.impairment = match n / 50 {
            10..40 => Impairment { loss: 0.04, burst: 0.75, ..Impairment::default() },
            _ => Impairment::default(),
        };
        let (from, now) = (n as usize * 160 % speech.len(), engine.now());
        phone.send(&mut engine.network, now, &speech[from..from + 160]);
        engine.run_for(Duration::from_millis(20));
        phone.listen(&mut engine.network);
        told.extend(std::iter::from_fn(|| events.try_next()).filter_map(|event| match event.kind {
            EventKind::Adaptation { proposal, applied: true } => Some(proposal.adjustment),
            _ => None,
        }));
        if n == 40 * 50 {
            during = Some(done(&mut engine, near.opus_settings()));
        }
    }
    let (end, received) = (done(&mut engine, near.opus_settings()), done(&mut engine, far.statistics()));
    ([during.unwrap(), end], told, received)
}

#[test]
fn it_follows_the_loss_that_the_peer_reports_and_goes_with_it() {
    let ([during, end], told, received) = follows("useinbandfec=1;x-dred=300");
    assert!((10..=30).contains(&during.expected_loss_percent) && during.dred_ms == 300, "{during:?}");
    assert!(during.bitrate == OpusBitrate::Bits(40_000), "{during:?}");
    assert!(end.expected_loss_percent == 5 && end.bitrate == OpusBitrate::Bits(32_000), "{end:?} {told:?}");
    let ([twin, _], _, twins) = follows("useinbandfec=1");
    assert!(twin.dred_ms == 0 && twin.bitrate == OpusBitrate::Bits(32_000), "{twin:?}");
    println!("{received}\n{twins}");
    assert!(received.recovered > twins.recovered, "{received}\n{twins}");
}
