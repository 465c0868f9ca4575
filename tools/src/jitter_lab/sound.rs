//! Control: the sound that is sent, at the rate of the codec.

use crate::media_lab::wav;
use anyhow::{Result, bail};
use media_core::processing::format::Resampler;
use media_core::types::SampleRate;
use std::path::Path;

/// A mono sound at the rate that a codec wants, without delay.
///
/// # Errors
/// The file cannot be read, or has a rate that is not converted.
pub fn read_sound(path: &Path, rate: impl FnOnce(u32) -> SampleRate) -> Result<(SampleRate, Vec<f32>)> {
    let sound = wav::read(path)?;
    let to = rate(sound.rate);
    let samples = sound.single()?;
    if sound.rate == to.hz() {
        return Ok((to, samples.to_vec()));
    }
    let Some(from) = SampleRate::from_hz(sound.rate) else {
        bail!("{} has {} Hz: 8000, 16000, 24000, 32000 or 48000 Hz are converted", path.display(), sound.rate)
    };
    let mut resampler = Resampler::new(from, to, 1)?;
    let delay = (resampler.delay().as_secs_f64() * f64::from(to.hz())).round() as usize;
    let (mut block, mut made) = (vec![0.0; from.block_samples()], vec![0.0; to.block_samples() + 8]);
    let mut result = Vec::new();
    // Two blocks of silence push the end out of the filter.
    for at in 0..samples.len().div_ceil(block.len()) + 2 {
        block.fill(0.0);
        let piece = samples.iter().skip(at * from.block_samples());
        block.iter_mut().zip(piece).for_each(|(to, from)| *to = *from);
        let count = resampler.process_block(&block, &mut made)?;
        result.extend_from_slice(&made[..count]);
    }
    result.drain(..delay.min(result.len()));
    result.truncate(samples.len() * to.block_samples() / from.block_samples());
    Ok((to, result))
}
