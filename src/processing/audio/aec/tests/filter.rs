//! Pure: what the adaptive filters remove and leave.

use super::material::{fall_db, hiss, room, speech, sum, through};
use super::{Aec, bypass, make, part, run};
use crate::processing::audio::aec::{AecAlgorithm, AecParams, EchoCanceller, EchoSuppression};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

const R8: SampleRate = SampleRate::Hz8000;
const R16: SampleRate = SampleRate::Hz16000;

/// Filters whose tail holds the room of the tests, by name.
fn filters() -> Vec<(&'static str, AecParams)> {
    let bare = AecParams { tail_ms: 120, suppression: EchoSuppression::Off, ..AecParams::default() };
    vec![
        ("nlms", AecParams { algorithm: AecAlgorithm::Nlms, tail_ms: 100, ..bare }),
        ("frequency_domain", AecParams { algorithm: AecAlgorithm::FrequencyDomain, ..bare }),
    ]
}

/// Echo of 8 s of far-end speech alone, `delay_ms` late, in the last 3 s: by how much less is it?
fn far_end_alone(aec: &mut Aec, rate: SampleRate, delay_ms: f32) -> f32 {
    let far = speech(rate, 8.0, 1);
    let mic = sum(&through(&room(rate, delay_ms, 0.1, 6.0, 3), &far), &hiss(far.len(), -80.0, 5));
    let out = run(aec, rate, &far, &mic);
    fall_db(part(&mic, rate, 5.0, 8.0), part(&out, rate, 5.0, 8.0))
}

#[test]
fn echo_is_removed_at_each_rate() {
    for (name, params) in filters() {
        for rate in SampleRate::ALL {
            let fall = far_end_alone(&mut make(rate, params), rate, 15.0);
            assert!(fall > 22.0, "{name} at {rate}: {fall:.1} dB");
        }
    }
}

#[test]
fn echo_is_removed_at_each_rate_twin() {
    assert!(far_end_alone(&mut bypass(), R16, 15.0) < 1.0);
}

#[test]
fn a_long_delay_is_found() {
    for (name, params) in filters() {
        for delay in [250, 470] {
            let mut aec = make(R16, params);
            let fall = far_end_alone(&mut aec, R16, delay as f32);
            let found = aec.metrics().delay_ms.unwrap_or(0);
            assert!(found.abs_diff(delay) <= 10, "{name}: {delay} ms taken for {found}");
            assert!(fall > 22.0, "{name}, {delay} ms: {fall:.1} dB");
        }
    }
}

#[test]
fn a_long_delay_is_found_twin() {
    let mut aec = make(R16, AecParams { max_delay_ms: 0, suppression: EchoSuppression::Off, ..AecParams::light() });
    assert!(far_end_alone(&mut aec, R16, 250.0) < 3.0);
}

/// Near speech from 4 s on over echo: what is left beside the near speech in the last 3 s, below the echo.
fn double_talk(aec: &mut Aec) -> f32 {
    let far = speech(R16, 8.0, 1);
    let echo = through(&room(R16, 15.0, 0.1, 6.0, 3), &far);
    let mut near = speech(R16, 8.0, 11);
    near[..4 * 16_000].fill(0.0);
    let out = run(aec, R16, &far, &sum(&sum(&echo, &near), &hiss(far.len(), -80.0, 5)));
    let beside: Vec<f32> = out.iter().zip(&near).map(|(out, near)| out - near).collect();
    fall_db(part(&echo, R16, 5.0, 8.0), part(&beside, R16, 5.0, 8.0))
}

#[test]
fn a_near_speaker_does_not_lead_the_filter_astray() {
    for (name, params) in filters() {
        let fall = double_talk(&mut make(R16, params));
        assert!(fall > 9.0, "{name}: {fall:.1} dB");
    }
}

#[test]
fn a_near_speaker_does_not_lead_the_filter_astray_twin() {
    assert!(double_talk(&mut bypass()) < 1.0);
}

/// A near speaker, 3 dB louder than the echo, from the first moment on: what is left beside the near speech in the last 6 s,
/// below the echo; the mean of six calls.
fn near_from_the_start(mut aec: impl FnMut() -> Aec) -> f32 {
    let call = |seed: u64| {
        let far = speech(R16, 10.0, 20 + seed);
        let echo = through(&room(R16, 5.0, 0.02, 12.0, 40 + seed), &far);
        let near: Vec<f32> = speech(R16, 10.0, 30 + seed).iter().map(|x| 0.35 * x).collect();
        let out = run(&mut aec(), R16, &far, &sum(&sum(&echo, &near), &hiss(far.len(), -80.0, 5)));
        let beside: Vec<f32> = out.iter().zip(&near).map(|(out, near)| out - near).collect();
        fall_db(part(&echo, R16, 4.0, 10.0), part(&beside, R16, 4.0, 10.0))
    };
    (1..=6).map(call).sum::<f32>() / 6.0
}

