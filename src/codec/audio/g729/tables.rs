//! Pure: the numbers of the Recommendation: codebooks, windows, filters, function tables.

mod analysis;
mod cosine;
mod functions;
mod gain;
mod lsp_first_stage;
mod lsp_second_stage;
mod noise;

pub use analysis::*;
pub use cosine::*;
pub use functions::*;
pub use gain::*;
pub use lsp_first_stage::*;
pub use lsp_second_stage::*;
pub use noise::*;
