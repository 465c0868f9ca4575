//! Pure: the chain's order, its changes without a click, faults of stages, the echo reference.

use super::{AudioProcessor, ChainRates, Choice, CustomStage, ProcessingParams};
use crate::processing::audio::aec::{EchoCanceller, EchoMetrics};
use crate::processing::audio::agc::GainControl;
use crate::processing::audio::ns::{NoiseSuppression, NoiseSuppressor};
use crate::processing::audio::tone::{CallProgressParams, DtmfParams, SingleToneParams};
use crate::processing::audio::vad::{VadParams, VoiceDetector};
use crate::processing::stage::{Effect, StageFault};
use crate::types::SampleRate;
use std::sync::Arc;

const RATES: ChainRates = ChainRates { received: SampleRate::Hz8000, sent: SampleRate::Hz8000 };

/// One closure as any stage.
struct Toy<F>(F);

impl<F: FnMut(&mut [f32]) + Send> Effect for Toy<F> {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        (self.0)(block);
        Ok(())
    }

    fn reset(&mut self) {}
}

impl<F: FnMut(&mut [f32]) + Send> NoiseSuppressor for Toy<F> {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        (self.0)(block);
        Ok(())
    }

    fn set_level(&mut self, _: NoiseSuppression) {}

    fn delay_samples(&self) -> usize {
        0
    }

    fn reset(&mut self) {}
}

/// Gives back as gain what it was told of voice.
struct Echoing(f32);

impl GainControl for Echoing {
    fn process(&mut self, block: &mut [f32], voice: f32) -> Result<(), StageFault> {
        self.0 = voice;
        block.iter_mut().for_each(|s| *s += 0.25);
        Ok(())
    }

    fn gain_db(&self) -> f32 {
        self.0
    }

    fn delay_samples(&self) -> usize {
        0
    }

    fn reset(&mut self) {}
}

/// Subtracts the reference: right where the echo path is a wire.
struct Wire;

impl EchoCanceller for Wire {
    fn process(&mut self, far: &[f32], near: &mut [f32]) -> Result<(), StageFault> {
        near.iter_mut().zip(far).for_each(|(near, far)| *near -= far);
        Ok(())
    }

    fn metrics(&self) -> EchoMetrics {
        EchoMetrics { erle_db: 30.0, ..EchoMetrics::default() }
    }

    fn reset(&mut self) {}
}

/// Voice where the first sample is positive.
struct Sign;

impl VoiceDetector for Sign {
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault> {
        Ok(if block[0] > 0.0 { 1.0 } else { 0.0 })
    }

    fn reset(&mut self) {}
}

fn effect<F: FnMut(&mut [f32]) + Send + 'static>(
    make: impl Fn() -> F + Send + Sync + 'static,
) -> CustomStage<dyn Effect> {
    CustomStage::<dyn Effect>::new(move |_| Box::new(Toy(make())))
}

fn custom<P, T: ?Sized>(make: impl Fn(SampleRate) -> Box<T> + Send + Sync + 'static) -> Choice<P, T> {
    Choice::Custom(CustomStage::new(make))
}

fn scale(by: f32) -> CustomStage<dyn Effect> {
    effect(move || move |block: &mut [f32]| block.iter_mut().for_each(|s| *s *= by))
}

fn build(params: &ProcessingParams, former: Option<&ProcessingParams>) -> AudioProcessor {
    AudioProcessor::build(params, RATES, former.map(|f| (f.into(), RATES)), Arc::default()).unwrap()
}

fn tone(block: usize) -> [f32; 80] {
    std::array::from_fn(|n| (std::f32::consts::TAU * 440.0 * (block * 80 + n) as f32 / 8_000.0).sin() * 0.5)
}

