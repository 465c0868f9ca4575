//! Pure: stored samples to numbers, 1.0 = full scale.

use super::Sound;
use super::format::Stored;
use super::riff::Wave;
use anyhow::{Result, bail};
use media_core::codec::AudioDecoder as _;
use media_core::codec::audio::g711::{G711Decoder, Law};
use media_core::processing::format::bit_depth::{SampleFormat, read_interleaved};

/// The sound of a WAV file.
///
/// # Errors
/// A sample of a float file is not a number.
pub fn sound(wave: &Wave) -> Result<Sound> {
    let interleaved = interleaved(wave)?;
    let count = usize::from(wave.format.channels);
    let channels = (0..count).map(|c| interleaved.iter().skip(c).step_by(count).copied().collect()).collect();
    Ok(Sound { rate: wave.format.rate, channels })
}

/// One vector a channel out of interleaved octets.
///
/// # Errors
/// They are no whole number of frames.
pub fn planes(format: SampleFormat, octets: &[u8], channels: usize) -> Result<Vec<Vec<f32>>> {
    let mut planar = vec![0.0; octets.len() / format.octets()];
    let samples = read_interleaved(format, octets, channels, &mut planar)?;
    Ok(planar.chunks_exact(samples.max(1)).map(<[f32]>::to_vec).collect())
}

fn interleaved(wave: &Wave) -> Result<Vec<f32>> {
    let octets = wave.format.stored.octets();
    let numbers = wave.data.chunks_exact(octets);
    let samples: Vec<f32> = match wave.format.stored {
        Stored::Linear(1) => wave.data.iter().map(|&s| (f32::from(s) - 128.0) / 128.0).collect(),
        Stored::Linear(_) => numbers.map(|s| upper(s) as f32 / 2_147_483_648.0).collect(),
        Stored::Float(8) => numbers.map(|s| f64::from_le_bytes(array(s)) as f32).collect(),
        Stored::Float(_) => numbers.map(|s| f32::from_le_bytes(array(s))).collect(),
        Stored::Ulaw => law(Law::Mu, &wave.data)?,
        Stored::Alaw => law(Law::A, &wave.data)?,
    };
    if let Some(at) = samples.iter().position(|sample| !sample.is_finite()) {
        let count = usize::from(wave.format.channels);
        bail!("sample {} of channel {} is {}: no sound can be made of it", at / count, at % count + 1, samples[at]);
    }
    Ok(samples)
}

fn law(law: Law, octets: &[u8]) -> Result<Vec<f32>> {
    let mut samples = vec![0.0; octets.len()];
    G711Decoder::new(law).decode_into(octets, &mut samples)?;
    Ok(samples)
}

/// The upper 32 bits of an integer.
fn upper(sample: &[u8]) -> i32 {
    let mut wide = [0; 8];
    wide[8 - sample.len()..].copy_from_slice(sample);
    (i64::from_le_bytes(wide) >> 32) as i32
}

fn array<const N: usize>(octets: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(octets);
    array
}
