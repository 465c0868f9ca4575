//! Real-time: conversion between any two sample rates whose ratio may drift: between clocks that are not one, or to rates
//! like 44.1 kHz that are not the engine's.
//!
//! A windowed-sinc interpolator (crate rubato): flat to 0.85 of the lower rate's Nyquist frequency, aliases more than
//! 100 dB down, delay 48 samples of the lower rate. On one side it takes or makes whole blocks, on the other as many samples
//! as the ratio asks for, which may differ by some from call to call. It costs several times a
//! [`Resampler`](super::Resampler), has a table of its own (48 KiB and up), and does not promise equal bits on different
//! instruction sets.

use super::error::{FormatError, FormatFault};
use crate::processing::finite::or_zero;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{
    Adjustable, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType, WindowFunction,
};
use std::time::Duration;

/// Greatest correction of the ratio in ppm, either way.
pub const MAX_DRIFT_PPM: f64 = 5_000.0;
/// Sample rates in Hz that may be converted.
const RATES: std::ops::RangeInclusive<f64> = 4_000.0..=192_000.0;
/// Length of the filter in samples of the lower rate.
const SINC_LENGTH: f64 = 96.0;

/// Which side of a [`DriftingResampler`] has blocks of a fixed size.
///
/// Example: [`DriftingResampler`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixedSide {
    /// Each call takes that many samples per channel and makes what comes of them.
    Input(usize),
    /// Each call makes that many samples per channel and takes what they need.
    Output(usize),
}

/// Converts between any two sample rates.
///
/// Built by the control side; [`process`](Self::process), [`set_drift`](Self::set_drift) and [`reset`](Self::reset) are
/// real-time safe.
///
/// ```
/// use media_core::processing::{DriftingResampler, FixedSide};
///
/// // A sound card at 44.1 kHz, whose clock is 50 ppm fast, read in blocks of 10 ms of ours.
/// let mut resampler = DriftingResampler::new(44_100.0, 48_000.0, 1, FixedSide::Output(480))?;
/// resampler.set_drift(50.0)?;
/// let mut ours = [0.0; 480];
/// let card = vec![0.1; resampler.input_samples()]; // may change from block to block
/// assert_eq!(resampler.process(&card, &mut ours), Ok(480));
/// # Ok::<(), media_core::processing::FormatError>(())
/// ```
pub struct DriftingResampler {
    inner: Async<f32>,
    /// By how much the output is later than the input, in seconds.
    delay: f64,
}

impl DriftingResampler {
    /// A resampler between those rates in Hz, for that many channels. Control side: allocates and computes its table.
    ///
    /// # Errors
    /// [`FormatError::Rate`] unless both rates are 4000 to 192000 Hz, [`FormatError::Channels`] unless there are 1 to 8
    /// channels, [`FormatError::Block`] unless the block has 1 to 9600 samples.
    pub fn new(from_hz: f64, to_hz: f64, channels: usize, fixed: FixedSide) -> Result<Self, FormatError> {
        if let Some(&rate) = [from_hz, to_hz].iter().find(|rate| !RATES.contains(rate)) {
            return Err(FormatError::Rate(rate));
        }
        if !(1..=super::MAX_CHANNELS).contains(&channels) {
            return Err(FormatError::Channels { given: channels, legal: "1 to 8" });
        }
        let (side, samples) = match fixed {
            FixedSide::Input(samples) => (FixedAsync::Input, samples),
            FixedSide::Output(samples) => (FixedAsync::Output, samples),
        };
        if !(1..=9_600).contains(&samples) {
            return Err(FormatError::Block(samples));
        }
        let length = (SINC_LENGTH * (from_hz / to_hz).max(1.0)).ceil() as usize;
        let parameters = SincInterpolationParameters::new(length, WindowFunction::BlackmanHarris)
            .interpolation(SincInterpolationType::Quadratic);
        let greatest = 1.0 + 2.0 * MAX_DRIFT_PPM * 1e-6;
        let inner = Async::new_sinc(to_hz / from_hz, greatest, &parameters, samples, channels, side)
            .map_err(|_| FormatError::Rate(to_hz))?;
        // The filter's length is rounded up to groups of 8, and the first sample is one of the output's into the input.
        let delay = length.next_multiple_of(8) as f64 / 2.0 / from_hz - 1.0 / to_hz;
        Ok(Self { inner, delay })
    }

    /// Samples per channel that the next call takes.
    pub fn input_samples(&self) -> usize {
        self.inner.input_frames_next()
    }

    /// Samples per channel that the next call makes.
    pub fn output_samples(&self) -> usize {
        self.inner.output_frames_next()
    }

    /// The most samples per channel that a call may take and make, whatever the drift.
    pub fn most_samples(&self) -> (usize, usize) {
        (self.inner.input_frames_max(), self.inner.output_frames_max())
    }

    /// By how much the output is later than the input.
    pub fn delay(&self) -> Duration {
        Duration::from_secs_f64(self.delay)
    }

    /// Sets by how much more (or less) output there is than the two rates say, in parts per million; reached evenly
    /// within the next call.
    ///
    /// # Errors
    /// [`FormatError::Drift`] beyond ±[`MAX_DRIFT_PPM`]; the old value stays.
    pub fn set_drift(&mut self, ppm: f64) -> Result<(), FormatError> {
        if !(-MAX_DRIFT_PPM..=MAX_DRIFT_PPM).contains(&ppm) {
            return Err(FormatError::Drift(ppm));
        }
        self.inner.set_resample_ratio_relative(1.0 + ppm * 1e-6, true).map_err(|_| FormatError::Drift(ppm))
    }

    /// Converts planar audio of [`input_samples`](Self::input_samples) per channel and returns the samples per channel
    /// written. Output that is not finite, because input was not, is 0.
    ///
    /// # Errors
    /// [`FormatFault::BadBlock`] for another number of samples, [`FormatFault::ShortOutput`]; nothing is changed then.
    pub fn process(&mut self, input: &[f32], output: &mut [f32]) -> Result<usize, FormatFault> {
        let channels = self.inner.nbr_channels();
        let (taken, made) = (self.input_samples(), self.output_samples());
        if input.len() != taken * channels {
            return Err(FormatFault::BadBlock);
        }
        let output = output.get_mut(..made * channels).ok_or(FormatFault::ShortOutput)?;
        let from = SequentialSlice::new(input, channels, taken).map_err(|_| FormatFault::BadBlock)?;
        let mut to = SequentialSlice::new_mut(output, channels, made).map_err(|_| FormatFault::ShortOutput)?;
        self.inner.process_into_buffer(&from, &mut to, None).map_err(|_| FormatFault::BadBlock)?;
        output.iter_mut().for_each(|y| *y = or_zero(*y));
        Ok(made)
    }

    /// Forgets past input and drift, as after construction.
    pub fn reset(&mut self) {
        self.inner.reset();
    }
}

impl std::fmt::Debug for DriftingResampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DriftingResampler")
            .field("delay", &self.delay)
            .field("ratio", &self.inner.resample_ratio())
            .field("channels", &self.inner.nbr_channels())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
