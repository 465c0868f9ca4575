//! Pure: digits made by the rules, and what must not be one.

use super::*;

const FULL_SCALE: f64 = params::FULL_SCALE_DBM0 as f64;
const ALL: &str = "123A456B789C*0#D";

/// Audio for a detector at a rate.
struct Line {
    rate: SampleRate,
    pcm: Vec<f32>,
}

impl Line {
    fn new(rate: SampleRate) -> Self {
        let mut line = Self { rate, pcm: Vec::new() };
        line.pause(93.0);
        line
    }

    fn samples(&self, ms: f64) -> usize {
        (f64::from(self.rate.hz()) * ms / 1e3) as usize
    }

    fn pause(&mut self, ms: f64) {
        self.pcm.resize(self.pcm.len() + self.samples(ms), 0.0);
    }

    /// Two tones; levels in dBm0, frequencies off by a ratio.
    fn pair(&mut self, key: char, ms: f64, [low, high]: [f64; 2], [low_off, high_off]: [f64; 2]) {
        let at = ALL.find(key).expect("a key");
        let amplitude = |dbm0: f64| 10f64.powf((dbm0 - FULL_SCALE) / 20.0);
        let turn = |hz: f32, off: f64| std::f64::consts::TAU * f64::from(hz) * (1.0 + off) / f64::from(self.rate.hz());
        let (l, h) = (turn(HZ[at / 4], low_off), turn(HZ[4 + at % 4], high_off));
        let tone = |n: usize| amplitude(low) * (l * n as f64).sin() + amplitude(high) * (h * n as f64).sin();
        let pcm: Vec<f32> = (0..self.samples(ms)).map(|n| tone(n).clamp(-1.0, 1.0) as f32).collect();
        self.pcm.extend(pcm);
    }

    fn keys(mut self, keys: &str, on: f64, off: f64, levels: [f64; 2], offsets: [f64; 2]) -> Self {
        for key in keys.chars() {
            self.pair(key, on, levels, offsets);
            self.pause(off);
        }
        self
    }

    fn noise(mut self, rms: f64) -> Self {
        let mut seed = 1u32;
        for x in &mut self.pcm {
            let mut sum = 0.0;
            for _ in 0..12 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += f64::from(seed >> 8) / 16_777_216.0 - 0.5;
            }
            *x += (sum * rms) as f32;
        }
        self
    }

    fn events(&self) -> Vec<(u64, ToneEvent)> {
        let mut detector = DtmfDetector::new(self.rate, DtmfParams::default()).unwrap();
        let blocks = self.pcm.chunks_exact(self.rate.block_samples());
        let heard = (1..).zip(blocks).filter_map(|(n, block)| Some((10 * n, detector.process(block).unwrap()?)));
        heard.collect()
    }

    fn digits(&self) -> String {
        let digit = |(_, event): &(u64, ToneEvent)| match event {
            ToneEvent::Begin { tone: Tone::Dtmf(digit), .. } => Some(char::from(*digit)),
            _ => None,
        };
        self.events().iter().filter_map(digit).collect()
    }
}

fn narrow() -> Line {
    Line::new(SampleRate::Hz8000)
}

const LEVEL: [f64; 2] = [-10.0, -10.0];
const EXACT: [f64; 2] = [0.0, 0.0];

#[test]
fn every_digit_at_every_rate() {
    for rate in SampleRate::ALL {
        assert_eq!(Line::new(rate).keys(ALL, 40.0, 40.0, LEVEL, EXACT).digits(), ALL, "{rate}");
    }
}

#[test]
fn one_tone_of_the_two_is_no_digit() {
    assert_eq!(narrow().keys(ALL, 60.0, 40.0, [-10.0, -90.0], EXACT).digits(), "");
    assert_eq!(narrow().keys(ALL, 60.0, 40.0, [-90.0, -10.0], EXACT).digits(), "");
}

#[test]
fn durations_of_q24() {
    // Steps of 41.7 ms walk through every alignment with blocks and looks.
    assert_eq!(narrow().keys(&ALL.repeat(4), 40.0, 41.7, LEVEL, EXACT).digits(), ALL.repeat(4));
    assert_eq!(narrow().keys(&ALL.repeat(4), 23.0, 41.7, LEVEL, EXACT).digits(), "");
}

#[test]
fn the_same_digit_again_needs_a_pause() {
    assert_eq!(narrow().keys("5555", 40.0, 40.0, LEVEL, EXACT).digits(), "5555");
    let mut interrupted = narrow();
    for _ in 0..3 {
        interrupted = interrupted.keys("5", 60.0, 10.0, LEVEL, EXACT).keys("5", 60.0, 100.0, LEVEL, EXACT);
    }
    assert_eq!(interrupted.digits(), "555");
}

#[test]
fn frequencies_of_q24() {
    for off in [-0.015, 0.015] {
        assert_eq!(narrow().keys(ALL, 50.0, 50.0, LEVEL, [off, off]).digits(), ALL, "{off}");
        assert_eq!(narrow().keys(ALL, 50.0, 50.0, LEVEL, [off, -off]).digits(), ALL, "{off}");
    }
    for off in [-0.05, -0.035, 0.035, 0.05] {
        assert_eq!(narrow().keys(ALL, 50.0, 50.0, LEVEL, [off, 0.0]).digits(), "", "{off}");
        assert_eq!(narrow().keys(ALL, 50.0, 50.0, LEVEL, [0.0, off]).digits(), "", "{off}");
    }
}

