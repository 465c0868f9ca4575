//! I/O: what protects a session's packets on the network: SRTP, and nothing where the crate is built without it.

#[cfg(not(feature = "srtp"))]
mod off;
#[cfg(feature = "srtp")]
mod protection;
#[cfg(feature = "srtp")]
mod srtp;
mod unsendable;

pub use unsendable::{LONGEST_TRAILER, Unsendable};

#[cfg(not(feature = "srtp"))]
pub use off::Protection;
#[cfg(feature = "srtp")]
pub use protection::{FORMER_KEY_LIMIT, FORMER_KEY_OVERLAP, Protection};
#[cfg(feature = "srtp")]
pub use srtp::*;
