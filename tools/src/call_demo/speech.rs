//! Control: WAV files in and out.

use std::f32::consts::PI;
use std::path::Path;

use anyhow::{Result, bail, ensure};

use super::{RATE, level_dbov};
use crate::sound::{self, Sound};

/// What is quieter is taken for silence, dBov.
const SILENCE: f32 = -60.0;

/// Reads speech at 8 kHz, without the silence at its beginning.
///
/// # Errors
/// The file cannot be read, is not mono, not of a rate of the engine, shorter than a second, or silent.
pub fn read(path: &Path) -> Result<Vec<f32>> {
    let (samples, rate) = sound::read_mono(path)?;
    let speech = match rate.hz() as usize / RATE {
        1 => samples,
        factor => decimate(&samples, factor),
    };
    let Some(begin) = speech.chunks(RATE / 100).position(|block| level_dbov(block) > SILENCE) else {
        bail!("{}: is silent", path.display());
    };
    let speech = speech[begin * RATE / 100..].to_vec();
    ensure!(speech.len() >= RATE, "{}: holds less than a second of speech", path.display());
    Ok(speech)
}

/// Takes each `factor`-th sample after a low-pass at 0.45 of the new rate: a sinc under a Hann window.
pub fn decimate(samples: &[f32], factor: usize) -> Vec<f32> {
    let reach = 24 * factor as isize;
    let cut = 0.9 / factor as f32;
    let tap = |k: isize| {
        let t = k as f32 * cut;
        let sinc = if k == 0 { 1.0 } else { (PI * t).sin() / (PI * t) };
        cut * sinc * (0.5 + 0.5 * (PI * k as f32 / (reach + 1) as f32).cos())
    };
    let taps: Vec<(isize, f32)> = (-reach..=reach).map(|k| (k, tap(k))).collect();
    let at = |i: isize| usize::try_from(i).ok().and_then(|i| samples.get(i)).copied().unwrap_or_default();
    let centres = (0..samples.len()).step_by(factor);
    centres.map(|centre| taps.iter().map(|(k, tap)| tap * at(centre as isize + k)).sum()).collect()
}

/// Writes mono 16-bit PCM at 8 kHz.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, samples: &[f32]) -> Result<()> {
    sound::write(path, &Sound::mono(RATE as u32, samples.to_vec())).map(drop)
}
