//! Control: the sound that is sent, at the rate of the codec.

use crate::media_lab::shape;
use crate::sound::read;
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
    let mut made = shape::in_time(&sound, |sound| shape::at_rate(sound, to.hz())).with_context(name)?;
    Ok((to, made.channels.swap_remove(0)))
}
