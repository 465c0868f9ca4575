//! What a session sends follows what its peer reports: over a network that degrades and recovers, beside one that does not follow.

use super::support::mu_law::mu_law;
use super::support::phone::done;
use super::support::speech::voice;
use super::support::trunk::Trunk;
use media_core::codec::OpusSettings;
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::quality::{AdaptationProfile, AdaptationProposal, Adjustment};
use media_core::{AdaptationParams, AudioFormat, EventKind, MediaEngineConfig, MediaSessionParams};
use std::time::Duration;

/// Of a run: the score of each interval at the far end, what was told, and how Opus worked at the end.
struct Run {
    scores: Vec<f64>,
    told: Vec<(u64, AdaptationProposal, bool)>,
    settings: OpusSettings,
}

/// Half a minute of a perfect network, 80 s of one that loses a share, 100 s of a perfect one.
const WHOLE: u32 = 210;

/// A phone, bridged to a session that talks Opus to another over the network: the first seconds of [`WHOLE`].
fn run(adaptation: Option<AdaptationParams>, loss: f64, jitter: Duration, seconds: u32) -> Run {
    let engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let mut params = MediaSessionParams::new(AudioFormat::opus());
    let far = params.clone();
    params.adaptation = adaptation;
    let Trunk { mut engine, mut phone, near, far, .. } = Trunk::new(engine, params, far);
    let events = engine.handle().subscribe();
    let (start, mut told, mut scores) = (engine.now(), Vec::new(), Vec::new());
    let speech = mu_law(&voice(1, 10.0));
    for n in 0..seconds * 50 {
        let seconds = n / 50;
        engine.network.impairment = match seconds {
            30..110 => Impairment { loss, burst: loss, jitter, ..Impairment::default() },
            _ => Impairment { jitter, ..Impairment::default() },
        };
        let from = n as usize * 160 % speech.len();
        let now = engine.now();
        phone.send(&mut engine.network, now, &speech[from..from + 160]);
        engine.run_for(Duration::from_millis(20));
        phone.listen(&mut engine.network);
        told.extend(std::iter::from_fn(|| events.try_next()).filter_map(|event| match event.kind {
            EventKind::Adaptation { proposal, applied } => Some(((event.at - start).as_secs(), proposal, applied)),
            _ => None,
        }));
        if n % 250 == 249 {
            let last = done(&mut engine, far.quality()).last;
            scores.push(last.and_then(|last| last.mos_cq).unwrap_or(0.0));
        }
    }
    Run { scores, told, settings: done(&mut engine, near.opus_settings()) }
}

#[test]
fn over_a_network_that_degrades_a_session_that_follows_is_better_and_comes_back() {
    // Where nothing jitters nobody waits for a packet that carries its predecessor again, until it is seen that there are some.
    for (profile, jitter_ms) in [(AdaptationProfile::Balanced, 0), (AdaptationProfile::Aggressive, 40)] {
        let jitter = Duration::from_millis(jitter_ms);
        let without = run(None, 0.1, jitter, WHOLE);
        assert!(without.told.is_empty());
        let with = run(Some(AdaptationParams::default().profile(profile)), 0.1, jitter, WHOLE);
        // The first interval of loss has to be seen and told before anything can follow.
        let degraded = 9..22;
        let mean = |run: &Run| run.scores[degraded.clone()].iter().sum::<f64>() / degraded.len() as f64;
        let (better, worse) = (mean(&with), mean(&without));
        assert!(better > worse + 0.3, "{better} {worse}");
        for (n, (with, without)) in with.scores.iter().zip(&without.scores).enumerate() {
            assert!(with > &(without - 0.05), "interval {n}: {with} {without}");
        }
        assert!(with.told.iter().all(|(_, _, applied)| *applied), "{:?}", with.told);
        let first = with.told[0];
        assert!((30..50).contains(&first.0), "{first:?}");
        assert!(matches!(first.1.adjustment, Adjustment::OpusLoss { expected_percent: 10..=30, .. }), "{first:?}");
        for pair in with.told.windows(2) {
            assert!(pair[1].0 - pair[0].0 >= profile.settling().as_secs(), "{:?}", with.told);
        }
        assert_eq!(with.settings, without.settings, "all is as it was in the end: {:?}", with.told);
    }
}

/// What is not to be carried out is proposed, and nothing changes.
#[test]
fn a_session_that_only_proposes_changes_nothing() {
    // Until something was proposed and would be at work.
    let (loss, seconds) = (0.1, 70);
    let proposes = run(Some(AdaptationParams::default().apply(false)), loss, Duration::ZERO, seconds);
    assert!(!proposes.told.is_empty() && proposes.told.iter().all(|(_, _, applied)| !applied), "{:?}", proposes.told);
    assert_eq!(proposes.settings, run(None, loss, Duration::ZERO, seconds).settings);
}
