//! Pure: why a handshake came to nothing.

/// Why a DTLS handshake came to nothing.
///
/// ```
/// use media_core::HandshakeFault;
///
/// assert!(HandshakeFault::Fingerprint.to_string().contains("a=fingerprint"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandshakeFault {
    /// The peer's certificate is not that of its description: somebody else answers.
    #[error("the certificate is not that of the peer's a=fingerprint")]
    Fingerprint,
    /// The peer did not answer in time.
    #[error("the peer did not answer in time")]
    TimedOut,
    /// The peer speaks no cipher, signature or version of DTLS in common: 1.2 and 1.3, ECDSA over P-256 or P-384; where the
    /// crate is built with `dtls-openssl`, 1.2 with RSA too.
    #[cfg_attr(
        not(feature = "dtls-openssl"),
        error(
            "the peer has no DTLS 1.2 or 1.3 with an ECDSA certificate in common with us (RSA: feature dtls-openssl)"
        )
    )]
    #[cfg_attr(feature = "dtls-openssl", error("the peer has no DTLS 1.2 in common with us, or no certificate"))]
    Protocol,
    /// It speaks DTLS, and no SRTP profile in common (RFC 5764 section 4.1.2).
    #[error("no SRTP profile in common")]
    NoProfile,
}