/// The greatest step from one sample to the next over a tone, whose stage is changed in block 10.
fn greatest_step(from: &ProcessingParams, to: &ProcessingParams, follow: bool) -> f32 {
    let mut chain = build(from, None);
    let mut heard = Vec::new();
    for n in 0..20 {
        if n == 10 {
            let mut next = build(to, Some(from));
            if follow {
                next.continue_from(&mut chain);
            }
            chain = next;
        }
        let mut block = tone(n);
        chain.process_inward(&mut block);
        heard.extend(block);
    }
    heard.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn a_stage_comes_and_goes_without_a_click() {
    let off = ProcessingParams::default();
    let on = ProcessingParams { equalizer: Choice::Custom(scale(-1.0)), ..off.clone() };
    let other = ProcessingParams { equalizer: Choice::Custom(scale(0.3)), ..off.clone() };
    let natural = greatest_step(&off, &off, true);
    for (from, to) in [(&off, &on), (&on, &off), (&on, &other)] {
        let step = greatest_step(from, to, true);
        assert!(step < natural * 1.2, "{from:?} to {to:?}: {step}, naturally {natural}");
    }
    // Without the fade there is a click: the phase at block 10 is not that of a zero crossing for a scale of 0.3 either.
    let shifted = ProcessingParams {
        equalizer: Choice::Custom(effect(|| |b: &mut [f32]| b.iter_mut().for_each(|s| *s += 0.4))),
        ..off.clone()
    };
    assert!(greatest_step(&off, &shifted, false) > natural * 1.5);
    assert!(greatest_step(&off, &shifted, true) < natural * 1.2);
}

#[test]
fn a_stage_that_stays_keeps_what_it_knows() {
    let counting = || {
        effect(|| {
            let mut blocks = 0.0;
            move |block: &mut [f32]| {
                blocks += 1.0;
                block.fill(blocks);
            }
        })
    };
    let first = ProcessingParams { equalizer: Choice::Custom(counting()), ..ProcessingParams::default() };
    let second = ProcessingParams { compressor: Choice::Custom(scale(10.0)), ..first.clone() };
    let mut chain = build(&first, None);
    let mut block = [0.0; 80];
    for _ in 0..5 {
        chain.process_inward(&mut block);
    }
    let mut next = build(&second, Some(&first));
    next.continue_from(&mut chain);
    for _ in 0..5 {
        next.process_inward(&mut block);
    }
    assert_eq!(block[79], 100.0);
    let third = ProcessingParams { equalizer: Choice::Custom(counting()), ..second.clone() };
    let mut last = build(&third, Some(&second));
    last.continue_from(&mut next);
    for _ in 0..5 {
        last.process_inward(&mut block);
    }
    assert_eq!(block[79], 50.0, "another stage begins anew");
    assert!(!next.works_inward() || next.inward.equalizer.stage().is_none());
}

#[test]
fn stages_run_in_their_order_and_the_gain_control_is_told_of_voice() {
    let params = ProcessingParams {
        ns: custom::<_, dyn NoiseSuppressor>(|_| {
            Box::new(Toy(|block: &mut [f32]| block.iter_mut().for_each(|s| *s *= 2.0)))
        }),
        vad: custom::<_, dyn VoiceDetector>(|_| Box::new(Sign)),
        agc: custom::<_, dyn GainControl>(|_| Box::new(Echoing(0.0))),
        compressor: Choice::Custom(scale(0.5)),
        ..ProcessingParams::default()
    };
    let mut chain = build(&params, None);
    let mut told = Vec::new();
    for n in 0..100 {
        let mut block = [if (20..60).contains(&n) { 0.1 } else { -0.1 }; 80];
        let expected = (block[0] * 2.0 + 0.25) * 0.5;
        let report = chain.process_inward(&mut block);
        // The first block is faded in.
        assert!(n == 0 || (block[40] - expected).abs() < 1e-6, "{n}: {} is not {expected}", block[40]);
        told.extend(report.voice.map(|on| (n, on)));
        assert_eq!(chain.metrics().gain_db, if (20..60).contains(&n) { 1.0 } else { 0.0 });
    }
    assert!(matches!(told[..], [(20..=30, true), (60..=95, false)]), "{told:?}");
}

#[test]
fn what_is_sent_is_the_reference_and_silence_where_nothing_is() {
    let params =
        ProcessingParams { aec: custom::<_, dyn EchoCanceller>(|_| Box::new(Wire)), ..ProcessingParams::default() };
    let mut chain = build(&params, None);
    assert!(chain.works_outward());
    for n in 0..10 {
        let mut sent = tone(n);
        chain.process_outward(&mut sent);
        assert_eq!(sent, tone(n), "what is sent is not changed");
        let mut echo = sent;
        chain.process_inward(&mut echo);
        assert!(n == 0 || echo.iter().all(|s| s.abs() < 1e-6), "{n}");
    }
    assert_eq!(chain.metrics().echo.unwrap().erle_db, 30.0);
    let mut alone = tone(10);
    chain.process_inward(&mut alone);
    assert_eq!(alone, tone(10), "an old reference is not taken off twice");
}

#[test]
fn a_reference_of_another_rate_is_converted() {
    let params =
        ProcessingParams { aec: custom::<_, dyn EchoCanceller>(|_| Box::new(Wire)), ..ProcessingParams::default() };
    let rates = ChainRates { received: SampleRate::Hz8000, sent: SampleRate::Hz16000 };
    let mut chain = AudioProcessor::build(&params, rates, None, Arc::default()).unwrap();
    let mut power = 0.0;
    for n in 0..20 {
        let mut sent: [f32; 160] =
            std::array::from_fn(|i| (std::f32::consts::TAU * 440.0 * (n * 160 + i) as f32 / 16_000.0).sin());
        chain.process_outward(&mut sent);
        let mut silence = [0.0; 80];
        chain.process_inward(&mut silence);
        power = silence.iter().map(|s| s * s).sum::<f32>() / 80.0;
    }
    assert!((power - 0.5).abs() < 0.05, "the tone at 8 kHz, turned round: {power}");
}

#[test]
fn a_stage_that_gives_nan_is_counted_and_its_block_left_alone() {
    let params = ProcessingParams {
        equalizer: Choice::Custom(effect(|| |block: &mut [f32]| block[3] = f32::NAN)),
        ..ProcessingParams::default()
    };
    let mut chain = build(&params, None);
    let mut first = tone(0);
    assert!(chain.process_inward(&mut first).fault);
    let mut second = tone(1);
    assert!(!chain.process_inward(&mut second).fault, "told once");
    assert_eq!((first, second), (tone(0), tone(1)));
    assert_eq!(chain.metrics().stage_faults, 2);
}

/// Payloads may pass undecoded again: a stage that only listened has nothing to fade out.
#[test]
fn detectors_that_are_switched_off_leave_nothing_to_do() {
    let off = ProcessingParams::default();
    let tones = ProcessingParams { tones: DtmfParams::default().into(), ..off.clone() };
    let single_tones = ProcessingParams { single_tones: SingleToneParams::fax().into(), ..off.clone() };
    let call_progress = ProcessingParams { call_progress: CallProgressParams::default().into(), ..off.clone() };
    let vad = ProcessingParams { vad: VadParams::default().into(), ..off.clone() };
    for on in [tones, single_tones, call_progress, vad] {
        let mut chain = build(&on, None);
        assert!(chain.works_inward());
        chain.process_inward(&mut tone(0));
        let mut next = build(&off, Some(&on));
        next.continue_from(&mut chain);
        next.process_inward(&mut tone(1));
        assert!(!next.works_inward(), "{on:?}");
    }
}
