//! Pure: tones and chords are told from noises of any colour, at every rate.

use super::Periodicity;
use crate::types::SampleRate;

/// In how many of the last 100 blocks of two seconds it is a tone.
fn told(rate: SampleRate, mut sample: impl FnMut(f32) -> f32) -> usize {
    let (mut periodicity, block) = (Periodicity::new(rate), rate.block_samples());
    let mut count = 0;
    for n in 0..200 {
        let pcm: Vec<f32> = (0..block).map(|i| sample((n * block + i) as f32 / rate.hz() as f32)).collect();
        periodicity.hear(&pcm);
        count += usize::from(n >= 100 && periodicity.is_tone());
    }
    count
}

fn hiss() -> impl FnMut() -> f32 {
    let mut random = 7u32;
    move || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random as i32 >> 8) as f32 / 8_388_608.0
    }
}

#[test]
fn tones_are_told_from_noise() {
    let sine = |t: f32, hz: f32| (t * hz * std::f32::consts::TAU).sin();
    for rate in SampleRate::ALL {
        for hz in
            [[120.0, 120.0], [425.0, 425.0], [350.0, 440.0], [440.0, 480.0], [1_000.0, 1_000.0], [2_100.0, 2_100.0]]
        {
            let mut noise = hiss();
            let found = told(rate, |t| 0.01 * (sine(t, hz[0]) + sine(t, hz[1]) + 0.3 * noise()));
            assert_eq!(found, 100, "{hz:?} at {rate}");
        }
        let mut white = hiss();
        assert_eq!(told(rate, |_| 0.01 * white()), 0, "white noise at {rate}");
        // Noise below about 400 Hz, and noise of a band around 1 kHz.
        let (mut noise, mut low) = (hiss(), [0.0f32; 2]);
        let pace = (400.0 * std::f32::consts::TAU / rate.hz() as f32).min(0.5);
        let dull = move |_: f32| {
            low[0] += pace * (noise() - low[0]);
            low[1] += pace * (low[0] - low[1]);
            0.05 * low[1]
        };
        assert_eq!(told(rate, dull), 0, "dull noise at {rate}");
    }
    let mut periodicity = Periodicity::new(SampleRate::Hz8000);
    periodicity.hear(&[f32::NAN; 80]);
    periodicity.hear(&[0.0; 81]);
    assert!(!periodicity.is_tone());
}
