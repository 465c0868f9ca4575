//! Pure: what all processing stages share: the block they work on, the faults they report, the errors of their makers.
//!
//! A stage is built on the control side for one sample rate and one channel, handed to a media thread, and from then on
//! called once per block of 10 ms (`SampleRate::hz() / 100` samples, 1.0 = full scale), in place. It allocates nothing,
//! never panics, takes NaN and infinities as silence, and never lets one out.

use crate::types::SampleRate;

/// Why a block was left as it was. Plain data: it is counted on a media thread, not formatted.
///
/// Example: [`Effect`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StageFault {
    /// The block is not 10 ms at the stage's sample rate.
    #[error("block is not 10 ms at the stage's sample rate")]
    BadBlock,
}

/// Why a stage cannot be made, or a setting not be taken.
///
/// Example: [`ProcessingParams`](crate::ProcessingParams).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessingError {
    /// An embedder's stage panicked as it was made.
    #[error(
        "the factory of a stage of the processing chain panicked: the log says where; it must give one for each rate"
    )]
    Panicked,
    /// The stage does not run at that rate.
    #[error("{stage} does not run at {rate}: use {legal}")]
    Rate {
        /// The stage and its algorithm.
        stage: &'static str,
        /// What was asked.
        rate: SampleRate,
        /// What would be legal.
        legal: &'static str,
    },
    /// A parameter out of its range.
    #[error("{field} = {}: must be {legal}", as_given(.value))]
    Parameter {
        /// The parameter's field.
        field: &'static str,
        /// What was given.
        value: f64,
        /// What would be legal.
        legal: &'static str,
    },
    /// The build lacks it.
    #[error("{what} is not in this build: enable cargo feature `{feature}`")]
    NotBuilt {
        /// The algorithm.
        what: &'static str,
        /// The feature that brings it.
        feature: &'static str,
    },
}

impl ProcessingError {
    /// `value` if it is within `low..=high`, else the error that says so.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn within(
        field: &'static str,
        value: f32,
        low: f32,
        high: f32,
        legal: &'static str,
    ) -> Result<f32, ProcessingError> {
        if (low..=high).contains(&value) {
            Ok(value)
        } else {
            Err(Self::Parameter { field, value: f64::from(value), legal })
        }
    }
}

/// Values are single floats: 0.1 is not 0.10000000149011612.
fn as_given(value: &f64) -> f32 {
    *value as f32
}

/// Anything that changes a channel's sound by itself: equalizer, compressor, an embedder's own.
///
/// An effect of one's own comes into a session as a [`CustomStage`](crate::processing::CustomStage).
///
/// ```
/// use media_core::processing::{Choice, CustomStage, Effect, ProcessingParams, StageFault};
/// use media_core::SampleRate;
///
/// /// Takes out the mean of each block.
/// #[derive(Debug)]
/// struct Centre(SampleRate);
///
/// impl Effect for Centre {
///     fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
///         if block.len() != self.0.block_samples() {
///             return Err(StageFault::BadBlock);
///         }
///         let mean = block.iter().sum::<f32>() / block.len() as f32;
///         block.iter_mut().for_each(|sample| *sample -= mean);
///         Ok(())
///     }
///
///     fn reset(&mut self) {}
/// }
///
/// let mut block = [0.25; 80];
/// assert_eq!(Centre(SampleRate::Hz8000).process(&mut block), Ok(()));
/// assert_eq!(block, [0.0; 80]);
/// let mut params = ProcessingParams::default();
/// params.equalizer = Choice::Custom(CustomStage::<dyn Effect>::new(|rate| Box::new(Centre(rate))));
/// assert!(!params.is_off());
/// ```
pub trait Effect: Send {
    /// Changes a block of 10 ms in place. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault>;

    /// Forgets what it heard. Real-time safe.
    fn reset(&mut self);
}
