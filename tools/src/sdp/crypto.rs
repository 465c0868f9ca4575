//! Pure: keys of SRTP in a description (`a=crypto`, RFC 4568), one direction a line.

use super::SdpError;
use media_core::{SrtpKey, SrtpKeyError, SrtpParams, SrtpSuite};

/// A line `a=crypto`: what its writer sends under, if it is agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crypto {
    /// Its number among those of the stream: an answer names the line of the offer by it.
    pub tag: u32,
    /// Suite, key and salt.
    pub key: SrtpKey,
}

impl Crypto {
    /// What is offered: a line a suite, AES-CM before AES-GCM, each with a key of its own.
    ///
    /// # Errors
    /// [`SrtpKeyError::NoRandomNumbers`].
    pub fn offer() -> Result<Vec<Self>, SrtpKeyError> {
        (1..).zip(SrtpSuite::ALL).map(|(tag, suite)| Ok(Self { tag, key: SrtpKey::generate(suite)? })).collect()
    }

    /// The line of an answer that takes this one of the offer: the same suite, a key of our own.
    ///
    /// # Errors
    /// [`SrtpKeyError::NoRandomNumbers`].
    pub fn answer(&self) -> Result<Self, SrtpKeyError> {
        Ok(Self { tag: self.tag, key: SrtpKey::generate(self.key.suite())? })
    }

    /// What a session is given where `ours` goes out and `theirs` came.
    #[must_use]
    pub fn params(ours: &Self, theirs: &Self) -> SrtpParams {
        SrtpParams::new(ours.key.clone(), theirs.key.clone())
    }

    /// What a session is given whose offer had the lines `offered`, and its answer `answered`; `None`: the answer takes none of
    /// them.
    #[must_use]
    pub fn agreed(offered: &[Self], answered: &[Self]) -> Option<SrtpParams> {
        // An answer has one line (RFC 4568 section 5.1.2).
        let theirs = answered.first()?;
        let ours = offered.iter().find(|ours| ours.tag == theirs.tag && ours.key.suite() == theirs.key.suite())?;
        Some(Self::params(ours, theirs))
    }

    /// Reads the value of a line. No reason tells anything of a key.
    pub(super) fn read(text: &str) -> Result<Self, SdpError> {
        let refused = |reason: String| SdpError::Crypto(reason);
        let mut parts = text.split_ascii_whitespace();
        let (Some(tag), Some(suite), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused("a line of fewer than three parts".to_owned()));
        };
        let tag = tag.parse().map_err(|_| refused("its tag is no number".to_owned()))?;
        let suite = SrtpSuite::parse(suite).ok_or_else(|| refused(format!("the suite {suite:?} is not spoken")))?;
        // What may be passed over says so, and a window is hinted at only (sections 6.3.6 and 6.3.7).
        let needed = |parameter: &&str| !parameter.starts_with('-') && !parameter.starts_with("WSH=");
        if let Some(parameter) = parts.find(needed) {
            return Err(refused(format!("the session parameter {parameter:?} is not spoken")));
        }
        let key = SrtpKey::from_inline(suite, key).map_err(|error| refused(error.to_string()))?;
        Ok(Self { tag, key })
    }
}

impl std::fmt::Display for Crypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.tag, self.key.suite(), self.key.to_inline())
    }
}
