//! Pure: digest authentication of requests (RFC 3261 section 22, RFC 7616 with MD5 and quality of protection `auth`).
//!
//! rsipstack's own check writes the count of a nonce in decimal, so that a phone's tenth request under one would fail.

use super::config::User;
use md5::{Digest as _, Md5};
use rsipstack::sip::Uri;
use rsipstack::sip::typed::tokenizers::AuthTokenizer;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq as _;

/// How long a nonce is good.
const NONCE_TIME: Duration = Duration::from_secs(300);
/// Nonces whose counts are known. Only who has a password makes one be kept; beyond that many in their time all are forgotten.
const NONCES: usize = 65_536;

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
    /// What makes a nonce ours: none is kept, so that a flood of challenges pushes none out.
    secret: String,
    began: Instant,
    /// By name and nonce: the count that was used last (RFC 7616 section 3.4), and when the nonce was first used.
    counts: RefCell<HashMap<(String, String), (u64, Instant)>>,
}

impl Door {
    /// # Errors
    /// The operating system has no random numbers.
    pub(super) fn new(realm: &str, users: &BTreeMap<String, User>) -> anyhow::Result<Self> {
        let password = |(name, user): (&String, &User)| (name.clone(), user.password.clone());
        let mut octets = [0; 32];
        getrandom::fill(&mut octets).map_err(|why| anyhow::anyhow!("no random numbers: {why}"))?;
        let secret = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let passwords = users.iter().map(password).collect();
        Ok(Self { realm: realm.to_owned(), passwords, secret, began: Instant::now(), counts: RefCell::default() })
    }

    /// Whether nobody is asked for a password.
    pub(super) fn is_open(&self) -> bool {
        self.passwords.is_empty()
    }

    /// Looks at the `Authorization` of a request to `asked`.
    pub(super) fn look(&self, (method, asked): (&str, &Uri), credentials: Option<&str>, now: Instant) -> Verdict {
        let Some(credentials) = credentials else { return Verdict::Challenge(self.challenge(now, false)) };
        match self.name_of((method, asked), credentials, now) {
            Some(Ok(name)) => Verdict::Is(name),
            Some(Err(())) => Verdict::Challenge(self.challenge(now, true)),
            None => Verdict::Wrong,
        }
    }

    /// Whose credentials they are; an error where only their nonce is old.
    fn name_of(&self, (method, asked): (&str, &Uri), credentials: &str, now: Instant) -> Option<Result<String, ()>> {
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
        // Credentials are of one request's target (RFC 7616 section 3.4.6); in what phones write beside the name they differ.
        if Uri::try_from(of("uri")?).ok()?.user() != asked.user() {
            return None;
        }
        // Time tells nothing of which names there are: a password is reckoned with in any case.
        let password = self.passwords.get(name);
        let first = hash(&format!("{name}:{realm}:{}", password.map_or("", String::as_str)));
        let second = hash(&format!("{method}:{}", of("uri")?));
        let (count, expected) = match of("qop") {
            Some(qop) if qop.eq_ignore_ascii_case("auth") => {
                let nc = of("nc")?;
                let whole = format!("{first}:{nonce}:{nc}:{}:auth:{second}", of("cnonce")?);
                (u64::from_str_radix(nc, 16).ok()?, hash(&whole))
            }
            Some(_) => return None,
            // Good once.
            None => (0, hash(&format!("{first}:{nonce}:{second}"))),
        };
        let right: bool = expected.as_bytes().ct_eq(of("response")?.to_ascii_lowercase().as_bytes()).into();
        if !right || password.is_none() {
            return None;
        }
        let good = self.is_fresh(nonce, now) && self.is_next((name, nonce), count, now);
        Some(if good { Ok(name.to_owned()) } else { Err(()) })
    }

    /// Whether that count of a nonce was not used yet: what somebody listened to is not taken from him again. Who counts wrongly
    /// is asked once more, by a new nonce.
    fn is_next(&self, (name, nonce): (&str, &str), count: u64, now: Instant) -> bool {
        let mut counts = self.counts.borrow_mut();
        if counts.len() >= NONCES {
            counts.retain(|_, (_, since)| now.saturating_duration_since(*since) < NONCE_TIME);
        }
        if counts.len() >= NONCES {
            counts.clear();
        }
        match counts.entry((name.to_owned(), nonce.to_owned())) {
            Entry::Vacant(place) => {
                place.insert((count, now));
                true
            }
            Entry::Occupied(mut place) => {
                let last = &mut place.get_mut().0;
                let next = count > *last;
                *last = count.max(*last);
                next
            }
        }
    }