#[test]
fn a_near_speaker_from_the_start_does_not_undo_the_filter() {
    let params = AecParams { suppression: EchoSuppression::Off, ..AecParams::default() };
    let fall = near_from_the_start(|| make(R16, params));
    // 6.4 where nothing is kept of a filter that went astray.
    assert!(fall > 6.9, "{fall:.1} dB");
}

#[test]
fn a_near_speaker_from_the_start_does_not_undo_the_filter_twin() {
    assert!(near_from_the_start(bypass) < 1.0);
}

/// The room changes at 5 s: the fall from 6.5 s to 8 s.
fn path_change(aec: &mut Aec) -> f32 {
    let far = speech(R16, 8.0, 1);
    let (one, other) = (room(R16, 15.0, 0.1, 6.0, 3), room(R16, 22.0, 0.1, 3.0, 8));
    let mut mic = through(&one, &far);
    mic[5 * 16_000..].copy_from_slice(&through(&other, &far)[5 * 16_000..]);
    let mic = sum(&mic, &hiss(far.len(), -80.0, 5));
    let out = run(aec, R16, &far, &mic);
    fall_db(part(&mic, R16, 6.5, 8.0), part(&out, R16, 6.5, 8.0))
}

#[test]
fn another_path_is_learnt() {
    let [(_, nlms), (_, frequency_domain)] = filters().try_into().expect("two");
    let fall = path_change(&mut make(R16, nlms));
    assert!(fall > 15.0, "nlms: {fall:.1} dB");
    // The Kalman filter by itself relearns slowly: its suppressor covers for it.
    let suppressed = AecParams { suppression: EchoSuppression::High, ..frequency_domain };
    let fall = path_change(&mut make(R16, suppressed));
    assert!(fall > 6.0, "frequency_domain: {fall:.1} dB");
}

#[test]
fn another_path_is_learnt_twin() {
    assert!(path_change(&mut bypass()) < 1.0);
}

#[test]
fn a_line_is_cancelled() {
    let far = speech(R8, 6.0, 1);
    let echo = through(&room(R8, 12.0, 0.03, 6.0, 3), &far);
    let out = run(&mut make(R8, AecParams::line()), R8, &far, &echo);
    let fall = fall_db(part(&echo, R8, 3.0, 6.0), part(&out, R8, 3.0, 6.0));
    assert!(fall > 23.0, "{fall:.1} dB");
}

#[test]
fn silence_stays_silence_and_faults_do_no_harm() {
    for (name, params) in filters() {
        let mut aec = make(R16, params);
        let mut block = [0.0; 160];
        for _ in 0..300 {
            aec.process(&[0.0; 160], &mut block).unwrap();
            assert!(block.iter().all(|x| *x == 0.0), "{name}");
        }
        assert_eq!(aec.process(&[0.0; 80], &mut [0.5; 160]), Err(StageFault::BadBlock));
        let mut short = [0.5; 159];
        assert_eq!(aec.process(&[0.0; 160], &mut short), Err(StageFault::BadBlock));
        assert_eq!(short, [0.5; 159]);
        for bad in [f32::NAN, f32::INFINITY, f32::MAX, 1e-40] {
            let (far, mut near) = ([bad; 160], [bad; 160]);
            aec.process(&far, &mut near).unwrap();
            assert!(near.iter().all(|x| x.is_finite() && x.abs() <= 8.0), "{name}: {bad}");
        }
        aec.reset();
        let fall = far_end_alone(&mut aec, R16, 15.0);
        assert!(fall > 25.0, "{name} afterwards: {fall:.1} dB");
    }
}

#[test]
fn parameters_are_checked() {
    let wrong = [
        ("tail_ms", AecParams { tail_ms: 5, ..AecParams::light() }),
        ("max_delay_ms", AecParams { max_delay_ms: 1_001, ..AecParams::light() }),
    ];
    for (name, params) in wrong {
        let error = Aec::new(R16, params).expect_err("out of range");
        assert!(matches!(error, ProcessingError::Parameter { field, .. } if field == name), "{error}");
    }
}
