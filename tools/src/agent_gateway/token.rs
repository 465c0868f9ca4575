//! Pure: who may come in: a token in the header or in the query, compared in constant time.

use subtle::ConstantTimeEq as _;

/// The secret that clients show.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A secret of at least 16 visible ASCII characters that need no escape in a URL.
    ///
    /// # Errors
    /// What it has to be like.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let legal = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
        match text.len() >= 16 && text.bytes().all(legal) {
            true => Ok(Self(text.to_owned())),
            false => Err("must have 16 characters or more, of A-Z a-z 0-9 - . _ ~"),
        }
    }

    /// Whether a request shows it: `Authorization: Bearer …`, or `token=…` in the query. How long a look takes says no more than its length.
    pub(super) fn is_shown(&self, authorization: Option<&str>, query: Option<&str>) -> bool {
        let scheme = |text: &str| text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
        let bearer = authorization.filter(|text| scheme(text)).map(|text| text[7..].trim());
        let asked = query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("token=")));
        bearer.or(asked).is_some_and(|shown| bool::from(shown.as_bytes().ct_eq(self.0.as_bytes())))
    }
}

#[cfg(test)]
mod tests;
