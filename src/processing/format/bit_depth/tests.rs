//! Pure: sample formats: every value, and dither where depth is lost.

use super::*;

const FORMATS: [SampleFormat; 5] =
    [SampleFormat::U8, SampleFormat::I16, SampleFormat::I24, SampleFormat::I32, SampleFormat::F32];

fn written(format: SampleFormat, precision: u32, channels: usize, planar: &[f32]) -> Vec<u8> {
    let mut octets = vec![0; planar.len() * format.octets()];
    let mut writer = SampleWriter::new(format, precision);
    assert_eq!(writer.write_interleaved(planar, channels, &mut octets), Ok(octets.len()));
    octets
}

fn read(format: SampleFormat, channels: usize, octets: &[u8]) -> Vec<f32> {
    let mut planar = vec![0.0; octets.len() / format.octets()];
    assert_eq!(read_interleaved(format, octets, channels, &mut planar), Ok(planar.len() / channels));
    planar
}

#[test]
fn sixteen_bits_go_through_every_format_of_at_least_sixteen() {
    let pcm: Vec<f32> = (i16::MIN..=i16::MAX).map(i16_to_f32).collect();
    for format in FORMATS.into_iter().filter(|f| f.precision() >= 16) {
        for channels in [1, 2, 4] {
            assert_eq!(read(format, channels, &written(format, 16, channels, &pcm)), pcm, "{format:?}");
        }
    }
    assert!(pcm.iter().all(|&x| i16_to_f32(f32_to_i16(x)) == x));
}

#[test]
fn octets_of_each_format() {
    let pcm = [0.0, 0.5, -1.0, 1.0];
    assert_eq!(written(SampleFormat::U8, 8, 1, &pcm), [128, 192, 0, 255]);
    assert_eq!(written(SampleFormat::I16, 16, 1, &pcm), [0, 0, 0, 0x40, 0, 0x80, 0xFF, 0x7F]);
    assert_eq!(written(SampleFormat::I24, 24, 1, &pcm), [0, 0, 0, 0, 0, 0x40, 0, 0, 0x80, 0xFF, 0xFF, 0x7F]);
    assert_eq!(written(SampleFormat::I32, 32, 1, &pcm)[12..], [0xFF, 0xFF, 0xFF, 0x7F]);
    assert_eq!(written(SampleFormat::F32, 24, 1, &pcm)[4..8], 0.5f32.to_le_bytes());
    assert_eq!(written(SampleFormat::I16, 16, 2, &[0.5, 0.5, -1.0, -1.0]), [0, 0x40, 0, 0x80, 0, 0x40, 0, 0x80]);
}

#[test]
fn rounding_is_to_nearest_and_saturates() {
    let step = 1.0 / 32_768.0;
    let cases = [(0.5, 0), (1.5, 2), (0.51, 1), (-0.5, 0), (-1.5, -2), (-0.51, -1), (1e9, 32_767), (-1e9, -32_768)];
    for (x, want) in cases {
        assert_eq!(f32_to_i16(x * step), want, "{x}");
        assert_eq!(written(SampleFormat::I16, 16, 1, &[x * step]), want.to_le_bytes(), "{x}");
    }
    for format in FORMATS {
        let wild = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX];
        let back = read(format, 1, &written(format, 16, 1, &wild));
        assert!(back[0] == 0.0 && back.iter().all(|x| x.is_finite()), "{format:?} {back:?}");
    }
    assert_eq!([f32::NAN, f32::INFINITY, f32::NEG_INFINITY].map(f32_to_i16), [0, i16::MAX, i16::MIN]);
}

/// The error of rounding a slow ramp to 8 bits: without dither it follows the signal, with it is noise of known power.
#[test]
fn dither_makes_the_error_independent_of_the_signal() {
    let lsb = 1.0 / 128.0;
    let pcm: Vec<f32> = (0..200_000).map(|n| (n as f32 / 200_000.0 - 0.5) * 4.0 * lsb).collect();
    let errors = |precision| -> Vec<f64> {
        let back = read(SampleFormat::U8, 1, &written(SampleFormat::U8, precision, 1, &pcm));
        back.iter().zip(&pcm).map(|(y, x)| f64::from((y - x) / lsb)).collect()
    };
    // Mean error and power in stretches of an eighth of a step.
    let worst = |errors: &[f64], moment: i32, want: f64| {
        let means =
            errors.chunks(6_250).map(|part| part.iter().map(|e| e.powi(moment)).sum::<f64>() / part.len() as f64);
        means.map(|mean| (mean - want).abs()).fold(0.0, f64::max)
    };
    let (plain, dithered) = (errors(8), errors(24));
    assert!(worst(&plain, 1, 0.0) > 0.3, "the measure sees rounding without dither");
    // Power of rounding 1/12 and of the dither 1/6: a quarter of a step squared, whatever the signal is.
    assert!(worst(&dithered, 1, 0.0) < 0.03, "{}", worst(&dithered, 1, 0.0));
    assert!(worst(&dithered, 2, 0.25) < 0.02, "{}", worst(&dithered, 2, 0.25));
    // White: neighbours are independent.
    let product = dithered.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / dithered.len() as f64;
    assert!(product.abs() < 0.003, "{product}");
}

#[test]
fn dither_is_only_where_depth_is_lost() {
    for format in FORMATS {
        for precision in [8, 16, 24, 32] {
            let loses = format != SampleFormat::F32 && format.precision() < precision;
            assert_eq!(SampleWriter::new(format, precision).dithers(), loses);
        }
    }
}

#[test]
fn every_instruction_set_gives_the_same_values() {
    let pcm: Vec<f32> = (0..960).map(|n| (n as f32 * 0.731).sin() * 1.1).collect();
    for bits in [8, 16, 24, 32] {
        for dither in [None, Some(5), Some(u32::MAX - 100)] {
            let (mut dispatched, mut portable) = ([0; 960], [0; 960]);
            kernel::quantize(&pcm, bits, dither, &mut dispatched);
            kernel::quantize_portable(&pcm, bits, dither, &mut portable);
            assert_eq!(dispatched, portable);
        }
    }
}

#[test]
fn wrong_sizes_are_faults() {
    let mut planar = [0.0; 8];
    for format in FORMATS {
        let size = format.octets();
        assert_eq!(read_interleaved(format, &[0; 64][..2 * size], 0, &mut planar), Err(FormatFault::BadBlock));
        assert_eq!(read_interleaved(format, &[0; 64][..3 * size], 2, &mut planar), Err(FormatFault::BadBlock));
        assert_eq!(read_interleaved(format, &[0; 64][..9 * size], 1, &mut planar), Err(FormatFault::ShortOutput));
        assert_eq!(read_interleaved(format, &[], 2, &mut planar), Ok(0));
        let mut writer = SampleWriter::new(format, 24);
        assert_eq!(writer.write_interleaved(&planar[..3], 2, &mut [0; 64]), Err(FormatFault::BadBlock));
        assert_eq!(writer.write_interleaved(&planar, 0, &mut [0; 64]), Err(FormatFault::BadBlock));
        assert_eq!(writer.write_interleaved(&planar, 2, &mut [0; 7]), Err(FormatFault::ShortOutput));
        assert_eq!(writer.write_interleaved(&[], 2, &mut []), Ok(0));
    }
}
