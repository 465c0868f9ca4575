//! Control: which engine carries the records of DTLS, and what every one of them has to tell.
//!
//! By dimpl, which is pure Rust, knows no time but ours, and speaks DTLS 1.2 and 1.3 with ECDSA certificates. By OpenSSL where
//! the crate is built with `dtls-openssl`: whether a peer's certificate is an RSA one is not in its description, so all
//! associations go that way then.

#[cfg(feature = "dtls-openssl")]
mod context;
#[cfg(feature = "dtls-openssl")]
mod datagrams;
#[cfg(any(test, not(feature = "dtls-openssl")))]
mod dimpl;
#[cfg(feature = "dtls-openssl")]
mod openssl;
#[cfg(feature = "dtls-openssl")]
mod plausible;

#[cfg(feature = "dtls-openssl")]
pub(super) use self::context::Identity;
#[cfg(not(feature = "dtls-openssl"))]
pub(super) use self::dimpl::{Identity, Records};
#[cfg(feature = "dtls-openssl")]
pub(super) use self::openssl::Records;

/// What comes of records.
#[derive(Debug)]
pub enum Told<'a> {
    /// This is to be sent.
    Send(&'a [u8]),
    /// The peer's certificate, which nobody has looked at.
    Certificate(Vec<u8>),
    /// What keys of SRTP are made of, and the number of the profile (RFC 5764 section 4.1.2).
    Material(u16, &'a [u8]),
    /// The handshake is done.
    Connected,
    /// The peer ended it (`close_notify`).
    Closed,
}
