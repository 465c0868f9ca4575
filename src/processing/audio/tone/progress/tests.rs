//! Pure: call-progress tones as they are made, and what is none.

use super::super::plan::{CallTone, SPECIAL_INFORMATION, TABLE, TonePlan};
use super::*;
use crate::processing::audio::tone::Tone;

const FULL_SCALE: f64 = 3.15;

/// Audio for a detector at a rate.
struct Line {
    rate: SampleRate,
    pcm: Vec<f32>,
}

impl Line {
    fn new(rate: SampleRate) -> Self {
        Self { rate, pcm: vec![0.0; rate.hz() as usize / 5] }
    }

    fn pause(mut self, ms: f64) -> Self {
        self.pcm.resize(self.pcm.len() + (f64::from(self.rate.hz()) * ms / 1e3) as usize, 0.0);
        self
    }

    /// Sines of these frequencies and levels.
    fn sines(mut self, tones: &[(f64, f64)], ms: f64) -> Self {
        let count = (f64::from(self.rate.hz()) * ms / 1e3) as usize;
        let amplitude = |dbm0: f64| 10f64.powf((dbm0 - FULL_SCALE) / 20.0);
        let at = |n: usize| {
            let sine = |(hz, dbm0): &(f64, f64)| {
                amplitude(*dbm0) * (std::f64::consts::TAU * hz * n as f64 / f64::from(self.rate.hz())).sin()
            };
            tones.iter().map(sine).sum::<f64>() as f32
        };
        let pcm: Vec<f32> = (0..count).map(at).collect();
        self.pcm.extend(pcm);
        self
    }

    /// A tone of the table for so long: off in frequency by a ratio, at a level, in the table's cadence times `pace`.
    fn tone(mut self, (plan, tone): (TonePlan, CallTone), ms: f64, off: f64, dbm0: f64, pace: f64) -> Self {
        let row = TABLE.iter().find(|row| (row.plan, row.tone) == (plan, tone)).unwrap();
        let sines: Vec<_> = row.hz.iter().map(|hz| (f64::from(*hz) * (1.0 + off), dbm0)).collect();
        if row.cadence.is_empty() {
            return self.sines(&sines, ms);
        }
        let steps: Vec<_> =
            row.cadence.iter().map(|(on, off)| (f64::from(*on) * pace, f64::from(*off) * pace)).collect();
        let round: f64 = steps.iter().map(|(on, off)| on + off).sum();
        for (on, pause) in steps.repeat((ms / round).ceil() as usize) {
            self = self.sines(&sines, on).pause(pause);
        }
        self
    }

    fn special(mut self, hz: [f64; 3], ms: [f64; 3], gap: f64) -> Self {
        for (hz, ms) in hz.into_iter().zip(ms) {
            self = self.sines(&[(hz, -15.0)], ms).pause(gap);
        }
        self.pause(1_000.0)
    }

    fn noise(mut self, dbm0: f64) -> Self {
        let rms = 10f64.powf((dbm0 - FULL_SCALE - 3.01) / 20.0);
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
        let mut detector = CallProgressDetector::new(self.rate, CallProgressParams::default()).unwrap();
        let silence = vec![0.0; 6 * self.rate.hz() as usize];
        let blocks =
            self.pcm.chunks_exact(self.rate.block_samples()).chain(silence.chunks_exact(self.rate.block_samples()));
        let heard = (1..).zip(blocks).filter_map(|(n, block)| Some((10 * n, detector.process(block).unwrap()?)));
        heard.collect()
    }

    fn begun(&self) -> Vec<Tone> {
        let begin = |(_, event): (u64, ToneEvent)| match event {
            ToneEvent::Begin { tone, .. } => Some(tone),
            ToneEvent::End { .. } => None,
        };
        self.events().into_iter().filter_map(begin).collect()
    }
}

fn narrow() -> Line {
    Line::new(SampleRate::Hz8000)
}

fn all() -> impl Iterator<Item = (TonePlan, CallTone)> {
    TABLE.iter().map(|row| (row.plan, row.tone))
}

