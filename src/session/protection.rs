//! Control: SRTP of a session, as it was negotiated: suites and keys.

mod inline;
mod params;

pub use crate::transport::secure::{SrtpKey, SrtpSuite};
pub use inline::SrtpKeyError;
pub use params::SrtpParams;
