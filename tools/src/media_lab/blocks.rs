//! Control: a sound in blocks of 10 ms: their levels, and a stage over all of them, as a media thread would call it.

use super::progress::Progress;
use anyhow::Result;
use media_core::types::SampleRate;

/// A level of nothing: what is quieter is drawn and told as this.
const FLOOR_DBFS: f64 = -100.0;

/// The block that begins at `at`; behind the end is silence.
#[must_use]
pub fn block(pcm: &[f32], at: usize, size: usize) -> Vec<f32> {
    let piece = pcm.get(at..).unwrap_or_default();
    let piece = &piece[..piece.len().min(size)];
    piece.iter().copied().chain(std::iter::repeat(0.0)).take(size).collect()
}

/// The mean power of a block in dBFS: 0 is that of a full-scale square wave, -3 of a full-scale sine.
#[must_use]
pub fn level_dbfs(block: &[f32]) -> f64 {
    let power = block.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / block.len().max(1) as f64;
    (10.0 * power.log10()).max(FLOOR_DBFS)
}

/// The levels of a sound's blocks, dBFS.
#[must_use]
pub fn levels_dbfs(pcm: &[f32], size: usize) -> Vec<f64> {
    pcm.chunks(size).map(level_dbfs).collect()
}

/// Puts `pcm` through `stage` in blocks of 10 ms, the last one filled with silence, and takes out the stage's `delay` in
/// samples: the result is as long as `pcm` and in step with it.
///
/// # Errors
/// What the stage says.
pub fn through(
    pcm: &[f32],
    rate: SampleRate,
    delay: usize,
    what: &'static str,
    mut stage: impl FnMut(&mut [f32]) -> Result<()>,
) -> Result<Vec<f32>> {
    let mut progress = Progress::new(what, pcm.len());
    let mut result = Vec::with_capacity(pcm.len() + delay);
    while result.len() < pcm.len() + delay {
        let mut block = block(pcm, result.len(), rate.block_samples());
        stage(&mut block)?;
        result.extend_from_slice(&block);
        progress.at(result.len());
    }
    result.drain(..delay);
    result.truncate(pcm.len());
    Ok(result)
}
