//! Pure: conversions in a chain.

use super::*;

const MONO_8: PcmFormat = PcmFormat { rate: SampleRate::Hz8000, channels: 1, sample: SampleFormat::I16 };
const STEREO_48: PcmFormat = PcmFormat { rate: SampleRate::Hz48000, channels: 2, sample: SampleFormat::F32 };

/// A 1 kHz tone of amplitude 0.5 in every channel, as octets.
fn tone(format: PcmFormat, blocks: usize) -> Vec<Vec<u8>> {
    let mut writer = SampleWriter::new(format.sample, 8);
    let hz = f64::from(format.rate.hz());
    (0..blocks)
        .map(|block| {
            let plane = (0..format.rate.block_samples()).map(|n| {
                let n = (block * format.rate.block_samples() + n) as f64;
                (0.5 * (std::f64::consts::TAU * 1_000.0 * n / hz).sin()) as f32
            });
            let plane: Vec<f32> = plane.collect();
            let mut octets = vec![0; format.block_octets()];
            writer.write_interleaved(&plane.repeat(format.channels), format.channels, &mut octets).unwrap();
            octets
        })
        .collect()
}

/// Level of each channel over the sixth block in dB of a full-scale sine.
fn levels(converter: &mut FormatConverter) -> Vec<f32> {
    let (from, to) = (converter.from_format(), converter.to_format());
    let mut planar = vec![0.0; to.block_samples()];
    for octets in tone(from, 6) {
        let mut out = vec![0; to.block_octets()];
        assert_eq!(converter.process_octets(&octets, &mut out), Ok(to.block_octets()));
        read_interleaved(to.sample, &out, to.channels, &mut planar).unwrap();
    }
    let level = |plane: &[f32]| 10.0 * (2.0 * plane.iter().map(|x| x * x).sum::<f32>() / plane.len() as f32).log10();
    planar.chunks(to.rate.block_samples()).map(level).collect()
}

#[test]
fn a_tone_keeps_its_level_in_every_conversion() {
    let samples = [SampleFormat::U8, SampleFormat::I16, SampleFormat::I24, SampleFormat::I32, SampleFormat::F32];
    for (rate_from, rate_to) in SampleRate::ALL.into_iter().flat_map(|a| SampleRate::ALL.map(|b| (a, b))) {
        for (n, (channels_from, channels_to)) in [(1, 1), (1, 2), (2, 1), (2, 2)].into_iter().enumerate() {
            let from =
                PcmFormat { rate: rate_from, channels: channels_from, sample: samples[(n + rate_to as usize) % 5] };
            let to = PcmFormat { rate: rate_to, channels: channels_to, sample: samples[(n + rate_from as usize) % 5] };
            for level in levels(&mut FormatConverter::new(from, to).unwrap()) {
                assert!((level + 6.02).abs() < 0.1, "{from:?} to {to:?}: {level} dB");
            }
        }
    }
}

#[test]
fn a_matrix_is_applied() {
    let mut converter = FormatConverter::with_gains(MONO_8, STEREO_48, &[0.5, 0.1]).unwrap();
    let levels = levels(&mut converter);
    assert!((levels[0] + 12.04).abs() < 0.1 && (levels[1] + 26.02).abs() < 0.1, "{levels:?}");
}

#[test]
fn both_orders_of_the_stages_agree() {
    // One channel of two is silent: mixing first or last gives half the tone.
    let stereo = PcmFormat { channels: 2, ..MONO_8 };
    let wide = PcmFormat { rate: SampleRate::Hz16000, ..MONO_8 };
    let mut down = FormatConverter::new(stereo, wide).unwrap();
    let mut up = FormatConverter::with_gains(MONO_8, PcmFormat { channels: 2, ..wide }, &[0.5, 0.5]).unwrap();
    let input: Vec<f32> = (0..80).map(|n| (n as f32 * 0.4).sin()).collect();
    let (mut mono, mut both) = ([0.0; 160], [0.0; 320]);
    for _ in 0..2 {
        assert_eq!(down.process_planar(&[&input[..], &[0.0; 80]].concat(), &mut mono), Ok(160));
        assert_eq!(up.process_planar(&input, &mut both), Ok(160));
    }
    assert!(mono.iter().zip(&both[..160]).all(|(a, b)| (a - b).abs() < 1e-6) && mono[10] != 0.0);
}

#[test]
fn same_format_is_a_copy() {
    for sample in [SampleFormat::U8, SampleFormat::I16, SampleFormat::I24, SampleFormat::F32] {
        let format = PcmFormat { sample, ..MONO_8 };
        let mut converter = FormatConverter::new(format, format).unwrap();
        for octets in tone(format, 3) {
            let mut out = vec![0; octets.len()];
            converter.process_octets(&octets, &mut out).unwrap();
            assert_eq!(out, octets);
        }
    }
}

#[test]
fn dither_where_depth_is_lost() {
    let to = |sample, rate| PcmFormat { sample, rate, ..MONO_8 };
    let dithers = |from, to| FormatConverter::new(from, to).unwrap().writer.dithers();
    assert!(dithers(MONO_8, to(SampleFormat::U8, SampleRate::Hz8000)));
    assert!(!dithers(MONO_8, to(SampleFormat::I24, SampleRate::Hz8000)));
    assert!(dithers(MONO_8, to(SampleFormat::I16, SampleRate::Hz16000)), "resampled audio has more than 16 bits");
}

#[test]
fn wrong_blocks_are_faults_and_wrong_channels_errors() {
    let mut converter = FormatConverter::new(MONO_8, STEREO_48).unwrap();
    let mut out = vec![0; STEREO_48.block_octets()];
    assert_eq!(converter.process_octets(&[0; 159], &mut out), Err(FormatFault::BadBlock));
    assert_eq!(converter.process_octets(&[0; 160], &mut out[1..]), Err(FormatFault::ShortOutput));
    assert_eq!(converter.process_planar(&[0.0; 81], &mut [0.0; 960]), Err(FormatFault::BadBlock));
    assert_eq!(converter.process_planar(&[0.0; 80], &mut [0.0; 959]), Err(FormatFault::ShortOutput));
    assert_eq!(converter.delay(), Duration::from_secs_f64(143.0 / 48_000.0));
    let none = PcmFormat { channels: 0, ..MONO_8 };
    assert!(matches!(FormatConverter::new(none, MONO_8), Err(FormatError::Channels { given: 0, .. })));
    let six = PcmFormat { channels: 6, ..MONO_8 };
    assert!(FormatConverter::new(six, STEREO_48).is_err() && FormatConverter::new(six, MONO_8).is_ok());
}
