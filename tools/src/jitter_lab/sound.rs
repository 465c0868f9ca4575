//! Control: the sound that is sent, at the rate of the codec.

use crate::media_lab::shape;
use crate::sound::{Sound, read};
use anyhow::{Context as _, Result};
use media_core::types::SampleRate;
use std::path::Path;

/// A mono sound at the rate that a codec wants, without delay.
///
/// # Errors
/// The file cannot be read, is not mono, or has a rate that is not converted.
pub fn read_sound(path: &Path, rate: impl FnOnce(u32) -> SampleRate) -> Result<(SampleRate, Vec<f32>)> {
    let name = || path.display().to_string();
    let sound = read(path)?;
    let (to, samples) = (rate(sound.rate), sound.single().with_context(name)?);
    if sound.rate == to.hz() {
        return Ok((to, samples.to_vec()));
    }
    let wanted = (samples.len() as u64 * u64::from(to.hz())).div_ceil(sound.rate.into()) as usize;
    // Silence behind it pushes the end out of the filter.
    let behind = std::iter::repeat_n(0.0, sound.rate as usize / 20);
    let longer = Sound::mono(sound.rate, samples.iter().copied().chain(behind).collect());
    let (mut made, delay) = shape::at_rate(&longer, to.hz()).with_context(name)?;
    let mut result = made.channels.swap_remove(0);
    let delay = (delay.as_secs_f64() * f64::from(to.hz())).round() as usize;
    result.drain(..delay.min(result.len()));
    result.truncate(wanted);
    Ok((to, result))
}
