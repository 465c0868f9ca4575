//! Pure: a master key of SRTP with its salt: compared in constant time, never shown, overwritten when it goes.

use super::suite::SrtpSuite;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// The longest master key and salt, in octets.
const LONGEST_KEY: usize = 32;
/// The salt fills this from the left (RFC 7714 section 11): what follows a shorter one is zero.
pub(crate) const LONGEST_SALT: usize = 14;

/// A master key of SRTP with its master salt (RFC 3711 section 3.2.1), of one direction.
///
/// It is shown nowhere: its `Debug` names the suite alone. The memory is overwritten when a key goes.
///
/// ```
/// use media_core::{SrtpKey, SrtpSuite};
///
/// let own = SrtpKey::generate(SrtpSuite::AesCm128HmacSha1_80).unwrap();
/// let text = own.to_inline(); // for a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:…
/// assert_eq!(SrtpKey::from_inline(SrtpSuite::AesCm128HmacSha1_80, &text), Ok(own));
/// ```
#[derive(Clone)]
pub struct SrtpKey {
    pub(super) suite: SrtpSuite,
    pub(super) key: [u8; LONGEST_KEY],
    pub(super) salt: [u8; LONGEST_SALT],
}

impl SrtpKey {
    /// The key and the salt of a suite; `None` where their lengths are not [those of the suite](SrtpSuite::key_octets).
    #[must_use]
    pub fn new(suite: SrtpSuite, key: &[u8], salt: &[u8]) -> Option<Self> {
        let mut made = Self { suite, key: [0; LONGEST_KEY], salt: [0; LONGEST_SALT] };
        if key.len() != suite.key_octets() || salt.len() != suite.salt_octets() {
            return None;
        }
        made.key.get_mut(..key.len())?.copy_from_slice(key);
        made.salt.get_mut(..salt.len())?.copy_from_slice(salt);
        Some(made)
    }

    /// What it is for.
    #[must_use]
    pub fn suite(&self) -> SrtpSuite {
        self.suite
    }

    /// The master key.
    pub(crate) fn key(&self) -> &[u8] {
        self.key.get(..self.suite.key_octets()).unwrap_or(&[])
    }

    /// The master salt, without what fills it up.
    pub(crate) fn salt(&self) -> &[u8] {
        self.salt.get(..self.suite.salt_octets()).unwrap_or(&[])
    }

    /// The master salt, filled up with zeros.
    pub(super) fn padded_salt(&self) -> [u8; LONGEST_SALT] {
        self.salt
    }
}

impl PartialEq for SrtpKey {
    fn eq(&self, other: &Self) -> bool {
        self.suite == other.suite && bool::from(self.key.ct_eq(&other.key) & self.salt.ct_eq(&other.salt))
    }
}

impl Eq for SrtpKey {}

impl std::fmt::Debug for SrtpKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SrtpKey").field("suite", &self.suite).finish_non_exhaustive()
    }
}

impl Drop for SrtpKey {
    fn drop(&mut self) {
        self.key.zeroize();
        self.salt.zeroize();
    }
}
