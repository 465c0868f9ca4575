//! Pure: the quality of a call as a person would judge it: meters of a leg, the E-model of ITU-T G.107, G.107.1 and G.107.2, a
//! monitor that rates each interval.

mod adaptation;
mod codec_impairment;
mod e_model;
pub(crate) mod leg_meter;
mod monitor;

pub use adaptation::{
    Adaptation, AdaptationProfile, AdaptationProposal, AdaptationReason, Adjustment, OpusInForce, SendingInForce,
};
pub use codec_impairment::{CodecImpairment, Confidence};
pub use e_model::{Band, EModel, QualityError, Rating, mos};
pub use leg_meter::{BurstGapCounts, BurstGapMetrics};
pub use monitor::{
    QualityAlert, QualityAspect, QualityMetrics, QualityMonitor, QualityReport, QualitySample, QualityThresholds,
    RemoteQuality,
};
