//! Pure: digest authentication of requests (RFC 3261 section 22, RFC 7616 with MD5 and quality of protection `auth`).
//!
//! rsipstack's own check writes the count of a nonce in decimal, so that a phone's tenth request under one would fail.

use super::config::User;
use md5::{Digest as _, Md5};
use rsipstack::sip::typed::tokenizers::AuthTokenizer;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq as _;

/// How long a nonce is good.
const NONCE_TIME: Duration = Duration::from_secs(300);
/// Nonces that are remembered; beyond it the oldest go, and whoever has one is asked anew.
const NONCES: usize = 4_096;

/// What a request's credentials are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// That name's.
    Is(String),
    /// None are there, or old ones: a challenge with this value is due.
    Challenge(String),
    /// Wrong ones, or of no name that there is.
    Wrong,
}

/// Who may come in.
#[derive(Debug)]
pub(super) struct Door {
    realm: String,
    passwords: BTreeMap<String, String>,
    nonces: VecDeque<(String, Instant)>,
}

impl Door {
    pub(super) fn new(realm: &str, users: &BTreeMap<String, User>) -> Self {
        let password = |(name, user): (&String, &User)| (name.clone(), user.password.clone());
        Self { realm: realm.to_owned(), passwords: users.iter().map(password).collect(), nonces: VecDeque::new() }
    }

    /// Whether nobody is asked for a password.
    pub(super) fn is_open(&self) -> bool {
        self.passwords.is_empty()
    }

    /// Looks at a request's `Authorization` or `Proxy-Authorization`.
    pub(super) fn look(&mut self, method: &str, credentials: Option<&str>, now: Instant) -> Verdict {
        let Some(credentials) = credentials else { return Verdict::Challenge(self.challenge(now, false)) };
        match self.name_of(method, credentials, now) {
            Some(Ok(name)) => Verdict::Is(name),
            Some(Err(())) => Verdict::Challenge(self.challenge(now, true)),
            None => Verdict::Wrong,
        }
    }

    /// Whose credentials they are; an error where only their nonce is old.
    fn name_of(&self, method: &str, credentials: &str, now: Instant) -> Option<Result<String, ()>> {
        let tokens = AuthTokenizer::parse(credentials).ok()?;
        let of = |name: &str| {
            let mut pairs = tokens.params.iter();
            pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim_matches('"'))
        };
        let (name, realm, nonce) = (of("username")?, of("realm")?, of("nonce")?);
        let algorithm = of("algorithm").is_none_or(|name| name.eq_ignore_ascii_case("MD5"));
        if realm != self.realm || !algorithm {
            return None;
        }
        // Time tells nothing of which names there are: a password is reckoned with in any case.
        let password = self.passwords.get(name);
        let first = hash(&format!("{name}:{realm}:{}", password.map_or("", String::as_str)));
        let second = hash(&format!("{method}:{}", of("uri")?));
        let expected = match of("qop") {
            Some(qop) if qop.eq_ignore_ascii_case("auth") => {
                hash(&format!("{first}:{nonce}:{}:{}:auth:{second}", of("nc")?, of("cnonce")?))
            }
            Some(_) => return None,
            None => hash(&format!("{first}:{nonce}:{second}")),
        };
        let right: bool = expected.as_bytes().ct_eq(of("response")?.to_ascii_lowercase().as_bytes()).into();
        if !right || password.is_none() {
            return None;
        }
        let known =
            |(one, since): &(String, Instant)| one == nonce && now.saturating_duration_since(*since) < NONCE_TIME;
        Some(if self.nonces.iter().any(known) { Ok(name.to_owned()) } else { Err(()) })
    }

    fn challenge(&mut self, now: Instant, stale: bool) -> String {
        let mut octets = [0; 16];
        // Without chance there is no nonce, and without a nonce nobody comes in.
        let nonce = match getrandom::fill(&mut octets) {
            Ok(()) => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
            Err(_) => String::new(),
        };
        if self.nonces.len() >= NONCES {
            self.nonces.pop_front();
        }
        if !nonce.is_empty() {
            self.nonces.push_back((nonce.clone(), now));
        }
        let stale = if stale { ", stale=true" } else { "" };
        format!("Digest realm=\"{}\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"{stale}", self.realm)
    }
}

fn hash(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> Door {
        let user = User { password: "secret".into() };
        Door::new("node", &[("alice".to_owned(), user)].into())
    }

    fn nonce(challenge: &str) -> &str {
        challenge.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap()
    }

    fn credentials(name: &str, password: &str, nonce: &str, nc: &str) -> String {
        let (a, b) = (hash(&format!("{name}:node:{password}")), hash("REGISTER:sip:node"));
        let response = hash(&format!("{a}:{nonce}:{nc}:x:auth:{b}"));
        format!(
            "Digest username=\"{name}\", realm=\"node\", nonce=\"{nonce}\", uri=\"sip:node\", response=\"{response}\", \
             algorithm=MD5, cnonce=\"x\", qop=auth, nc={nc}"
        )
    }

    #[test]
    fn only_who_knows_the_password_comes_in() {
        let (mut door, now) = (door(), Instant::now());
        let Verdict::Challenge(challenge) = door.look("REGISTER", None, now) else { panic!() };
        let nonce = nonce(&challenge).to_owned();
        // As often as he likes, the tenth time too.
        for nc in ["00000001", "0000000a", "000000ff"] {
            let good = credentials("alice", "secret", &nonce, nc);
            assert_eq!(door.look("REGISTER", Some(&good), now), Verdict::Is("alice".into()));
        }
        for (name, password) in [("alice", "Secret"), ("bob", "secret"), ("bob", ""), ("alice", "")] {
            let bad = credentials(name, password, &nonce, "00000001");
            assert!(matches!(door.look("REGISTER", Some(&bad), now), Verdict::Wrong), "{name} {password}");
        }
        let good = credentials("alice", "secret", &nonce, "00000001");
        // Of another request, of another place, of a nonce that is none of ours or old.
        assert!(matches!(door.look("INVITE", Some(&good), now), Verdict::Wrong));
        assert!(matches!(door.look("REGISTER", Some(&good.replace("node\"", "mode\"")), now), Verdict::Wrong));
        let foreign = credentials("alice", "secret", "0123", "00000001");
        assert!(
            matches!(door.look("REGISTER", Some(&foreign), now), Verdict::Challenge(c) if c.contains("stale=true"))
        );
        let late = now + NONCE_TIME;
        assert!(matches!(door.look("REGISTER", Some(&good), late), Verdict::Challenge(c) if c.contains("stale=true")));
        for bad in ["", "Digest", "Basic abc", "Digest username=\"alice\"", "Digest ,,,=\"\"\"="] {
            assert!(matches!(door.look("REGISTER", Some(bad), now), Verdict::Wrong), "{bad}");
        }
    }
}
