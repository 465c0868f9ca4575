//! Pure: how a phone is to protect its packets, as the configuration says it.

use serde::de::{Deserialize, Deserializer, Error};

/// What a phone is to speak: `srtp = true` (or `"sdes"`) or `srtp = "dtls"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Srtp {
    /// What it likes.
    #[default]
    Off,
    /// Keys in its SDP (RFC 4568).
    Sdes,
    /// Keys by DTLS (RFC 5764).
    Dtls,
    /// As a browser does: DTLS, and ICE. Not of a file: known by its WebSocket.
    Browser,
}

impl<'de> Deserialize<'de> for Srtp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Written {
            Switch(bool),
            Name(String),
        }
        match Written::deserialize(deserializer) {
            Ok(Written::Switch(false)) => Ok(Self::Off),
            Ok(Written::Switch(true)) => Ok(Self::Sdes),
            Ok(Written::Name(name)) if name == "sdes" => Ok(Self::Sdes),
            Ok(Written::Name(name)) if name == "dtls" => Ok(Self::Dtls),
            _ => Err(D::Error::custom("srtp: true, false, \"sdes\" or \"dtls\" is wanted")),
        }
    }
}
