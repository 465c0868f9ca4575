//! Pure: DTLS-SRTP (RFC 5764): certificates, fingerprints, and the handshake from datagram to keys.
//!
//! Control side: the records are those of another's engine ([`records`]), which asks for memory as it goes. What comes of
//! them, two keys of SRTP, is handed to the I/O thread as any other keys are.

mod association;
mod certificate;
mod fingerprint;
mod keys;
mod records;

pub use association::{DtlsAssociation, DtlsNews};
pub use certificate::{CertificateError, DtlsCertificate};
pub use fingerprint::DtlsFingerprint;

#[cfg(test)]
mod tests;