/// Between what Q.24 wants accepted (1.5 %) and refused (3.5 %), a keypad's tones are taken, a voice's harmonics are not.
#[test]
fn tones_off_by_two_percent_are_digits_where_nothing_sounds_beside_them() {
    let off = |key: char, ms: f64, beside: f64| {
        let mut line = narrow();
        let from = line.pcm.len();
        line.pair(key, ms, LEVEL, [0.019, -0.019]);
        let power = 10f64.powf((-10.0 - FULL_SCALE) / 10.0);
        let amplitude = (4.0 * beside * power).sqrt();
        // A third harmonic of a voice, apart from either tone.
        for (n, x) in line.pcm[from..].iter_mut().enumerate() {
            *x += (amplitude * (std::f64::consts::TAU * 2_350.0 / 8_000.0 * n as f64).sin()) as f32;
        }
        line.pause(100.0);
        line.digits()
    };
    for key in ALL.chars() {
        assert_eq!(off(key, 85.0, 0.0), key.to_string());
        for beside in [0.06, 0.08, 0.1] {
            assert_eq!(off(key, 85.0, beside), "", "{key}: {beside} of the power beside the tones");
        }
        assert_eq!(off(key, 40.0, 0.0), "", "{key}: as short as a syllable's steady part");
    }
}

#[test]
fn levels_and_twist_of_q24() {
    for levels in [[0.0, 0.0], [-25.0, -25.0], [-14.0, -10.0], [-6.0, -14.0], [-25.0, -33.0]] {
        assert_eq!(narrow().keys(ALL, 50.0, 50.0, levels, EXACT).digits(), ALL, "{levels:?}");
    }
    for levels in [[-55.0, -55.0], [-25.0, -10.0], [-5.0, -20.0]] {
        assert_eq!(narrow().keys(ALL, 50.0, 50.0, levels, EXACT).digits(), "", "{levels:?}");
    }
}

#[test]
fn noise_12_db_below() {
    let power = 10f64.powf((-10.0 - FULL_SCALE) / 10.0);
    let rms = (power / 10f64.powf(1.2)).sqrt();
    assert_eq!(narrow().keys(&ALL.repeat(8), 50.0, 50.0, LEVEL, EXACT).noise(rms).digits(), ALL.repeat(8));
}

#[test]
fn a_click_within_a_digit_is_forgiven() {
    for at in [5.0, 15.0, 25.0, 35.0] {
        let mut line = narrow().keys("7", 50.0, 80.0, LEVEL, EXACT);
        let from = line.samples(93.0 + at);
        for (n, x) in line.pcm[from..from + 40].iter_mut().enumerate() {
            *x = if n % 3 == 0 { 0.9 } else { -0.6 };
        }
        assert_eq!(line.digits(), "7", "{at}");
    }
}

#[test]
fn times_are_told() {
    for (ms, on) in [(93.0, 50.0), (101.0, 73.0), (98.3, 200.0)] {
        let mut line = narrow();
        line.pcm.clear();
        line.pause(ms);
        let events = line.keys("A", on, 100.0, LEVEL, EXACT).events();
        let [(at, ToneEvent::Begin { ago_ms, .. }), (_, ToneEvent::End { duration_ms, .. })] = events[..] else {
            panic!("{events:?}");
        };
        let began = at as f64 - f64::from(ago_ms);
        assert!((began - ms).abs() <= 5.0, "{ms}: {began}");
        assert!((f64::from(duration_ms) - on).abs() <= 7.0, "{on}: {duration_ms}");
        assert!(at as f64 - ms <= 50.0, "known {} ms after it began", at as f64 - ms);
    }
}

#[test]
fn a_digit_right_after_another() {
    let events = narrow().keys("1", 60.0, 0.0, LEVEL, EXACT).keys("9", 60.0, 100.0, LEVEL, EXACT).events();
    let ones = [
        ToneEvent::Begin { tone: Tone::Dtmf(b'1'), ago_ms: 0 },
        ToneEvent::End { tone: Tone::Dtmf(b'1'), duration_ms: 0 },
    ];
    let kinds: Vec<_> = events.iter().map(|(_, e)| std::mem::discriminant(e)).collect();
    let [begin, end] = ones.map(|e| std::mem::discriminant(&e));
    assert_eq!(kinds, [begin, end, begin, end], "{events:?}");
}

#[test]
fn what_is_no_number_is_silence() {
    let mut line = narrow().keys("1", 50.0, 50.0, LEVEL, EXACT);
    line.pcm.extend([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, 1e-42].repeat(32));
    line.pause(60.0);
    assert_eq!(line.keys("2", 50.0, 50.0, LEVEL, EXACT).digits(), "12");
}

#[test]
fn other_lengths_and_settings_are_refused() {
    let mut detector = DtmfDetector::new(SampleRate::Hz8000, DtmfParams::default()).unwrap();
    assert_eq!(detector.process(&[0.0; 81]), Err(StageFault::BadBlock));
    let params = DtmfParams { least_dbm0: 3.0, ..DtmfParams::default() };
    assert!(DtmfDetector::new(SampleRate::Hz8000, params).is_err());
}

#[test]
fn a_reset_forgets_the_digit() {
    let line = narrow().keys("1", 100.0, 0.0, LEVEL, EXACT);
    let mut detector = DtmfDetector::new(SampleRate::Hz8000, DtmfParams::default()).unwrap();
    for block in line.pcm.chunks_exact(80) {
        detector.process(block).unwrap();
    }
    assert_eq!(detector.digit(), Some(b'1'));
    detector.reset();
    assert_eq!(detector.digit(), None);
    assert_eq!(detector.process(&[0.0; 80]), Ok(None));
}
