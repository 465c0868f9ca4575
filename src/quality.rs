//! Pure: the quality of a call as a person would judge it: the E-model of ITU-T G.107, G.107.1 and G.107.2; the cause of every gap in
//! it, and how far audio comes.

mod call_book;
mod codec_impairment;
mod e_model;
mod glitch;
mod glitch_cause;
mod glitch_text;
mod glitches;
mod one_way;
mod time_line;

pub(crate) use call_book::CallBook;
pub use codec_impairment::{CodecImpairment, Confidence};
pub use e_model::{Band, EModel, QualityError, Rating, mos};
pub use glitch::{Filling, Glitch, GlitchDetail, GlitchSide};
pub use glitch_cause::GlitchCause;
pub use glitches::Glitches;
pub(crate) use one_way::PathEvidence;
pub use one_way::{AudioStage, OneWay};
pub use time_line::Second;
