//! Noise suppression and voice detection at work neither allocate nor free nor lock, in faults too.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "support/trap.rs"]
mod trap;

use media_core::processing::audio::ns::{NoiseSuppression, NoiseSuppressor, Ns, NsAlgorithm, NsParams};
use media_core::processing::audio::vad::{Hysteresis, HysteresisParams, Vad, VadAlgorithm, VadParams, VoiceDetector};
use media_core::processing::{AmdDetector, AmdParams, BargeInDetector, BargeInParams};
use media_core::types::SampleRate;
use trap::Counts;
use trap::alone;

/// What `body` called while its thread was as a media thread.
fn counted(body: impl FnOnce()) -> Counts {
    let before = trap::counts();
    let scope = trap::enter();
    body();
    drop(scope);
    trap::counts().since(before)
}

fn sound(rate: SampleRate) -> Vec<f32> {
    (0..rate.block_samples()).map(|n| 0.1 * (n as f32 * 0.3).sin()).collect()
}

#[test]
fn the_trap_counts() {
    let _alone = alone();
    assert!(counted(|| drop(Ns::new(SampleRate::Hz8000, NsParams::default()))).allocations > 0);
}

#[test]
fn noise_suppressors() {
    let _alone = alone();
    for (algorithm, rate) in
        [NsAlgorithm::Spectral, NsAlgorithm::Neural].into_iter().flat_map(|a| SampleRate::ALL.map(|r| (a, r)))
    {
        let Ok(mut ns) = Ns::new(rate, NsParams::default().algorithm(algorithm).level(NoiseSuppression::High)) else {
            eprintln!("skipped: {algorithm} needs --features neural");
            continue;
        };
        let mut block = sound(rate);
        media_core::processing::audio::ns::prepare_thread();
        let counts = counted(|| {
            for _ in 0..50 {
                let _ = ns.process(&mut block);
                let _ = ns.process(&mut block[1..]);
            }
            ns.set_level(NoiseSuppression::Low);
            block.fill(f32::NAN);
            let _ = ns.process(&mut block);
            ns.reset();
            let _ = ns.process(&mut block);
        });
        assert_eq!(counts, Counts::default(), "{algorithm} at {rate}");
    }
}

#[test]
fn a_suppressor_moved_to_a_prepared_thread() {
    let _alone = alone();
    let Ok(mut ns) = Ns::new(SampleRate::Hz16000, NsParams::default().algorithm(NsAlgorithm::Neural)) else {
        eprintln!("skipped: needs --features neural");
        return;
    };
    let run = move |prepare: bool| {
        if prepare {
            media_core::processing::audio::ns::prepare_thread();
        }
        let mut block = sound(SampleRate::Hz16000);
        let counts = counted(|| {
            let _ = ns.process(&mut block);
        });
        (ns, counts)
    };
    let (ns, counts) = std::thread::spawn(move || run(true)).join().expect("no panic");
    drop(ns);
    assert_eq!(counts, Counts::default());
}

#[test]
fn voice_detectors() {
    let _alone = alone();
    for (algorithm, rate) in VadAlgorithm::ALL.into_iter().flat_map(|a| SampleRate::ALL.map(|r| (a, r))) {
        let Ok(mut vad) = Vad::new(rate, VadParams::default().algorithm(algorithm)) else {
            eprintln!("skipped: {algorithm} needs --features neural");
            continue;
        };
        let mut hysteresis = Hysteresis::new(HysteresisParams::default());
        let mut block = sound(rate);
        let counts = counted(|| {
            for _ in 0..50 {
                hysteresis.update(vad.process(&block).unwrap_or(0.0));
                let _ = vad.process(&block[1..]);
            }
            block.fill(f32::NAN);
            let _ = vad.process(&block);
            vad.reset();
            hysteresis.reset();
        });
        assert_eq!(counts, Counts::default(), "{algorithm} at {rate}");
    }
}

#[test]
fn barge_in_detectors() {
    let _alone = alone();
    for rate in SampleRate::ALL {
        let mut detector = BargeInDetector::new(rate, BargeInParams::default()).unwrap();
        let mut block = sound(rate);
        let silence = vec![0.0; block.len()];
        let counts = counted(|| {
            for _ in 0..50 {
                let _ = detector.process(&silence, &block);
                let _ = detector.process(&block, &silence);
                let _ = detector.process(&block[1..], &block);
            }
            block.fill(f32::NAN);
            let _ = detector.process(&block, &block);
        });
        assert_eq!(counts, Counts::default(), "at {rate}");
    }
}

#[test]
fn detectors_of_answering_machines() {
    let _alone = alone();
    for rate in SampleRate::ALL {
        let mut detector = AmdDetector::new(rate, AmdParams::default()).unwrap();
        let mut block = sound(rate);
        let counts = counted(|| {
            for _ in 0..600 {
                let _ = detector.process(&block);
                let _ = detector.process(&block[1..]);
            }
            block.fill(f32::NAN);
            let _ = detector.process(&block);
        });
        assert_eq!(counts, Counts::default(), "at {rate}");
    }
}
