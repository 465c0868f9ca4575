//! Pure: format parameters of a codec (`a=fmtp`, RFC 8866 section 6.15): the semicolon-separated keys and values.

use std::fmt;

/// The parameters of one payload type, in the order in which they were written. Keys compare without case; an entry
/// without `=` (the event list of telephone-event, RFC 4733) has an empty key.
///
/// ```
/// use media_core::codec::Fmtp;
///
/// let fmtp = Fmtp::parse("profile-level-id=42e01f; packetization-mode=1");
/// assert_eq!(fmtp.get("PACKETIZATION-MODE"), Some("1"));
/// assert_eq!(Fmtp::parse("0-15").bare(), Some("0-15")); // of telephone-event
/// assert_eq!(Fmtp::none().with("annexb", "no").to_string(), "annexb=no");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fmtp(Vec<(Box<str>, Box<str>)>);

impl Fmtp {
    /// No parameters.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Reads what stands after the payload type of an `a=fmtp` line, for example `minptime=10;useinbandfec=1`. Never
    /// fails: white space and empty entries are dropped, and what a value means is the codec's business.
    pub fn parse(text: &str) -> Self {
        let entries = text.split(';').map(str::trim).filter(|e| !e.is_empty());
        // What has nothing before its `=` has no key, and keeps the `=`, so that it is read as it was written.
        let split = |e: &str| match e.split_once('=').map(|(k, v)| (k.trim(), v.trim())) {
            Some((key, value)) if !key.is_empty() => (key.into(), value.into()),
            _ => ("".into(), e.into()),
        };
        Self(entries.map(split).collect())
    }

    /// The value of `key`; where a key stands twice, the first.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| &**v)
    }

    /// The first entry that has no key.
    pub fn bare(&self) -> Option<&str> {
        self.get("")
    }

    /// Keys and values in order; the key of a bare entry is empty.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (&**k, &**v))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// With `key` set to `value`, in its old place if it was there.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        let value = value.to_string().into_boxed_str();
        match self.0.iter_mut().find(|(k, _)| k.eq_ignore_ascii_case(key)) {
            Some(entry) => entry.1 = value,
            None => self.0.push((key.into(), value)),
        }
        self
    }
}

impl fmt::Display for Fmtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (key, value)) in self.iter().enumerate() {
            let (semicolon, equals) = (if i == 0 { "" } else { ";" }, if key.is_empty() { "" } else { "=" });
            write!(f, "{semicolon}{key}{equals}{value}")?;
        }
        Ok(())
    }
}
