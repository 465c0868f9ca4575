//! Pure: the quality of a call as a person would judge it: meters of a leg, the E-model of ITU-T G.107, G.107.1 and G.107.2, a
//! monitor that rates each interval; the cause of every gap in a call, and how far audio comes.

mod adaptation;
mod call_book;
mod codec_impairment;
mod e_model;
mod glitch;
mod glitch_cause;
mod glitch_text;
mod glitches;
pub(crate) mod leg_meter;
mod monitor;
mod one_way;
mod time_line;

pub use adaptation::{
    Adaptation, AdaptationProfile, AdaptationProposal, AdaptationReason, Adjustment, DtxInForce, OpusInForce,
    RedundancyInForce, SendingInForce,
};
pub(crate) use call_book::CallBook;
pub use codec_impairment::{CodecImpairment, Confidence};
pub use e_model::{Band, EModel, QualityError, Rating, mos};
pub use glitch::{Filling, Glitch, GlitchDetail, GlitchSide};
pub use glitch_cause::GlitchCause;
pub use glitches::Glitches;
pub(crate) use leg_meter::GMIN;
pub use leg_meter::{BurstGapCounts, BurstGapMetrics};
pub use monitor::{
    QualityAlert, QualityAspect, QualityMetrics, QualityMonitor, QualityReport, QualitySample, QualityThresholds,
    RemoteQuality, TransportCounts,
};
pub use one_way::{AudioStage, OneWay};
pub(crate) use one_way::{ONE_WAY_FOR_SURE_S, PathEvidence};
pub use time_line::Second;
