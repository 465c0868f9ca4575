//! Pure: the fingerprint of a certificate, as a description has it (RFC 8122 section 5).

use sha2::{Digest, Sha256, Sha384, Sha512};
use std::fmt;

/// The fingerprint of a certificate: by it, read in a description, a peer of a DTLS handshake is known (RFC 8122).
///
/// ```
/// use media_core::DtlsFingerprint;
///
/// // a=fingerprint:sha-256 …
/// let octets = vec!["4A"; 32].join(":");
/// let fingerprint = DtlsFingerprint::parse("sha-256", &octets).unwrap();
/// assert_eq!(fingerprint.to_string(), format!("sha-256 {octets}"));
/// assert_eq!(DtlsFingerprint::parse("md5", "4A:4A"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DtlsFingerprint {
    hash: Hash,
    octets: [u8; 64],
}

/// What is spoken of the registry of RFC 8122: SHA-1 and what is older are not believed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn of(self, certificate: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(certificate).to_vec(),
            Self::Sha384 => Sha384::digest(certificate).to_vec(),
            Self::Sha512 => Sha512::digest(certificate).to_vec(),
        }
    }
}

impl DtlsFingerprint {
    /// Of the two parts of `a=fingerprint`: the name of a hash (sha-256, sha-384, sha-512, in either case), and its octets in
    /// hexadecimal with colons between. `None` where it is none, or of another hash.
    #[must_use]
    pub fn parse(hash: &str, octets: &str) -> Option<Self> {
        let hash = Hash::ALL.into_iter().find(|known| hash.eq_ignore_ascii_case(known.name()))?;
        let parts = octets.split(':').map(|part| u8::from_str_radix(part, 16).ok().filter(|_| part.len() == 2));
        let octets = parts.collect::<Option<Vec<u8>>>()?;
        (octets.len() == hash.length()).then(|| Self::from_octets(hash, &octets))
    }

    /// Of a certificate in DER, by SHA-256.
    pub(super) fn of(certificate: &[u8]) -> Self {
        Self::from_octets(Hash::Sha256, &Hash::Sha256.of(certificate))
    }

    /// Whether it is that of this certificate in DER.
    pub(super) fn is_of(&self, certificate: &[u8]) -> bool {
        *self == Self::from_octets(self.hash, &self.hash.of(certificate))
    }

    fn from_octets(hash: Hash, octets: &[u8]) -> Self {
        let mut own = [0; 64];
        own.iter_mut().zip(octets).for_each(|(own, octet)| *own = *octet);
        Self { hash, octets: own }
    }
}

impl fmt::Display for DtlsFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.hash.name())?;
        for (place, octet) in self.octets.iter().take(self.hash.length()).enumerate() {
            let colon = if place == 0 { "" } else { ":" };
            write!(f, "{colon}{octet:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for DtlsFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DtlsFingerprint({self})")
    }
}