    /// Ours, and not old. Within its time it may be used again by a phone that counts with it.
    fn is_fresh(&self, nonce: &str, now: Instant) -> bool {
        let millis = nonce.split_once('-').and_then(|(millis, _)| u64::from_str_radix(millis, 16).ok());
        let at = millis.and_then(|millis| self.began.checked_add(Duration::from_millis(millis)));
        let Some(at) = at else { return false };
        let ours = self.nonce(at);
        bool::from(ours.as_bytes().ct_eq(nonce.as_bytes())) && now.saturating_duration_since(at) < NONCE_TIME
    }

    fn nonce(&self, at: Instant) -> String {
        let millis = at.saturating_duration_since(self.began).as_millis();
        let (secret, inner) = (&self.secret, hash(&format!("{}:{millis}", self.secret)));
        format!("{millis:x}-{}", hash(&format!("{secret}:{inner}")))
    }

    fn challenge(&self, now: Instant, stale: bool) -> String {
        let (nonce, stale) = (self.nonce(now), if stale { ", stale=true" } else { "" });
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
        let user = User { password: "secret".into(), srtp: Default::default() };
        Door::new("node", &[("alice".to_owned(), user)].into()).unwrap()
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
        let (door, now) = (door(), Instant::now());
        let [node, bob] = ["sip:node", "sip:bob@node"].map(|uri| Uri::try_from(uri).unwrap());
        let Verdict::Challenge(challenge) = door.look(("REGISTER", &node), None, now) else { panic!() };
        let nonce = nonce(&challenge).to_owned();
        // As often as he likes, the tenth time too.
        for nc in ["00000001", "0000000a", "000000ff"] {
            let good = credentials("alice", "secret", &nonce, nc);
            assert_eq!(door.look(("REGISTER", &node), Some(&good), now), Verdict::Is("alice".into()));
        }
        // What was heard on the wire is nobody's key: he who repeats it is asked, and so is who does not count.
        for nc in ["000000ff", "0000000a", "00000001"] {
            let again = door.look(("REGISTER", &node), Some(&credentials("alice", "secret", &nonce, nc)), now);
            assert!(matches!(again, Verdict::Challenge(ref c) if c.contains("stale=true")), "{nc}: {again:?}");
        }
        let plain = |password: &str| {
            let (a, b) = (hash(&format!("alice:node:{password}")), hash("REGISTER:sip:node"));
            let response = hash(&format!("{a}:{nonce}:{b}"));
            format!(
                "Digest username=\"alice\", realm=\"node\", nonce=\"{nonce}\", uri=\"sip:node\", response=\"{response}\""
            )
        };
        let without = |door: &Door, password| door.look(("REGISTER", &node), Some(&plain(password)), now);
        assert!(matches!(without(&door, "secret"), Verdict::Challenge(_)), "the nonce was used");
        assert!(matches!(without(&door, "Secret"), Verdict::Wrong));
        door.counts.borrow_mut().clear();
        assert_eq!(without(&door, "secret"), Verdict::Is("alice".into()));
        assert!(matches!(without(&door, "secret"), Verdict::Challenge(_)), "once");
        door.counts.borrow_mut().clear();
        for (name, password) in [("alice", "Secret"), ("bob", "secret"), ("bob", ""), ("alice", "")] {
            let bad = credentials(name, password, &nonce, "00000001");
            assert!(matches!(door.look(("REGISTER", &node), Some(&bad), now), Verdict::Wrong), "{name} {password}");
        }
        let good = credentials("alice", "secret", &nonce, "00000001");
        // Of another target, though the method is the same.
        assert!(matches!(door.look(("REGISTER", &bob), Some(&good), now), Verdict::Wrong));
        // Of another request, of another place, of a nonce that is none of ours or old.
        assert!(matches!(door.look(("INVITE", &node), Some(&good), now), Verdict::Wrong));
        assert!(matches!(door.look(("REGISTER", &node), Some(&good.replace("node\"", "mode\"")), now), Verdict::Wrong));
        for foreign in ["0123", "", "-", "0-0123", "ffffffffffffffff-0", &nonce.replace('-', "0-")] {
            let credentials = credentials("alice", "secret", foreign, "00000001");
            let found = door.look(("REGISTER", &node), Some(&credentials), now);
            assert!(matches!(found, Verdict::Challenge(ref c) if c.contains("stale=true")), "{foreign}");
        }
        let late = now + NONCE_TIME;
        assert!(
            matches!(door.look(("REGISTER", &node), Some(&good), late), Verdict::Challenge(c) if c.contains("stale=true"))
        );
        for bad in ["", "Digest", "Basic abc", "Digest username=\"alice\"", "Digest ,,,=\"\"\"="] {
            assert!(matches!(door.look(("REGISTER", &node), Some(bad), now), Verdict::Wrong), "{bad}");
        }
    }
}
