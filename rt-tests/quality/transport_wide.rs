//! What a session sends follows transport-wide feedback where that is negotiated: the loss of each interval, long before a report of
//! the peer tells it.

use super::support::trunk::Trunk;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::quality::Adjustment;
use media_core::session::RedundancyFormat;
use media_core::{
    AdaptationParams, AudioFormat, EventKind, JitterConfig, MediaEngineConfig, MediaSessionParams, RtcpParams,
};
use std::time::Duration;

/// What was changed, with the second, of a session whose peer reports once a minute; a tenth is lost from second 45 on.
fn run(transport_wide: Option<u8>) -> Vec<(u64, Adjustment)> {
    let engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let mut params = MediaSessionParams::new(AudioFormat::pcmu())
        .redundancy(RedundancyFormat::new(63, 2))
        .jitter(JitterConfig::new(8_000).min_delay_ms(60))
        .rtcp(RtcpParams::default().interval(Duration::from_secs(60)).transport_wide(transport_wide));
    let far = params.clone();
    params.adaptation = Some(AdaptationParams::default().redundancy(true));
    let Trunk { mut engine, mut phone, .. } = Trunk::new(engine, params, far);
    let events = engine.handle().subscribe();
    let (start, mut told) = (engine.now(), Vec::new());
    for n in 0..75 * 50 {
        engine.network.impairment = Default::default();
        let now = engine.now();
        phone.send(&mut engine.network, now, &[0x55; 160]);
        let loss = if n / 50 >= 45 { 0.1 } else { 0.0 };
        (engine.network.impairment.loss, engine.network.impairment.burst) = (loss, loss);
        engine.run_for(Duration::from_millis(20));
        phone.listen(&mut engine.network);
        told.extend(std::iter::from_fn(|| events.try_next()).filter_map(|event| match event.kind {
            EventKind::Adaptation { proposal, applied: true } => {
                Some(((event.at - start).as_secs(), proposal.adjustment))
            }
            _ => None,
        }));
    }
    told
}

#[test]
fn it_follows_the_loss_of_each_interval_without_a_report() {
    let told = run(Some(5));
    // A perfect network is calm after six intervals, as it is told of in each.
    assert_eq!(told.first().map(|(_, adjustment)| *adjustment), Some(Adjustment::Redundancy(0)), "{told:?}");
    let up = told.iter().find(|(second, _)| *second >= 45).copied().expect("a change for the loss");
    assert!(matches!(up.1, Adjustment::Redundancy(1 | 2)) && up.0 <= 56, "{told:?}");
    // The twin: by its reports alone nothing is known in that time.
    assert!(run(None).iter().all(|(second, _)| *second > 56), "{:?}", run(None));
}
