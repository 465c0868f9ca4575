//! Control: brings a sound to another sample rate and number of channels, through the library's converters.

use super::progress::Progress;
use super::wav::Sound;
use anyhow::{Context, Result};
use media_core::processing::format::bit_depth::SampleFormat;
use media_core::processing::format::{DriftingResampler, FixedSide, FormatConverter, PcmFormat, Resampler};
use media_core::types::SampleRate;
use std::time::Duration;

/// The sound at `hz`, and by how much it is later than it was: through [`Resampler`] where both rates are the engine's,
/// else through [`DriftingResampler`].
///
/// # Errors
/// Rates that are not possible.
pub fn at_rate(sound: &Sound, hz: u32) -> Result<(Sound, Duration)> {
    let mut progress = Progress::new("resampling", sound.samples() * sound.channels.len());
    let mut channels = Vec::new();
    let mut delay = Duration::ZERO;
    for (n, channel) in sound.channels.iter().enumerate() {
        let mut at = |done| progress.at(n * channel.len() + done);
        let (samples, late) = match (SampleRate::from_hz(sound.rate), SampleRate::from_hz(hz)) {
            (Some(from), Some(to)) => by_table(channel, from, to, &mut at)?,
            _ => by_interpolation(channel, sound.rate, hz, &mut at)?,
        };
        channels.push(samples);
        delay = late;
    }
    Ok((Sound { rate: hz, channels }, delay))
}

fn by_table(
    input: &[f32],
    from: SampleRate,
    to: SampleRate,
    at: &mut dyn FnMut(usize),
) -> Result<(Vec<f32>, Duration)> {
    let mut resampler = Resampler::new(from, to, 1)?;
    let (mut output, mut made) = (Vec::new(), vec![0.0; to.block_samples()]);
    for (n, piece) in input.chunks(from.block_samples()).enumerate() {
        let count = resampler.process_block(&padded(piece, from.block_samples()), &mut made)?;
        let wanted = (piece.len() * to.block_samples()).div_ceil(from.block_samples());
        output.extend_from_slice(&made[..count.min(wanted)]);
        at(n * from.block_samples());
    }
    Ok((output, resampler.delay()))
}

fn by_interpolation(input: &[f32], from: u32, to: u32, at: &mut dyn FnMut(usize)) -> Result<(Vec<f32>, Duration)> {
    const BLOCK: usize = 480;
    let mut resampler = DriftingResampler::new(from.into(), to.into(), 1, FixedSide::Input(BLOCK))?;
    let (mut output, mut made) = (Vec::new(), vec![0.0; resampler.most_samples().1]);
    for (n, piece) in input.chunks(BLOCK).enumerate() {
        let count = resampler.process(&padded(piece, BLOCK), &mut made)?;
        output.extend_from_slice(&made[..count]);
        at(n * BLOCK);
    }
    output.truncate((input.len() as u64 * u64::from(to)).div_ceil(from.into()) as usize);
    Ok((output, resampler.delay()))
}

/// The sound at `rate` with so many channels: what a codec of theirs takes.
///
/// # Errors
/// Rates or channels that are not possible.
pub fn shaped(sound: &Sound, rate: SampleRate, channels: u8) -> Result<(Sound, Duration)> {
    let Some(from) = SampleRate::from_hz(sound.rate) else {
        let (sound, delay) = at_rate(sound, rate.hz())?;
        return shaped(&sound, rate, channels).map(|(sound, _)| (sound, delay));
    };
    let side = |rate, channels| PcmFormat { rate, channels, sample: SampleFormat::F32 };
    let (from, to) = (side(from, sound.channels.len()), side(rate, channels.into()));
    let mut converter = FormatConverter::new(from, to).context("cannot convert")?;
    let mut progress = Progress::new("converting", sound.samples());
    let (step, made_step) = (from.rate.block_samples(), rate.block_samples());
    let mut made = vec![0.0; to.block_samples()];
    let mut result = Sound { rate: rate.hz(), channels: vec![Vec::new(); channels.into()] };
    for start in (0..sound.samples()).step_by(step) {
        let end = sound.samples().min(start + step);
        let block: Vec<f32> = sound.channels.iter().flat_map(|c| padded(&c[start..end], step)).collect();
        converter.process_planar(&block, &mut made)?;
        let wanted = ((end - start) * made_step).div_ceil(step);
        for (to, plane) in result.channels.iter_mut().zip(made.chunks_exact(made_step)) {
            to.extend_from_slice(&plane[..wanted]);
        }
        progress.at(end);
    }
    Ok((result, converter.delay()))
}

/// What `convert` makes of the sound, in time with it (to half a sample) and as long as it: silence behind it pushes its end
/// out of the filters, and what they are late by is taken away.
///
/// # Errors
/// Those of `convert`.
pub fn in_time(sound: &Sound, convert: impl FnOnce(&Sound) -> Result<(Sound, Duration)>) -> Result<Sound> {
    let longer = |channel: &Vec<f32>| padded(channel, channel.len() + behind(sound.rate));
    let (mut made, late) = convert(&Sound { rate: sound.rate, channels: sound.channels.iter().map(longer).collect() })?;
    let late = (late.as_secs_f64() * f64::from(made.rate)).round() as usize;
    let wanted = (sound.samples() as u64 * u64::from(made.rate)).div_ceil(sound.rate.into()) as usize;
    for channel in &mut made.channels {
        channel.drain(..late.min(channel.len()));
        channel.truncate(wanted);
    }
    Ok(made)
}

/// Samples of silence that push the end of a sound out of any converter: 50 ms.
#[must_use]
pub const fn behind(rate: u32) -> usize {
    rate as usize / 20
}

/// A piece with zeros behind it.
#[must_use]
pub fn padded(piece: &[f32], length: usize) -> Vec<f32> {
    piece.iter().copied().chain(std::iter::repeat(0.0)).take(length).collect()
}
