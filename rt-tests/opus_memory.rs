//! Calls in Opus over a lossy network while quality is shed and given back: what is lost comes from in-band error
//! correction, encoders change their effort, and no tick allocates, frees or locks.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::Encoder;
use media_core::codec::audio::opus::{OpusBandwidth, OpusBitrate, OpusEncoder, OpusSettings};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::session::{AudioFormat, EventKind};
use media_core::types::Ptime;
use std::time::Duration;
use support::edges::voice;
use support::endpoint::Endpoint;
use support::phone::done;
use trap::Counts;
use trap::media_threads_alone as alone;

#[test]
fn neither_error_correction_nor_shedding_allocates() {
    let _alone = alone();
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap();
    let events = engine.handle().subscribe();
    let format = AudioFormat::opus();
    let mut ends: Vec<_> = (1..=2).map(|n| Endpoint::new(&mut engine, n, &format, Ptime::MS20, Ptime::MS20)).collect();
    let settings = OpusSettings::default()
        .inband_fec(true)
        .expected_loss_percent(30)
        .bitrate(OpusBitrate::Bits(40_000))
        .max_bandwidth(OpusBandwidth::Wideband);
    for end in &mut ends {
        let encoder = OpusEncoder::new(format.sample_rate(), 1, Ptime::MS20, settings).unwrap();
        end.encoder = Encoder::Opus(Box::new(encoder));
    }
    let pending = engine.handle().bridge(&ends[0].session, &ends[1].session);
    done(&mut engine, pending);
    // A tap of each, which has it decoded, and a gain, which has it encoded.
    let taps: Vec<_> = ends.iter().map(|end| end.session.tap()).collect();
    let mut taps: Vec<_> = taps.into_iter().map(|tap| done(&mut engine, tap)).collect();
    for end in &ends {
        done(&mut engine, end.session.set_gain(media_core::types::Gain::linear(0.5).unwrap()));
    }
    engine.network.impairment =
        Impairment { jitter: Duration::from_millis(50), loss: 0.06, burst: 0.1, ..Impairment::default() };
    let before = trap::counts();
    for tick in 0..2_000u32 {
        // 8 s of overload, 12 s of rest.
        let work = if tick < 800 { 9_500_000 } else { 1_000_000 };
        engine.inject_phases(0, [0, 0, 0, work, 0, 0, 0, 0]);
        let now = engine.now();
        for end in &mut ends {
            end.speak(&mut engine.network, now, voice(format.sample_rate(), 140.0));
        }
        engine.tick();
        for end in &mut ends {
            end.phone.listen(&mut engine.network);
            end.phone.got.clear();
        }
        taps.iter_mut().for_each(|tap| while tap.read(&mut [0.0; 480]) > 0 {});
    }
    assert_eq!(trap::counts().since(before), Counts::default());
    for end in &ends {
        let statistics = done(&mut engine, end.session.statistics());
        assert!(statistics.recovered > 15, "{statistics}");
    }
    let kinds: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|event| event.kind).collect();
    let count = |of: fn(&EventKind) -> bool| kinds.iter().filter(|kind| of(kind)).count();
    assert!(count(|kind| matches!(kind, EventKind::QualityShed { level, .. } if level.steps() >= 4)) >= 1, "{kinds:?}");
    assert!(count(|kind| matches!(kind, EventKind::QualityRestored { .. })) >= 1);
    engine.run_for(Duration::from_millis(100));
    assert!(engine.stop());
}
