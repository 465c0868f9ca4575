//! Control: a stage over a whole sound, block by block, as a media thread would call it.

use super::progress::Progress;
use anyhow::Result;
use media_core::types::SampleRate;

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
    let mut block = vec![0.0; rate.block_samples()];
    while result.len() < pcm.len() + delay {
        let piece = pcm.get(result.len()..).unwrap_or_default();
        let piece = &piece[..piece.len().min(block.len())];
        block[..piece.len()].copy_from_slice(piece);
        block[piece.len()..].fill(0.0);
        stage(&mut block)?;
        result.extend_from_slice(&block);
        progress.at(result.len());
    }
    result.drain(..delay);
    result.truncate(pcm.len());
    Ok(result)
}
