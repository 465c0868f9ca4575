//! Pure: fax and call-progress tones, and what is none.

use super::*;

struct Line {
    rate: SampleRate,
    pcm: Vec<f32>,
}

impl Line {
    fn new(rate: SampleRate) -> Self {
        Self { rate, pcm: vec![0.0; rate.hz() as usize / 10] }
    }

    /// A sine whose phase flips every `flip` ms.
    fn tone(mut self, hz: f64, ms: usize, amplitude: f64, flip: usize) -> Self {
        let per_ms = self.rate.hz() as usize / 1_000;
        let turn = std::f64::consts::TAU * hz / f64::from(self.rate.hz());
        let sign = |n: usize| if (n / per_ms / flip.max(1)).is_multiple_of(2) { 1.0 } else { -1.0 };
        self.pcm.extend((0..ms * per_ms).map(|n| (amplitude * sign(n) * (turn * n as f64).sin()) as f32));
        self.pcm.resize(self.pcm.len() + 150 * per_ms, 0.0);
        self
    }

    fn events(&self, params: SingleToneParams) -> Vec<ToneEvent> {
        let mut detector = SingleToneDetector::new(self.rate, params).unwrap();
        let blocks = self.pcm.chunks_exact(self.rate.block_samples());
        blocks.filter_map(|block| detector.process(block).unwrap()).collect()
    }

    fn begun(&self, params: SingleToneParams) -> Vec<Tone> {
        let begin = |event| match event {
            ToneEvent::Begin { tone, .. } => Some(tone),
            ToneEvent::End { .. } => None,
        };
        self.events(params).into_iter().filter_map(begin).collect()
    }
}

const NEVER: usize = 1_000_000;

#[test]
fn calling_and_answer_tone_at_every_rate() {
    for rate in SampleRate::ALL {
        let line = Line::new(rate).tone(1_100.0, 500, 0.1, NEVER).tone(2_100.0, 2_600, 0.1, NEVER);
        let told = line.events(SingleToneParams::fax());
        let [
            ToneEvent::Begin { tone: Tone::FaxCng, ago_ms },
            ToneEvent::End { tone: Tone::FaxCng, duration_ms },
            ToneEvent::Begin { tone: Tone::FaxCed, .. },
            ToneEvent::End { tone: Tone::FaxCed, duration_ms: long },
        ] = told[..]
        else {
            panic!("{rate}: {told:?}");
        };
        assert!(ago_ms >= 300 && duration_ms.abs_diff(500) <= 15 && long.abs_diff(2_600) <= 15, "{told:?}");
    }
}

#[test]
fn tolerances() {
    let line = || Line::new(SampleRate::Hz8000);
    for hz in [1_062.0, 1_100.0, 1_138.0] {
        assert_eq!(line().tone(hz, 500, 0.1, NEVER).begun(SingleToneParams::fax()), [Tone::FaxCng], "{hz}");
    }
    for hz in [1_000.0, 1_050.0, 1_160.0, 2_060.0, 2_140.0, 440.0] {
        assert_eq!(line().tone(hz, 1_000, 0.1, NEVER).begun(SingleToneParams::fax()), [], "{hz}");
    }
    assert_eq!(line().tone(1_100.0, 200, 0.1, NEVER).begun(SingleToneParams::fax()), [], "too short");
    assert_eq!(line().tone(1_100.0, 500, 1e-4, NEVER).begun(SingleToneParams::fax()), [], "too faint");
}

#[test]
fn phase_reversals_are_told() {
    let line = Line::new(SampleRate::Hz8000).tone(2_100.0, 2_000, 0.1, 450);
    assert_eq!(line.begun(SingleToneParams::fax()), [Tone::FaxCed, Tone::AnswerReversing]);
    let off = Line::new(SampleRate::Hz8000).tone(2_112.0, 2_000, 0.1, 450);
    assert_eq!(off.begun(SingleToneParams::fax()), [Tone::FaxCed, Tone::AnswerReversing]);
    // An interruption whose phase goes on is none.
    let mut steady = Line::new(SampleRate::Hz8000).tone(2_100.0, 2_000, 0.1, NEVER);
    steady.pcm[8_000..8_060].fill(0.0);
    assert_eq!(steady.begun(SingleToneParams::fax()), [Tone::FaxCed]);
}

#[test]
fn a_call_progress_frequency() {
    let params = SingleToneParams::of(&[SingleTone::progress(425, 200), SingleTone::progress(950, 200)]);
    let line = Line::new(SampleRate::Hz8000).tone(425.0, 1_000, 0.1, NEVER).tone(950.0, 330, 0.1, NEVER);
    assert_eq!(line.begun(params), [Tone::Single(425), Tone::Single(950)]);
}

#[test]
fn noise_and_two_tones_are_none() {
    let mut line = Line::new(SampleRate::Hz8000).tone(1_100.0, 1_000, 0.1, NEVER);
    for (n, x) in line.pcm.iter_mut().enumerate() {
        *x += 0.1 * (std::f32::consts::TAU * 1_700.0 * n as f32 / 8_000.0).sin();
    }
    assert_eq!(line.begun(SingleToneParams::fax()), []);
    let noise = |n: u32| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0;
    line.pcm = (0..80_000).map(noise).collect();
    assert_eq!(line.begun(SingleToneParams::fax()), []);
    line.pcm = vec![f32::NAN; 8_000];
    assert_eq!(line.begun(SingleToneParams::fax()), []);
}

#[test]
fn wrong_settings_are_refused() {
    for wrong in [SingleTone { hz: 50.0, ..SingleTone::FAX_CNG }, SingleTone { least_ms: 1, ..SingleTone::FAX_CNG }] {
        assert!(SingleToneDetector::new(SampleRate::Hz8000, SingleToneParams::of(&[wrong])).is_err());
    }
}
