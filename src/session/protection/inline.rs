//! Pure: keys of chance, and as SDP has them (RFC 4568 section 6.1): `inline:` and base64 of key and salt.

use crate::transport::secure::{SrtpKey, SrtpSuite};
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// Written with the padding that octets need, read with or without it: devices differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// The longest key with its salt, in octets.
const LONGEST: usize = 46;
/// The most packets under one key (RFC 3711 section 9.2), as a power of two.
const LONGEST_LIFETIME: u32 = 48;

/// Why a text is no key of SRTP, or there is none.
///
/// ```
/// use media_core::{SrtpKey, SrtpKeyError, SrtpSuite};
///
/// let text = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|1:4"; // MKI 1, of 4 octets
/// assert_eq!(SrtpKey::from_inline(SrtpSuite::AesCm128HmacSha1_80, text), Err(SrtpKeyError::Mki));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SrtpKeyError {
    /// It does not begin with `inline:`, the one way that RFC 4568 knows.
    #[error("a key begins with inline:")]
    Method,
    /// It names a master key identifier (MKI), or several keys, which differ by it.
    #[error("a master key identifier (MKI): not spoken here, offer a key without it")]
    Mki,
    /// No base64 (RFC 4648 section 4).
    #[error("key and salt are no base64")]
    Base64,
    /// Of other octets than the suite has.
    #[error("key and salt of {got} octets: {suite} has {wanted}")]
    Length {
        /// The suite.
        suite: SrtpSuite,
        /// Octets of key and salt together.
        wanted: usize,
        /// As many came; at most 47 are counted.
        got: usize,
    },
    /// A lifetime that is none: 1 to 2^48 packets.
    #[error("a lifetime: must be a number of packets, 1 to 2^48, as in 2^20")]
    Lifetime,
    /// The operating system has no random numbers.
    #[error("the operating system gives no random numbers")]
    NoRandomNumbers,
}

impl SrtpKey {
    /// A new key of a suite, from the operating system's random numbers.
    ///
    /// # Errors
    /// [`SrtpKeyError::NoRandomNumbers`].
    pub fn generate(suite: SrtpSuite) -> Result<Self, SrtpKeyError> {
        let mut octets = Zeroizing::new([0; LONGEST]);
        getrandom::fill(&mut octets[..]).map_err(|_| SrtpKeyError::NoRandomNumbers)?;
        let (key, salt) = octets.split_at(suite.key_octets());
        let salt = salt.get(..suite.salt_octets()).unwrap_or(&[]);
        Self::new(suite, key, salt).ok_or(SrtpKeyError::NoRandomNumbers)
    }

    /// Reads `inline:BASE64`, with or without a lifetime behind it (`|2^20`), which is checked and else of no effect: the peer
    /// counts what it sends.
    ///
    /// # Errors
    /// [`SrtpKeyError`].
    pub fn from_inline(suite: SrtpSuite, text: &str) -> Result<Self, SrtpKeyError> {
        let (method, rest) = text.trim().split_once(':').ok_or(SrtpKeyError::Method)?;
        if !method.eq_ignore_ascii_case("inline") {
            return Err(SrtpKeyError::Method);
        }
        let mut parts = rest.split('|');
        let key = parts.next().unwrap_or_default();
        // A key's own text has neither; identifier and length are parted by a colon, several keys by a semicolon.
        if rest.contains([':', ';']) {
            return Err(SrtpKeyError::Mki);
        }
        parts.try_for_each(check_lifetime)?;
        let mut octets = Zeroizing::new([0; LONGEST + 1]);
        let wanted = suite.key_octets() + suite.salt_octets();
        let length = |got| SrtpKeyError::Length { suite, wanted, got };
        let got = BASE64.decode_slice(key, &mut octets[..]).map_err(|fault| match fault {
            base64::DecodeSliceError::DecodeError(_) => SrtpKeyError::Base64,
            base64::DecodeSliceError::OutputSliceTooSmall => length(LONGEST + 1),
        })?;
        let (key, salt) = octets.get(..got).unwrap_or(&[]).split_at_checked(suite.key_octets()).ok_or(length(got))?;
        Self::new(suite, key, salt).ok_or(length(got))
    }

    /// As `a=crypto` has it: `inline:BASE64`. It is the key itself: to be sent over a protected way only, and not logged.
    #[must_use]
    pub fn to_inline(&self) -> String {
        let octets = Zeroizing::new([self.key(), self.salt()].concat());
        format!("inline:{}", BASE64.encode(&octets[..]))
    }
}

fn check_lifetime(text: &str) -> Result<(), SrtpKeyError> {
    let packets = match text.strip_prefix("2^") {
        Some(power) => power.parse().ok().filter(|power: &u32| *power <= LONGEST_LIFETIME).map(|power| 1_u64 << power),
        None => text.parse().ok(),
    };
    match packets {
        Some(1..=0x1_0000_0000_0000) => Ok(()),
        _ => Err(SrtpKeyError::Lifetime),
    }
}

#[cfg(test)]
mod tests;
