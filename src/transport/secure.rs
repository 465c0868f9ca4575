//! I/O: what protects a session's packets on the network: SRTP, and nothing where the crate is built without it.

#[cfg(feature = "dtls")]
mod dtls;
#[cfg(feature = "dtls")]
mod handshake_fault;
#[cfg(not(feature = "srtp"))]
mod off;
#[cfg(feature = "srtp")]
mod protection;
#[cfg(feature = "srtp")]
mod srtp;
mod unsendable;

pub use unsendable::{LONGEST_TRAILER, Unsendable};

#[cfg(feature = "dtls")]
pub use dtls::{CertificateError, DtlsAssociation, DtlsCertificate, DtlsFingerprint, DtlsNews};
#[cfg(feature = "dtls")]
pub use handshake_fault::HandshakeFault;
#[cfg(not(feature = "srtp"))]
pub use off::Protection;
#[cfg(feature = "srtp")]
pub use protection::{FORMER_KEY_LIMIT, FORMER_KEY_OVERLAP, Protection};
#[cfg(feature = "srtp")]
pub use srtp::*;
