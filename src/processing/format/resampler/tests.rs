//! Pure: the resampler: pass band, rejection, delay.

use super::*;
use std::f64::consts::TAU;

fn pairs() -> impl Iterator<Item = (SampleRate, SampleRate)> {
    let all = SampleRate::ALL;
    all.into_iter().flat_map(move |from| all.into_iter().map(move |to| (from, to))).filter(|(from, to)| from != to)
}

/// The lower rate's Nyquist frequency in Hz.
fn edge(from: SampleRate, to: SampleRate) -> f64 {
    f64::from(from.min(to).hz()) / 2.0
}

fn tone(rate: SampleRate, hz: f64, blocks: usize) -> Vec<f32> {
    let step = TAU * hz / f64::from(rate.hz());
    (0..blocks * rate.block_samples()).map(|n| (0.5 * (step * n as f64 + 0.3).sin()) as f32).collect()
}

fn resample(from: SampleRate, to: SampleRate, pcm: &[f32]) -> Vec<f32> {
    let mut resampler = Resampler::new(from, to, 1).unwrap();
    let mut out = vec![0.0; pcm.len() / from.block_samples() * to.block_samples()];
    for (pcm, out) in pcm.chunks(from.block_samples()).zip(out.chunks_mut(to.block_samples())) {
        assert_eq!(resampler.process_block(pcm, out), Ok(to.block_samples()));
    }
    out
}

/// Amplitude at `hz`, and the root mean square of all else (both over the input's 0.5 / its root mean square), in dB.
fn spectrum(pcm: &[f32], rate: SampleRate, hz: f64) -> (f64, f64) {
    // Past the filter's start, a whole number of periods of all frequencies that are multiples of 25 Hz.
    let settled = &pcm[2 * rate.block_samples()..][..4 * rate.block_samples()];
    let step = TAU * hz / f64::from(rate.hz());
    let (mut re, mut im) = (0.0, 0.0);
    for (n, &x) in settled.iter().enumerate() {
        re += f64::from(x) * (step * n as f64).cos();
        im += f64::from(x) * (step * n as f64).sin();
    }
    let scale = 2.0 / settled.len() as f64;
    let (re, im) = (re * scale, im * scale);
    let rest: f64 = settled
        .iter()
        .enumerate()
        .map(|(n, &x)| (f64::from(x) - re * (step * n as f64).cos() - im * (step * n as f64).sin()).powi(2))
        .sum();
    let db = |ratio: f64| 20.0 * (ratio + 1e-12).log10();
    (db(re.hypot(im) / 0.5), db((rest / settled.len() as f64).sqrt() / (0.5 / 2f64.sqrt())))
}

fn rounded(hz: f64) -> f64 {
    (hz / 25.0).round() * 25.0
}

#[test]
fn passband_is_flat_and_one_decibel_down_at_3550_of_4000() {
    for (from, to) in pairs() {
        for step in 1..=33 {
            let hz = rounded(edge(from, to) * 0.025 * f64::from(step));
            let (gain, _) = spectrum(&resample(from, to, &tone(from, hz, 7)), to, hz);
            assert!(gain.abs() < 0.035, "{from} to {to}: {gain:.3} dB at {hz} Hz");
        }
        let hz = edge(from, to) * 0.8875;
        let (gain, _) = spectrum(&resample(from, to, &tone(from, hz, 7)), to, hz);
        assert!((-1.0..-0.8).contains(&gain), "{from} to {to}: {gain:.3} dB at {hz} Hz");
    }
}

#[test]
fn images_and_aliases_of_the_passband_are_100_db_down() {
    for (from, to) in pairs() {
        // Up to 0.95 E: the nearest image is at 1.05 E.
        for step in 1..=38 {
            let hz = rounded(edge(from, to) * 0.025 * f64::from(step));
            let (_, rest) = spectrum(&resample(from, to, &tone(from, hz, 7)), to, hz);
            assert!(rest < -100.0, "{from} to {to}: {rest:.1} dB beside {hz} Hz");
        }
    }
}

