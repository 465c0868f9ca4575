//! Pure: what can go wrong in format conversion: errors when a converter is made, faults when it runs.

/// Why a converter cannot be made, or a setting not be taken.
///
/// Example: [`FormatConverter`](crate::processing::FormatConverter).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The number of channels.
    #[error("channels = {given}: must be {legal}")]
    Channels {
        /// What was asked.
        given: usize,
        /// What would be legal.
        legal: &'static str,
    },
    /// A gain matrix that does not fit its channels, or holds a value that is not finite.
    #[error("gain matrix of {given} values: {expected} finite values are needed (outputs × inputs)")]
    Matrix {
        /// How many values were given.
        given: usize,
        /// How many are needed.
        expected: usize,
    },
    /// A sample rate in Hz that no converter takes.
    #[error("sample rate = {0} Hz: must be 4000 to 192000 Hz")]
    Rate(f64),
    /// A correction of the ratio that is too great.
    #[error("drift = {0} ppm: must be -5000 to 5000 ppm")]
    Drift(f64),
    /// A block size that is not possible.
    #[error("block = {0} samples: must be 1 to 9600")]
    Block(usize),
}

/// Why a block could not be converted. Plain data: it is counted on a media thread, not formatted.
///
/// Example: [`Resampler`](crate::processing::Resampler).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatFault {
    /// The input is not a block of this converter.
    #[error("sample count is not a block of this converter")]
    BadBlock,
    /// The output slice is too short.
    #[error("output slice is too short")]
    ShortOutput,
}
