//! Pure: comfort noise: payloads of RFC 3389, and noise of the level and colour that they state.

use super::*;
use crate::codec::CodecFault;
use crate::types::Decibels;

/// White noise of its own generator, uniform, of that level.
fn white(level: f32, samples: usize) -> Vec<f32> {
    let mut state = 99u64;
    let peak = 3f32.sqrt() * 10f32.powf(level / 20.0);
    let sample = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / 8_388_608.0 * peak - peak
    };
    (0..samples).map(sample).collect()
}

fn level(pcm: &[f32]) -> f32 {
    Decibels::from_power(pcm.iter().map(|x| x * x).sum::<f32>() / pcm.len() as f32).0
}

/// Autocorrelation at lags 1 and 2 over the power.
fn correlation(pcm: &[f32]) -> [f32; 2] {
    let r = |lag: usize| pcm.iter().zip(&pcm[lag..]).map(|(x, y)| x * y).sum::<f32>();
    [r(1) / r(0), r(2) / r(0)]
}

/// Noise with poles at radius 0.8: a peak at a fifth of the sample rate.
fn coloured(level: f32, samples: usize) -> Vec<f32> {
    let (a1, a2) = (-2.0 * 0.8 * (std::f32::consts::TAU / 5.0).cos(), 0.64);
    let (mut y1, mut y2) = (0.0, 0.0);
    let mut out = white(level, samples);
    for sample in &mut out {
        (y2, y1) = (y1, *sample - a1 * y1 - a2 * y2);
        *sample = y1;
    }
    out
}

fn generated(noise: &ComfortNoise, samples: usize) -> Vec<f32> {
    let mut generator = ComfortNoiseGenerator::new(5);
    generator.describe(noise);
    let mut out = vec![0.0; samples];
    out.chunks_mut(80).for_each(|block| generator.generate(block));
    out
}

fn analysed(pcm: &[f32]) -> ComfortNoise {
    let mut analyzer = ComfortNoiseAnalyzer::new();
    pcm.chunks(80).for_each(|block| analyzer.observe(block));
    analyzer.describe()
}

#[test]
fn payload_follows_the_rfc() {
    let noise = ComfortNoise::new(Decibels(-53.4), &[0.0, -0.5, 0.999_9, -0.999_9]);
    let mut out = [0; 16];
    assert_eq!(noise.write(&mut out), Ok(5));
    // k = 258 · (N - 127) / 32768.
    assert_eq!(out[..5], [53, 127, 63, 254, 0]);
    assert_eq!(ComfortNoise::parse(&out[..5]), Ok(noise));
    assert_eq!(noise.order(), 4);
    let k = noise.reflection();
    assert!((k[1] + 64.0 * 258.0 / 32_768.0).abs() < 1e-6 && k[2] < 1.0 && k[3] > -1.0);
    assert_eq!(noise.write(&mut out[..4]), Err(CodecFault::ShortOutput));
}

#[test]
fn payloads_of_any_kind() {
    assert_eq!(ComfortNoise::parse(&[]), Err(CodecFault::BadPayload));
    assert_eq!(ComfortNoise::parse(&[127]), Ok(ComfortNoise::SILENCE));
    assert_eq!(ComfortNoise::parse(&[0xB0]).unwrap().level(), Decibels(-48.0), "unused bit");
    let long = ComfortNoise::parse(&[40; 60]).unwrap();
    assert_eq!(long.order(), MAX_ORDER);
    assert_eq!(ComfortNoise::parse(&[40, 255]).unwrap().reflection()[0], 0.0, "reserved value");
    let odd = ComfortNoise::new(Decibels(f32::NAN), &[f32::NAN, 7.0, f32::NEG_INFINITY]);
    assert_eq!((odd.level(), odd.order()), (Decibels(-127.0), 3));
}

#[test]
fn level_and_spectrum_come_back() {
    for db in [-30.0, -45.0, -60.0, -75.0] {
        for source in [white(db, 16_000), coloured(db, 16_000)] {
            let noise = analysed(&source);
            assert!((noise.level().0 - level(&source)).abs() <= 1.0, "{noise:?}, {}", level(&source));
            let mut payload = [0; 1 + MAX_ORDER];
            let octets = noise.write(&mut payload).unwrap();
            let out = generated(&ComfortNoise::parse(&payload[..octets]).unwrap(), 32_000);
            assert!((level(&out) - level(&source)).abs() < 1.2, "{} for {}", level(&out), level(&source));
            for (got, want) in correlation(&out).into_iter().zip(correlation(&source)) {
                assert!((got - want).abs() < 0.12, "{got} for {want}");
            }
        }
    }
}