#[test]
fn what_the_lower_rate_cannot_hold_is_100_db_down() {
    for (from, to) in pairs().filter(|(from, to)| from > to) {
        let (low, high) = (edge(from, to) * 1.05, f64::from(from.hz()) / 2.0);
        for step in 0..=40 {
            let hz = rounded(low + (high - 25.0 - low) * f64::from(step) / 40.0);
            let (_, all) = spectrum(&resample(from, to, &tone(from, hz, 7)), to, 0.0);
            assert!(all < -100.0, "{from} to {to}: {all:.1} dB from {hz} Hz");
        }
    }
}

/// The measure itself must see what a resampler without a filter does.
#[test]
fn repeating_samples_fails_the_measure() {
    let pcm = tone(SampleRate::Hz8000, 1_000.0, 7);
    let repeated: Vec<f32> = pcm.iter().flat_map(|&x| [x, x]).collect();
    let (gain, rest) = spectrum(&repeated, SampleRate::Hz16000, 1_000.0);
    assert!(gain < -0.1 && rest > -30.0);
}

#[test]
fn impulse_arrives_after_the_stated_delay_and_no_later_than_3_ms() {
    for (from, to) in pairs() {
        let mut pcm = vec![0.0; 4 * from.block_samples()];
        let at = from.block_samples() + 7 * from.block_samples() / 80;
        pcm[at] = 1.0;
        let out = resample(from, to, &pcm);
        let sum: f64 = out.iter().map(|&y| f64::from(y)).sum();
        let moment: f64 = out.iter().enumerate().map(|(n, &y)| n as f64 * f64::from(y)).sum();
        let seconds = moment / sum / f64::from(to.hz()) - at as f64 / f64::from(from.hz());
        let stated = Resampler::new(from, to, 1).unwrap().delay().as_secs_f64();
        assert!((seconds - stated).abs() < 2e-6, "{from} to {to}: {seconds} s");
        assert!(stated < 0.003);
    }
    let delay = |from, to| Resampler::new(from, to, 1).unwrap().delay();
    assert_eq!(delay(SampleRate::Hz8000, SampleRate::Hz16000), Duration::from_nanos(2_937_500));
}

/// A test signal with energy everywhere.
fn noise(samples: usize) -> Vec<f32> {
    let mut state = 3u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..samples).map(next).collect()
}

/// Blocks make the stream that one convolution of the whole makes: nothing is lost or doubled at block limits.
#[test]
fn blocks_join_without_a_seam() {
    for (from, to) in pairs() {
        let pcm = noise(5 * from.block_samples());
        let out = resample(from, to, &pcm);
        let edge = edge(from, to);
        let grid_hz = 96_000.0;
        let delay = (Resampler::new(from, to, 1).unwrap().delay().as_secs_f64() * grid_hz).round() / grid_hz;
        for (n, &y) in out.iter().enumerate() {
            let now = n as f64 / f64::from(to.hz());
            let taps = pcm.iter().enumerate().map(|(j, &x)| {
                let time = (now - delay - j as f64 / f64::from(from.hz())) * edge;
                f64::from(x) * prototype::response(time) * edge / f64::from(from.hz())
            });
            // The response has a gain of 1 / E over time in units of 1 / E.
            let expected: f64 = taps.sum();
            assert!((f64::from(y) - expected).abs() < 2e-6, "{from} to {to}, sample {n}: {y} for {expected}");
        }
    }
}