#[test]
fn each_tone_of_the_table_is_told_once_with_its_length_at_every_rate() {
    for rate in SampleRate::ALL {
        for (plan, tone) in all() {
            let line = Line::new(rate).tone((plan, tone), 10_000.0, 0.0, -20.0, 1.0);
            let told = line.events();
            let own = Tone::Progress(plan, tone);
            let [(at, ToneEvent::Begin { tone: begun, ago_ms }), (_, ToneEvent::End { tone: ended, duration_ms })] =
                told[..]
            else {
                panic!("{rate} {own:?}: {told:?}");
            };
            assert_eq!((begun, ended), (own, own), "{rate}");
            // It began 200 ms into the line.
            assert!((at as i64 - i64::from(ago_ms)).abs_diff(200) <= 50, "{rate} {own:?}: at {at}, {ago_ms} ago");
            let row = TABLE.iter().find(|row| (row.plan, row.tone) == (plan, tone)).unwrap();
            let pause = row.cadence.last().map_or(0, |(_, pause)| u64::from(*pause));
            let sounds = (line.pcm.len() as u64 * 1_000 / u64::from(rate.hz())) - 200 - pause;
            assert!(u64::from(duration_ms).abs_diff(sounds) <= 60, "{rate} {own:?}: {duration_ms} of {sounds}");
        }
    }
}

#[test]
fn it_is_known_as_soon_as_is_said() {
    let latest = [700, 700, 1_650, 900, 1_450, 2_150, 1_600, 850, 1_100, 1_250, 1_100];
    for ((plan, tone), latest) in all().zip(latest) {
        let (at, _) = narrow().tone((plan, tone), 10_000.0, 0.0, -20.0, 1.0).events()[0];
        println!("{plan:?} {tone:?}: after {} ms", at - 200);
        assert!(at - 200 <= latest, "{plan:?} {tone:?}: {at}");
    }
}

#[test]
fn frequencies_levels_and_cadences_within_tolerance_are_taken_and_others_are_not() {
    for (plan, tone) in all() {
        let own = [Tone::Progress(plan, tone)];
        let line = |off: f64, dbm0: f64, pace: f64| narrow().tone((plan, tone), 10_000.0, off, dbm0, pace).begun();
        for off in [-0.015, -0.005, 0.005, 0.015] {
            assert_eq!(line(off, -20.0, 1.0), own, "{off}");
        }
        for dbm0 in [-40.0, -30.0, -3.0] {
            assert_eq!(line(0.0, dbm0, 1.0), own, "{dbm0}");
        }
        for pace in [0.85, 1.15] {
            assert_eq!(line(0.0, -20.0, pace), own, "{pace}");
        }
        let pair = plan.row(tone).hz.len() == 2;
        let far = if pair { 0.035 } else { 0.1 };
        for (off, dbm0) in [(-far, -20.0), (far, -20.0), (0.0, -50.0)] {
            assert_eq!(line(off, dbm0, 1.0), [], "{plan:?} {tone:?} {off} {dbm0}");
        }
    }
    // Europe's 425 ± 15 Hz, and the 440 Hz of some.
    for hz in [410.0, 440.0] {
        let line = narrow().sines(&[(hz, -15.0)], 3_000.0);
        assert_eq!(line.begun(), [Tone::Progress(TonePlan::Europe, CallTone::Dial)], "{hz}");
    }
    // Cadences that are none of theirs; a pair that sounds on is no ringing of the United Kingdom.
    for tones in [&[(425.0, -15.0)][..], &[(400.0, -15.0)], &[(400.0, -15.0), (450.0, -15.0)]] {
        let odd = (0..8).fold(narrow(), |line, _| line.sines(tones, 100.0).pause(900.0));
        assert_eq!(odd.begun(), [], "{tones:?}");
        let odd = (0..8).fold(narrow(), |line, _| line.sines(tones, 400.0).pause(900.0));
        assert_eq!(odd.begun(), [], "{tones:?}");
    }
    assert_eq!(narrow().sines(&[(400.0, -15.0), (450.0, -15.0)], 3_000.0).begun(), []);
    assert_eq!(narrow().sines(&[(400.0, -15.0)], 3_000.0).begun(), []);
}

#[test]
fn members_of_a_pair_may_differ_by_6_db_and_noise_may_be_12_db_below() {
    let twisted = narrow().sines(&[(440.0, -15.0), (480.0, -21.0)], 2_000.0);
    assert_eq!(twisted.begun(), [Tone::Progress(TonePlan::NorthAmerica, CallTone::Ringback)]);
    let twisted = narrow().sines(&[(350.0, -21.0), (440.0, -15.0)], 2_000.0);
    assert_eq!(twisted.begun(), [Tone::Progress(TonePlan::NorthAmerica, CallTone::Dial)]);
    for (plan, tone) in all() {
        let power = if plan.row(tone).hz.len() == 1 { -20.0 } else { -17.0 };
        let line = narrow().tone((plan, tone), 10_000.0, 0.0, -20.0, 1.0).noise(power - 12.0);
        assert_eq!(line.begun(), [Tone::Progress(plan, tone)]);
    }
}

