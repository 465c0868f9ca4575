//! Pure: the name and the password by which checks of ICE are known (RFC 8445 section 5.3).

use zeroize::Zeroizing;

/// Letters and digits, `+` and `/` (RFC 8839 section 5.4).
fn is_ice_char(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet == b'+' || octet == b'/'
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// User name fragment and password of one side (`a=ice-ufrag`, `a=ice-pwd`, RFC 8839 section 5.4).
///
/// ```
/// use media_core::IceCredentials;
///
/// let ours = IceCredentials::generate().unwrap();
/// assert_eq!((ours.ufrag().len(), ours.password().len()), (8, 24));
/// let theirs = IceCredentials::new("8hhY", "asd88fgpdd777uzjYhagZg").unwrap();
/// assert_eq!(theirs.ufrag(), "8hhY");
/// assert_eq!(IceCredentials::new("8hhY", "too short"), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct IceCredentials {
    ufrag: String,
    password: Zeroizing<String>,
}

impl IceCredentials {
    /// As a description has them: 4 to 256 characters, and 22 to 256. `None` where they are none.
    #[must_use]
    pub fn new(ufrag: &str, password: &str) -> Option<Self> {
        let legal = |text: &str, least| (least..=256).contains(&text.len()) && text.bytes().all(is_ice_char);
        (legal(ufrag, 4) && legal(password, 22))
            .then(|| Self { ufrag: ufrag.to_owned(), password: Zeroizing::new(password.to_owned()) })
    }

    /// New ones: 48 bits of chance and 144. `None`: the operating system gives no random numbers.
    #[must_use]
    pub fn generate() -> Option<Self> {
        let mut octets = Zeroizing::new([0; 32]);
        getrandom::fill(&mut octets[..]).ok()?;
        let letters: String = octets.iter().map(|octet| char::from(LETTERS[usize::from(octet & 63)])).collect();
        let (ufrag, password) = letters.split_at(8);
        Self::new(ufrag, password)
    }

    /// The user name fragment.
    #[must_use]
    pub fn ufrag(&self) -> &str {
        &self.ufrag
    }

    /// The password: it proves who checks, and is for the description alone.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }
}

impl std::fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IceCredentials({})", self.ufrag)
    }
}
