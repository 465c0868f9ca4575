//! Real-time: turns a number of channels into another by a matrix of gains.

use super::error::{FormatError, FormatFault};
use multiversion::multiversion;

/// The most channels that a mixer takes or makes.
pub const MAX_CHANNELS: usize = 8;

/// Mixes planar audio: each output is the sum of all inputs, each with a gain of its own.
///
/// [`mix`](Self::mix) and [`set_gains`](Self::set_gains) are real-time safe; new gains are reached evenly over the next
/// block, so that they make no click.
///
/// ```
/// use media_core::processing::ChannelMixer;
///
/// let mut to_mono = ChannelMixer::with_gains(2, 1, &[0.5, 0.5])?;
/// let stereo = [[0.2; 80], [0.4; 80]].concat(); // planar: left, then right
/// let mut mono = [0.0; 80];
/// assert_eq!(to_mono.mix(&stereo, &mut mono), Ok(80));
/// assert!((mono[79] - 0.3).abs() < 1e-6);
/// # Ok::<(), media_core::processing::FormatError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ChannelMixer {
    inputs: usize,
    outputs: usize,
    /// Row by row: the gains of the first output for each input, then the second's.
    gains: [f32; MAX_CHANNELS * MAX_CHANNELS],
    /// Where the next block begins.
    gains_before: [f32; MAX_CHANNELS * MAX_CHANNELS],
}

impl ChannelMixer {
    /// A mixer with the usual gains: equal numbers pass, mono goes to all channels, several channels make their mean.
    ///
    /// # Errors
    /// [`FormatError::Channels`] unless both numbers are 1 to [`MAX_CHANNELS`] and equal, or one of them is 1.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new(inputs: usize, outputs: usize) -> Result<Self, FormatError> {
        if inputs != outputs && inputs != 1 && outputs != 1 {
            return Err(FormatError::Channels {
                given: outputs,
                legal: "as many as there are, or 1 (others need a gain matrix)",
            });
        }
        let gain = |output, input| match (inputs, outputs) {
            (1, _) => 1.0,
            (n, 1) => 1.0 / n as f32,
            _ => f32::from(output == input),
        };
        let gains: Vec<f32> =
            (0..outputs).flat_map(|output| (0..inputs).map(move |input| gain(output, input))).collect();
        Self::with_gains(inputs, outputs, &gains)
    }

    /// A mixer with those linear gains, row by row: one row per output, one value per input.
    ///
    /// # Errors
    /// [`FormatError::Channels`] unless both numbers are 1 to [`MAX_CHANNELS`], [`FormatError::Matrix`] unless there are
    /// `inputs · outputs` finite gains.
    pub fn with_gains(inputs: usize, outputs: usize, gains: &[f32]) -> Result<Self, FormatError> {
        for given in [inputs, outputs] {
            if given == 0 || given > MAX_CHANNELS {
                return Err(FormatError::Channels { given, legal: "1 to 8" });
            }
        }
        let mut mixer = Self {
            inputs,
            outputs,
            gains: [0.0; MAX_CHANNELS * MAX_CHANNELS],
            gains_before: [0.0; MAX_CHANNELS * MAX_CHANNELS],
        };
        mixer.set_gains(gains)?;
        mixer.gains_before = mixer.gains;
        Ok(mixer)
    }

    /// Sets gains that hold from the end of the next block on. Real-time safe.
    ///
    /// # Errors
    /// [`FormatError::Matrix`], and the old gains stay.
    pub fn set_gains(&mut self, gains: &[f32]) -> Result<(), FormatError> {
        let expected = self.inputs * self.outputs;
        if gains.len() != expected || !gains.iter().all(|gain| gain.is_finite()) {
            return Err(FormatError::Matrix { given: gains.len(), expected });
        }
        self.gains[..expected].copy_from_slice(gains);
        Ok(())
    }

    /// Channels that come in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Channels that go out.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Mixes a block of planar audio and returns the samples per channel. Real-time safe; sums are not limited. Samples
    /// that are not finite count as 0.
    ///
    /// # Errors
    /// [`FormatFault::BadBlock`] unless `input` has as many samples for each channel, [`FormatFault::ShortOutput`].
    pub fn mix(&mut self, input: &[f32], output: &mut [f32]) -> Result<usize, FormatFault> {
        if !input.len().is_multiple_of(self.inputs) {
            return Err(FormatFault::BadBlock);
        }
        let samples = input.len() / self.inputs;
        let output = output.get_mut(..samples * self.outputs).ok_or(FormatFault::ShortOutput)?;
        if samples == 0 {
            return Ok(0);
        }
        let rows = self.gains.chunks_exact(self.inputs).zip(self.gains_before.chunks_exact(self.inputs));
        for (output, (gains, before)) in output.chunks_exact_mut(samples).zip(rows) {
            output.fill(0.0);
            for (input, (&gain, &before)) in input.chunks_exact(samples).zip(gains.iter().zip(before)) {
                add(output, input, before, gain);
            }
        }
        self.gains_before = self.gains;
        Ok(samples)
    }
}

/// Adds `input` with a gain that goes evenly from `before` to `gain`, sample by sample: the same on every instruction set.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add(output: &mut [f32], input: &[f32], before: f32, gain: f32) {
    add_portable(output, input, before, gain);
}

#[inline(always)]
fn add_portable(output: &mut [f32], input: &[f32], before: f32, gain: f32) {
    let finite = |x: f32| if x.abs() <= f32::MAX { x } else { 0.0 };
    if before == gain {
        output.iter_mut().zip(input).for_each(|(y, &x)| *y += gain * finite(x));
        return;
    }
    let slope = (gain - before) / output.len() as f32;
    for ((y, &x), n) in output.iter_mut().zip(input).zip(1i32..) {
        *y += (before + slope * n as f32) * finite(x);
    }
}

#[cfg(test)]
mod tests;
