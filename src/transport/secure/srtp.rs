//! I/O: SRTP and SRTCP (RFC 3711, RFC 7714): packets protected and opened in place, without an allocation.
//!
//! Two ciphers ([`aes_cm`], [`gcm`]) behind [`cipher`]; keys derived once a master key ([`derive`]); what is known of each
//! source ([`sources`]: rollover counter and replay window, [`window`]); on top of them the two directions ([`SrtpReceiver`],
//! [`SrtpSender`]). A master key identifier (MKI) and a key derivation rate are not spoken.

mod aes_cm;
mod cipher;
mod derive;
#[doc(hidden)]
#[cfg(feature = "internals")]
pub mod fuzz;
mod gcm;
mod key;
mod layout;
mod receiver;
mod sender;
mod sources;
mod suite;
mod window;

pub use key::SrtpKey;
pub use receiver::SrtpReceiver;
pub use sender::SrtpSender;
pub use suite::SrtpSuite;

#[cfg(test)]
mod tests;
