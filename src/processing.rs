//! Pure: audio processing stages, effects and format conversion.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

#[cfg(not(feature = "internals"))]
pub(crate) mod audio;
#[cfg(feature = "internals")]
pub mod audio;
#[cfg(not(feature = "internals"))]
pub(crate) mod chain;
#[cfg(feature = "internals")]
pub mod chain;
#[cfg(not(feature = "internals"))]
pub(crate) mod effects;
#[cfg(feature = "internals")]
pub mod effects;
pub(crate) mod finite;
#[cfg(not(feature = "internals"))]
pub(crate) mod format;
#[cfg(feature = "internals")]
pub mod format;
#[cfg(not(feature = "internals"))]
pub(crate) mod stage;
#[cfg(feature = "internals")]
pub mod stage;

pub use audio::aec::{
    Aec, AecAlgorithm, AecParams, EchoCanceller, EchoMetrics, EchoSuppression, FrequencyDomain, Nlms,
};
pub use audio::agc::{Agc, AgcAlgorithm, AgcParams, GainControl, Leveler, MultibandAgc, WidebandAgc};
pub use audio::amd::{AmdCause, AmdDetector, AmdEvent, AmdParams, AnsweredBy};
pub use audio::barge_in::{BargeInDetector, BargeInEvent, BargeInParams};
pub use audio::loudness::LoudnessMeter;
#[cfg(feature = "neural")]
pub use audio::ns::NeuralSuppressor;
pub use audio::ns::{NoiseSuppression, NoiseSuppressor, Ns, NsAlgorithm, NsParams, SpectralSuppressor, prepare_thread};
pub use audio::plc::Concealer;
pub use audio::tone::{
    CallProgressDetector, CallProgressParams, DtmfDetector, DtmfGenerator, DtmfParams, SingleTone, SingleToneDetector,
    SingleToneParams, Tone, ToneDetector, ToneEvent,
};
#[cfg(feature = "neural")]
pub use audio::vad::NeuralDetector;
pub use audio::vad::{EnergyDetector, HysteresisParams, SpectralDetector, Vad, VadAlgorithm, VadParams, VoiceDetector};
pub use chain::{
    AgcStage, AudioProcessor, ChainRates, ChainRequest, Choice, CustomStage, ProcessingGauges, ProcessingMetrics,
    ProcessingParams, Removal, StageReport,
};
pub use effects::biquad::{Coefficients, Shape};
pub use effects::{
    Band, BlockLimiter, Compressor, CompressorParams, Equalizer, EqualizerParams, MAX_BANDS, MAX_LOOK_AHEAD_MS,
    PeakLimiter,
};
pub use format::bit_depth::SampleFormat;
pub use format::{
    ChannelMixer, DriftingResampler, FixedSide, FormatConverter, FormatError, FormatFault, MAX_CHANNELS, MAX_DRIFT_PPM,
    PcmFormat, Resampler,
};
pub use stage::{Effect, ProcessingError, StageFault};

#[cfg(test)]
pub(crate) mod tests;