/// The definition, sample by sample, in the order that the table states.
fn literal(table: &Table, pcm: &[f32]) -> Vec<f32> {
    let (up, down, block) = (table.up, table.down, table.block);
    let blocks = pcm.len() / (block * down);
    let sample = |stream: usize, n: isize| match usize::try_from(n) {
        Ok(n) => pcm[n * down + stream],
        Err(_) => 0.0,
    };
    let length = table.past + block;
    let at = |start: usize, q: usize| sample(start / length, (start % length + q) as isize - table.past as isize);
    let mut out = vec![0.0; blocks * block * up];
    for (n, y) in out.iter_mut().enumerate() {
        for run in &table.phases[n % up] {
            for (i, weight) in run.weights.iter().enumerate() {
                let x = at(run.ahead + i, n / up) + run.behind.map_or(0.0, |behind| at(behind - i, n / up));
                *y += weight * x;
            }
        }
    }
    out
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    for (from, to) in pairs() {
        let table = table::shared(from, to);
        let pcm = noise(3 * from.block_samples());
        let dispatched = resample(from, to, &pcm);
        let (mut streams, mut phases, mut past) = ([0.0; 768], [0.0; 480], vec![0.0; table.past_len()]);
        let mut portable = vec![0.0; dispatched.len()];
        for (pcm, out) in pcm.chunks(from.block_samples()).zip(portable.chunks_mut(to.block_samples())) {
            kernel::convert_portable(table, &mut streams, &mut phases, &mut past, pcm, out);
        }
        assert_eq!(dispatched, portable, "{from} to {to}");
        assert_eq!(dispatched, literal(table, &pcm), "{from} to {to}");
    }
}

#[test]
fn channels_are_apart() {
    let (from, to) = (SampleRate::Hz48000, SampleRate::Hz16000);
    let (left, right) = (noise(480), tone(from, 700.0, 1));
    let mut resampler = Resampler::new(from, to, 2).unwrap();
    let mut out = [0.0; 320];
    assert_eq!(resampler.process_block(&[&left[..], &right].concat(), &mut out), Ok(160));
    assert_eq!(out[..160], resample(from, to, &left));
    assert_eq!(out[160..], resample(from, to, &right));
}

#[test]
fn wrong_sizes_are_faults() {
    let mut resampler = Resampler::new(SampleRate::Hz8000, SampleRate::Hz16000, 2).unwrap();
    let mut out = [0.0; 320];
    assert_eq!(resampler.process_block(&[0.0; 80], &mut out), Err(FormatFault::BadBlock));
    assert_eq!(resampler.process_block(&[0.0; 160], &mut out[..319]), Err(FormatFault::ShortOutput));
    assert_eq!(
        Resampler::new(SampleRate::Hz8000, SampleRate::Hz8000, 0).unwrap_err(),
        FormatError::Channels { given: 0, legal: "1 or more" }
    );
}

#[test]
fn equal_rates_copy() {
    let mut resampler = Resampler::new(SampleRate::Hz16000, SampleRate::Hz16000, 1).unwrap();
    let pcm = noise(160);
    let mut out = [0.0; 160];
    assert_eq!(resampler.process_block(&pcm, &mut out), Ok(160));
    assert_eq!(out[..], pcm);
    assert_eq!(resampler.delay(), Duration::ZERO);
}

#[test]
fn reset_is_the_state_after_construction() {
    let (from, to) = (SampleRate::Hz16000, SampleRate::Hz8000);
    let mut resampler = Resampler::new(from, to, 1).unwrap();
    let (pcm, mut out) = (noise(160), [[0.0; 80]; 3]);
    resampler.process_block(&pcm, &mut out[0]).unwrap();
    resampler.process_block(&pcm, &mut out[1]).unwrap();
    resampler.reset();
    resampler.process_block(&pcm, &mut out[2]).unwrap();
    assert!(out[0] != out[1] && out[0] == out[2]);
}

#[test]
fn unusable_samples_leave_no_trace() {
    for (from, to) in pairs() {
        let mut pcm = noise(4 * from.block_samples());
        let wild = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-42];
        let mut clean = pcm.clone();
        for (n, sample) in wild.into_iter().enumerate() {
            pcm[10 + 9 * n] = sample;
            clean[10 + 9 * n] = 0.0;
        }
        assert_eq!(resample(from, to, &pcm), resample(from, to, &clean), "{from} to {to}");
    }
}
