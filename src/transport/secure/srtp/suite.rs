//! Pure: the crypto suites of SRTP that are spoken, under their names in SDP.

/// A crypto suite of SRTP: cipher, authentication, lengths.
///
/// ```
/// use media_core::SrtpSuite;
///
/// let suite = SrtpSuite::parse("AES_CM_128_HMAC_SHA1_80").unwrap(); // the one that every phone has
/// assert_eq!((suite.key_octets(), suite.salt_octets(), suite.name()), (16, 14, "AES_CM_128_HMAC_SHA1_80"));
/// assert_eq!(SrtpSuite::parse("F8_128_HMAC_SHA1_80"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SrtpSuite {
    /// AES in counter mode, HMAC-SHA1 cut to 80 bits (RFC 4568 section 6.2.1): the one that has to be there.
    AesCm128HmacSha1_80,
    /// The same with 32 bits of tag for RTP, and 80 for RTCP (section 6.2.2).
    AesCm128HmacSha1_32,
    /// AES-GCM with a key of 128 bits and 128 bits of tag (RFC 7714).
    AeadAes128Gcm,
    /// The same with a key of 256 bits.
    AeadAes256Gcm,
}

impl SrtpSuite {
    /// All of them, in the order in which they are offered: first what every phone has.
    pub const ALL: [Self; 4] =
        [Self::AesCm128HmacSha1_80, Self::AesCm128HmacSha1_32, Self::AeadAes128Gcm, Self::AeadAes256Gcm];

    /// The suite of that name in SDP (RFC 4568 section 9.2, RFC 7714 section 14.1), in letters of either case; `None`: it is
    /// not spoken.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| name.eq_ignore_ascii_case(suite.name()))
    }

    /// Its name in SDP.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            Self::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
            Self::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Self::AeadAes256Gcm => "AEAD_AES_256_GCM",
        }
    }

    /// Octets of its master key.
    pub const fn key_octets(self) -> usize {
        match self {
            Self::AeadAes256Gcm => 32,
            _ => 16,
        }
    }

    /// Octets of its master salt.
    pub const fn salt_octets(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 | Self::AesCm128HmacSha1_32 => 14,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
        }
    }

    /// Octets of the tag that it adds to an RTP packet.
    pub const fn tag_octets(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 => 10,
            Self::AesCm128HmacSha1_32 => 4,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 16,
        }
    }
}

impl std::fmt::Display for SrtpSuite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
