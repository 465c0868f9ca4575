//! Pure: ICE as a server of a public address does it (ICE-lite, RFC 8445 section 2.5), and consent (RFC 7675).
//!
//! Control side: STUN and the agent are the crate is's. The peer checks the ways, and chooses; we answer what it proves by our
//! password, and send to where it has chosen for as long as it goes on to ask.

mod credentials;
mod lite;

pub use credentials::IceCredentials;
pub use lite::{CONSENT, IceAnswer, IceLite, IceNews};

#[cfg(test)]
mod tests;