#[test]
fn special_information_is_three_tones_in_their_order() {
    let (hz, ms) = SPECIAL_INFORMATION;
    let (hz, ms) = (hz.map(f64::from), f64::from(ms));
    let own = [Tone::SpecialInformation];
    for gap in [0.0, 20.0, 40.0] {
        assert_eq!(narrow().special(hz, [ms; 3], gap).begun(), own, "{gap}");
        assert_eq!(narrow().special(hz, [ms - 70.0; 3], gap).begun(), own, "{gap}");
        assert_eq!(narrow().special(hz, [ms + 70.0; 3], gap).begun(), own, "{gap}");
    }
    // Intercept and no circuit of North America.
    assert_eq!(narrow().special([913.8, 1_370.6, 1_776.7], [274.0, 274.0, 380.0], 0.0).begun(), own);
    assert_eq!(narrow().special([985.2, 1_428.5, 1_776.7], [380.0, 380.0, 380.0], 0.0).begun(), own);
    let [a, b, c] = hz;
    for wrong in [[b, a, c], [a, c, b], [a, b, b]] {
        assert_eq!(narrow().special(wrong, [ms; 3], 0.0).begun(), [], "{wrong:?}");
    }
    assert_eq!(narrow().special(hz, [ms; 3], 300.0).begun(), [], "apart");
    assert_eq!(narrow().special(hz, [100.0; 3], 0.0).begun(), [], "too short");
}

#[test]
fn one_tone_follows_on_another() {
    let na = |tone| (TonePlan::NorthAmerica, tone);
    let told = |(plan, tone)| Tone::Progress(plan, tone);
    let line = narrow().tone(na(CallTone::Dial), 2_000.0, 0.0, -20.0, 1.0).pause(700.0);
    let line = line.tone(na(CallTone::Ringback), 12_000.0, 0.0, -20.0, 1.0);
    let line = line.tone(na(CallTone::Busy), 4_000.0, 0.0, -20.0, 1.0);
    let line = line.tone(na(CallTone::Congestion), 4_000.0, 0.0, -20.0, 1.0);
    let all = [CallTone::Dial, CallTone::Ringback, CallTone::Busy, CallTone::Congestion].map(|tone| told(na(tone)));
    assert_eq!(line.begun(), all);
}

/// Who begins to listen in the long pause of double ringing knows it by the first two sounds that he hears.
#[test]
fn double_ringing_is_known_wherever_it_is_heard_first() {
    let ringing = [Tone::Progress(TonePlan::UnitedKingdom, CallTone::Ringback)];
    let pair = [(400.0, -20.0), (450.0, -20.0)];
    let line = narrow().sines(&pair, 400.0).pause(2_000.0).sines(&pair, 400.0).pause(200.0).sines(&pair, 400.0);
    let told = line.events();
    assert_eq!(line.begun(), ringing);
    assert!((3_000..3_100).contains(&told[0].0), "{told:?}: with the second");
    // Members of the pair may differ, and may be those of no other pair.
    let twisted = [(400.0, -15.0), (450.0, -21.0)];
    let line =
        (0..3).fold(narrow(), |line, _| line.sines(&twisted, 400.0).pause(200.0).sines(&twisted, 400.0).pause(2_000.0));
    assert_eq!(line.begun(), ringing);
}

/// Who answers speaks in a pause of the ringing: that is told at once, and not when the ringing should have come again.
#[test]
fn a_tone_is_over_as_somebody_speaks() {
    let voice = [(270.0, -18.0), (810.0, -20.0), (1_350.0, -22.0)];
    let line = narrow().sines(&[(440.0, -20.0), (480.0, -20.0)], 2_000.0).pause(1_000.0).sines(&voice, 500.0);
    let ringing = Tone::Progress(TonePlan::NorthAmerica, CallTone::Ringback);
    let told = line.events();
    let [(_, ToneEvent::Begin { .. }), (at, ToneEvent::End { tone, duration_ms })] = told[..] else {
        panic!("{told:?}");
    };
    assert!(tone == ringing && duration_ms.abs_diff(2_000) <= 40, "{told:?}");
    assert!((3_200..3_320).contains(&at), "{at}");
}

#[test]
fn what_is_not_finite_or_of_another_length_does_no_harm() {
    let mut detector = CallProgressDetector::new(SampleRate::Hz8000, CallProgressParams::default()).unwrap();
    assert_eq!(detector.process(&[0.0; 79]), Err(StageFault::BadBlock));
    for value in [f32::NAN, f32::INFINITY, 1e30, -1e-40] {
        for _ in 0..300 {
            assert_eq!(detector.process(&[value; 80]), Ok(None));
        }
    }
    let params = CallProgressParams::default().least_dbm0(1.0);
    assert!(CallProgressDetector::new(SampleRate::Hz8000, params).is_err());
}