#[test]
fn spectrum_matters() {
    let noise = analysed(&coloured(-40.0, 16_000));
    let flat = ComfortNoise::new(noise.level(), &[]);
    let want = correlation(&coloured(-40.0, 16_000));
    assert!((correlation(&generated(&flat, 32_000))[1] - want[1]).abs() > 0.3, "the filter is needed");
}

#[test]
fn low_pass_noise_has_a_negative_first_coefficient() {
    let mut last = 0.0;
    let low: Vec<f32> = white(-40.0, 8_000)
        .into_iter()
        .map(|x| {
            last = 0.9 * last + x;
            last
        })
        .collect();
    assert!(analysed(&low).reflection()[0] < -0.8);
}

#[test]
fn generated_level_is_exact_to_half_a_decibel() {
    for reflection in
        [&[][..], &[-0.9], &[0.3, 0.6, -0.5, 0.2], &[-0.95, 0.9, -0.4, 0.3, 0.1, -0.2, 0.1, 0.05, 0.1, 0.1]]
    {
        for db in [-25.0, -50.0, -70.0] {
            let out = generated(&ComfortNoise::new(Decibels(db), reflection), 160_000);
            assert!((level(&out[8_000..]) - db).abs() < 0.5, "{db}: {}", level(&out));
        }
    }
}

#[test]
fn an_update_makes_no_step() {
    let mut generator = ComfortNoiseGenerator::new(1);
    generator.describe(&ComfortNoise::new(Decibels(-70.0), &[]));
    let mut out = vec![0.0; 8_000];
    generator.generate(&mut out[..4_000]);
    generator.describe(&ComfortNoise::new(Decibels(-40.0), &[]));
    generator.generate(&mut out[4_000..]);
    let levels: Vec<f32> = out.chunks(40).map(level).collect();
    // 30 dB are taken in steps of a quarter of what is left.
    assert!(levels.windows(2).all(|w| (w[1] - w[0]).abs() < 11.0), "{levels:?}");
    assert!(levels[100] < -60.0, "not at once");
    assert!((level(&out[5_600..]) + 40.0).abs() < 1.0, "but within 200 ms");
}

#[test]
fn silence_before_a_description_and_after_reset() {
    let mut generator = ComfortNoiseGenerator::new(3);
    let mut out = [1.0; 80];
    generator.generate(&mut out);
    assert!(out == [0.0; 80] && !generator.is_described());
    generator.describe(&ComfortNoise::new(Decibels(-40.0), &[]));
    generator.generate(&mut out);
    assert!(out != [0.0; 80] && generator.is_described());
    generator.reset();
    generator.generate(&mut out);
    assert!(out == [0.0; 80]);
    assert_eq!(ComfortNoiseAnalyzer::new().describe(), ComfortNoise::SILENCE);
}

#[test]
fn any_payload_gives_bounded_noise() {
    let mut state = 1u64;
    let mut generator = ComfortNoiseGenerator::new(9);
    for round in 0..3_000 {
        let mut payload = [0; 1 + MAX_ORDER];
        for octet in &mut payload {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *octet = match (state >> 60, round % 3) {
                (0..6, 0) => 254,
                (6..12, 0) => 0,
                _ => (state >> 40) as u8,
            };
        }
        if round % 7 == 0 {
            generator.reset();
        }
        let noise = ComfortNoise::parse(&payload).unwrap();
        generator.describe(&noise);
        let mut out = [0.0; 800];
        generator.generate(&mut out);
        assert!(out.iter().all(|x| x.abs() <= 1.0), "{noise:?}");
        // Loud for long would be a filter that rings by itself.
        assert!(
            level(&out[400..]) < noise.level().0.max(-100.0) + 25.0 || round % 7 != 0,
            "{noise:?} {}",
            level(&out[400..])
        );
    }
}

#[test]
fn unusable_blocks_are_left_out() {
    let mut analyzer = ComfortNoiseAnalyzer::new();
    analyzer.observe(&white(-40.0, 80));
    let before = analyzer.describe();
    for block in [&[f32::NAN; 80][..], &[f32::INFINITY; 80], &[]] {
        analyzer.observe(block);
    }
    assert_eq!(analyzer.describe(), before);
    analyzer.observe(&[0.1; 3]);
    analyzer.reset();
    assert_eq!(analyzer.describe(), ComfortNoise::SILENCE);
    analyzer.observe(&[0.0; 80]);
    assert_eq!(analyzer.describe().level(), Decibels::SILENCE);
}
