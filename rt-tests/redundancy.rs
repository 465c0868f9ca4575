//! Redundant audio data (RFC 2198) through the whole engine on virtual time: one session sends it, a network loses
//! packets, another session has their audio all the same; no tick allocates. Twins without it.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::CodecManager;
use media_core::codec::negotiation::{NegotiationRules, negotiate};
use media_core::codec::{CapabilityList, CodecCapability};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::quality::QualityReport;
use media_core::session::{AudioFormat, MediaSessionParams, RedundancyFormat, SessionStatistics};
use media_core::types::Ptime;
use std::time::Duration;
use support::endpoint::{Endpoint, by_timestamp, tone, tone_snr};
use support::phone::done;
use trap::Counts;
use trap::media_threads_alone as alone;

/// What came of a call over a network that loses packets.
struct Outcome {
    /// Of the session that receives over it, and of the one that sends.
    received: SessionStatistics,
    sent: SessionStatistics,
    /// Of the tone that is heard in the end, over the last three seconds: the worst tenth of a second, dB.
    worst_db: f64,
    lost_on_the_way: u64,
    quality: QualityReport,
}

/// A tone from endpoint 1 through the bridge of sessions 1 and 2, over a network that loses packets by number, through
/// the bridge of sessions 3 and 4 to endpoint 4. Sessions 2 and 3 have `red`.
fn call(format: &AudioFormat, red: Option<RedundancyFormat>, loses: impl Fn(u16) -> bool) -> Outcome {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap();
    let plain = MediaSessionParams::new(format.clone());
    let mut carried = plain.clone();
    carried.redundancy = red;
    let mut ends: Vec<Endpoint> =
        [plain.clone(), carried.clone(), carried, MediaSessionParams::new(AudioFormat::pcma())]
            .into_iter()
            .enumerate()
            .map(|(n, params)| Endpoint::with(&mut engine, n as u32 + 1, params, Ptime::MS20))
            .collect();
    for (a, b) in [(0, 1), (2, 3)] {
        let pending = engine.handle().bridge(&ends[a].session, &ends[b].session);
        done(&mut engine, pending);
    }
    let (mut lost_on_the_way, mut heard) = (0, Vec::new());
    let until = engine.now() + Duration::from_secs(10);
    let settled = engine.now() + Duration::from_secs(1);
    let mut before = None;
    while engine.now() < until {
        if before.is_none() && engine.now() > settled {
            before = Some(trap::counts());
        }
        let now = engine.now();
        let say = tone(format.sample_rate());
        ends[0].speak(&mut engine.network, now, say);
        // What session 2 sends goes on to session 3, but for what is lost.
        for packet in std::mem::take(&mut ends[1].phone.got) {
            if loses(packet.header.sequence) && now > settled {
                lost_on_the_way += 1;
            } else {
                ends[2].phone.post(&mut engine.network, now, packet.header, &packet.payload);
            }
        }
        engine.tick();
        ends.iter_mut().for_each(|end| end.phone.listen(&mut engine.network));
        heard.extend(ends[3].decode());
    }
    assert_eq!(trap::counts().since(before.unwrap()), Counts::default());
    let pcm = by_timestamp(&heard, &ends[3].format);
    let rate = ends[3].format.sample_rate();
    let last = &pcm[pcm.len() - 3 * rate.hz() as usize..];
    let parts = last.chunks_exact(rate.hz() as usize / 10);
    let worst_db = parts.map(|part| tone_snr(part, rate, 1_013.0)).fold(f64::MAX, f64::min);
    let [sent, received] = [1, 2].map(|n| {
        let pending = ends[n].session.statistics();
        done(&mut engine, pending)
    });
    let pending = ends[2].session.quality();
    let quality = done(&mut engine, pending);
    Outcome { received, sent, worst_db, lost_on_the_way, quality }
}

#[test]
fn lost_packets_are_heard_from_later_ones() {
    let _alone = alone();
    for (level, loses) in [(1u8, (|n| n % 10 == 3) as fn(u16) -> bool), (2, |n| [3, 4].contains(&(n % 20)))] {
        let red = RedundancyFormat::new(121, level);
        let with = call(&AudioFormat::pcmu(), Some(red), loses);
        let twin = call(&AudioFormat::pcmu(), None, loses);
        assert!(with.lost_on_the_way > 20, "{}", with.lost_on_the_way);
        // All but those that were lost before the delay had grown for them.
        assert!(with.received.lost <= 8, "level {level}: {}", with.received);
        assert!(with.received.recovered + 8 >= with.lost_on_the_way, "level {level}: {}", with.received);
        assert!(with.received.red_packets > 200, "level {level}: {}", with.received);
        assert!(with.received.unknown_payload_type + with.received.bad_payload + with.sent.red_blocks_omitted == 0);
        assert!(with.worst_db > 25.0 && twin.worst_db < 20.0, "level {level}: {} and {}", with.worst_db, twin.worst_db);
        // The twin loses them.
        assert_eq!(twin.received.lost, twin.lost_on_the_way, "{}", twin.received);
        assert_eq!((twin.received.recovered, twin.received.red_packets), (0, 0));
        assert!(twin.received.concealed_blocks > with.received.concealed_blocks + 20, "{}", twin.received);
        assert!(twin.sent.octets_out * (u64::from(level) + 1) <= with.sent.octets_out + 10_000);
    }
}

/// What came again makes up for itself, not for what did not come at all.
#[test]
fn a_score_is_of_what_was_not_heard() {
    let _alone = alone();
    // Of 20 packets three alone, which come again, and three together, of which one does.
    let red = RedundancyFormat::new(121, 1);
    let with = call(&AudioFormat::pcmu(), Some(red), |n| [1, 4, 7, 12, 13, 14].contains(&(n % 20)));
    let twin = call(&AudioFormat::pcmu(), None, |n| [13, 14].contains(&(n % 20)));
    let [with, twin] = [with, twin].map(|outcome| outcome.quality.last.and_then(|last| last.mos_lq).unwrap());
    assert!((with - twin).abs() < 0.35 && twin < 3.6, "{with} {twin}");
}

#[cfg(feature = "opus")]
#[test]
fn opus_is_repeated_too() {
    let _alone = alone();
    let red = RedundancyFormat::new(63, 1);
    let with = call(&AudioFormat::opus(), Some(red), |n| n % 10 == 3);
    assert!(with.received.recovered + 8 >= with.lost_on_the_way && with.received.lost <= 8, "{}", with.received);
}

#[test]
fn a_session_takes_what_was_negotiated_and_refuses_what_makes_no_sense() {
    let red = |payload_type, list: &str| CodecCapability::rtpmap(payload_type, "red/8000").unwrap().with_fmtp(list);
    let pcmu = CodecCapability::static_type(0).unwrap();
    let local = CapabilityList::audio(vec![pcmu.clone(), red(97, "0/0/0")]);
    let remote = CapabilityList::audio(vec![pcmu, red(121, "0/0")]);
    let result = negotiate(&local, &remote, &NegotiationRules::answerer()).unwrap();
    let params = MediaSessionParams::negotiated(&CodecManager::default(), &result).unwrap();
    assert_eq!(params.redundancy, Some(RedundancyFormat::new(121, 1)));

    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    for wrong in [RedundancyFormat::new(0, 1), RedundancyFormat::new(121, 5), RedundancyFormat::new(70, 1)] {
        let params = MediaSessionParams::new(AudioFormat::pcmu()).redundancy(wrong);
        let pending = engine.handle().create_media_session("wrong", params);
        assert!(engine.complete(pending).is_err(), "{wrong:?}");
    }
}
