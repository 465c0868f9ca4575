//! Control: SRTP of a session, as it was negotiated: suites and keys.

#[cfg(feature = "dtls")]
mod dtls;
mod inline;
mod params;

#[cfg(feature = "dtls")]
pub use crate::transport::ice::IceCredentials;
#[cfg(feature = "dtls")]
pub use crate::transport::secure::{CertificateError, DtlsCertificate, DtlsFingerprint, HandshakeFault};
pub use crate::transport::secure::{SrtpKey, SrtpSuite};
#[cfg(feature = "dtls")]
pub use dtls::{DtlsParams, DtlsRole, IceParams};
pub use inline::SrtpKeyError;
pub use params::SrtpParams;
