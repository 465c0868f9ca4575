//! Redundancy (RFC 2198) follows what the peer loses: none on a good network, what was negotiated on a bad one, and no swinging.

use super::support::phone::done;
use super::support::trunk::Trunk;
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::quality::Adjustment;
use media_core::session::RedundancyFormat;
use media_core::{AdaptationParams, AudioFormat, EventKind, JitterConfig, MediaEngineConfig, MediaSessionParams};
use std::time::Duration;

/// Of a run, in its three parts: octets that left, and blocks that the far end concealed. And what was changed, with the second.
struct Run {
    octets: [u64; 3],
    concealed: [u64; 3],
    told: Vec<(u64, Adjustment)>,
}

/// When the parts end, s: the network is perfect, loses 10 %, and is perfect again.
const ENDS: [u64; 3] = [70, 150, 260];

/// A phone, bridged to a session that talks redundant PCMU of that level to another over the network.
fn run(level: u8, adaptation: Option<AdaptationParams>) -> Run {
    let engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let mut params = MediaSessionParams::new(AudioFormat::pcmu())
        .redundancy(RedundancyFormat::new(63, level))
        .jitter(JitterConfig::new(8_000).min_delay_ms(60));
    let far = params.clone();
    params.adaptation = adaptation;
    let Trunk { mut engine, mut phone, near, far, .. } = Trunk::new(engine, params, far);
    let events = engine.handle().subscribe();
    let (start, mut told) = (engine.now(), Vec::new());
    let (mut octets, mut concealed) = ([0; 3], [0; 3]);
    for n in 0..ENDS[2] * 50 {
        let part = ENDS.iter().filter(|end| **end <= n / 50).count();
        let loss = if part == 1 { 0.1 } else { 0.0 };
        // The phone's own packets all come: what it loses would be passed on as lost.
        engine.network.impairment = Impairment::default();
        let now = engine.now();
        phone.send(&mut engine.network, now, &[0x55; 160]);
        engine.network.impairment = Impairment { loss, burst: loss, ..Impairment::default() };
        engine.run_for(Duration::from_millis(20));
        phone.listen(&mut engine.network);
        told.extend(std::iter::from_fn(|| events.try_next()).filter_map(|event| match event.kind {
            EventKind::Adaptation { proposal, applied: true } => {
                Some(((event.at - start).as_secs(), proposal.adjustment))
            }
            _ => None,
        }));
        if ENDS.contains(&((n + 1) / 50)) && (n + 1) % 50 == 0 {
            octets[part] = done(&mut engine, near.transport_statistics()).octets_out - octets.iter().sum::<u64>();
            concealed[part] = done(&mut engine, far.statistics()).concealed_blocks - concealed.iter().sum::<u64>();
        }
    }
    Run { octets, concealed, told }
}

#[test]
fn redundancy_follows_what_the_peer_loses() {
    let adaptation = AdaptationParams::default().redundancy(true);
    let [never, always] = [0, 2].map(|level| run(level, None));
    let with = run(2, Some(adaptation));
    assert!(never.told.is_empty() && always.told.is_empty());
    let levels: Vec<u8> = with
        .told
        .iter()
        .map(|(_, adjustment)| match adjustment {
            Adjustment::Redundancy(level) => *level,
            other => panic!("{other:?}"),
        })
        .collect();
    // Down on the perfect network, up with the loss in one step or two, and down again.
    assert!([&[0, 2, 0][..], &[0, 1, 2, 0]].contains(&&levels[..]), "{:?}", with.told);
    let up = with.told.iter().find(|(_, adjustment)| *adjustment == Adjustment::Redundancy(2)).unwrap().0;
    assert!(up < ENDS[0] + 25, "{:?}", with.told);
    for pair in with.told.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 10, "{:?}", with.told);
    }
    // What is lost comes again, but for what was lost before that was known.
    let [bare, followed, whole] = [&never, &with, &always].map(|run| run.concealed[1]);
    assert!(bare > 600 && whole * 5 < bare, "{bare} {whole}");
    assert!(2 * followed < bare, "{bare} {followed} {whole}");
    // And a good network is not asked for what it needs not.
    assert!(with.octets[2] * 10 < always.octets[2] * 6, "{:?} {:?}", with.octets, always.octets);
    assert!(with.octets[0] < always.octets[0] && with.concealed[2] < 20, "{:?} {:?}", with.octets, with.concealed);
}
