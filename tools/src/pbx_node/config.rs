//! Pure: the node's configuration: one TOML file, each field with a default that works on loopback.

mod check;

use super::srtp::Srtp;
use anyhow::{Context as _, Result};
use media_core::TonePlan;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Names that are no phone's: the node itself answers.
pub const SERVICES: [&str; 3] = ["echo", "play", "record"];
/// What a room's name begins with.
pub const ROOM: &str = "conf-";

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Signalling.
    pub sip: Sip,
    /// Who may register and call, by name. Nobody: anybody may, which is refused beyond loopback.
    pub users: BTreeMap<String, User>,
    /// Phones and gateways that do not register.
    pub phones: BTreeMap<String, Peer>,
    /// Audio.
    pub media: Media,
    /// What is played and recorded.
    pub files: Files,
    /// The page that shows it all.
    pub status: Status,
    /// What one source may take.
    pub limits: Limits,
    /// What befalls calls is not printed.
    #[serde(skip)]
    pub quiet: bool,
}

/// `[sip]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sip {
    /// Where SIP is taken, by UDP and TCP.
    pub listen: SocketAddr,
    /// Where SIP over WebSocket is taken, for browsers; none: nowhere. The page of `[status]` has a telephone then.
    pub websocket: Option<SocketAddr>,
    /// The realm of passwords.
    pub realm: String,
    /// How long a phone may ring, in seconds.
    pub ring_s: u64,
    /// The caller hears our ringback tone as early media, instead of his phone's own.
    pub ringback: bool,
}

impl Default for Sip {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 5060).into(),
            websocket: None,
            realm: "media-core".into(),
            ring_s: 60,
            ringback: false,
        }
    }
}

/// `[users.NAME]`
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Its password.
    pub password: String,
    /// It speaks SRTP, and not without: `true` for keys in its SDP, `"dtls"` for a handshake. Whoever offers SRTP gets it in
    /// any case.
    #[serde(default)]
    pub srtp: Srtp,
}

/// `[phones.NAME]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Where it is called: `sip:NAME@IP:PORT`, by UDP.
    pub uri: String,
    /// As of a user.
    #[serde(default)]
    pub srtp: Srtp,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("User")
    }
}

/// `[media]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// The address of RTP, as phones are told.
    pub address: IpAddr,
    /// Its ports, first and last.
    pub ports: (u16, u16),
    /// Calls at a time; a call between two phones has two legs.
    pub calls: usize,
    /// Media threads.
    pub workers: usize,
    /// 10 or 20.
    pub tick_ms: u32,
    /// A phone that sends nothing for so long, though it should, is hung up: its BYE was lost. 0: never.
    pub timeout_s: u64,
    /// By name, the best first.
    pub codecs: Vec<String>,
    /// `north_america`, `europe` or `united_kingdom`.
    pub tones: Tones,
    /// Live figures for `latency-histogram attach`.
    pub stats_socket: Option<PathBuf>,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            ports: (20_000, 29_999),
            calls: 100,
            workers: 1,
            tick_ms: 10,
            timeout_s: 60,
            codecs: ["opus", "G722", "PCMU", "PCMA", "G729"].map(Into::into).to_vec(),
            tones: Tones::Europe,
            stats_socket: None,
        }
    }
}

/// Whose tones callers hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Tones {
    NorthAmerica,
    Europe,
    UnitedKingdom,
}

impl Tones {
    /// As the engine has it.
    pub fn plan(self) -> TonePlan {
        match self {
            Self::NorthAmerica => TonePlan::NorthAmerica,
            Self::Europe => TonePlan::Europe,
            Self::UnitedKingdom => TonePlan::UnitedKingdom,
        }
    }
}

/// `[files]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// What `sip:play@` says; none: a melody.
    pub announcement: Option<PathBuf>,
    /// Music on hold; none: a soft tone now and then.
    pub hold: Option<PathBuf>,
    /// Where `sip:record@` puts its recordings.
    pub recordings: PathBuf,
}

impl Default for Files {
    fn default() -> Self {
        Self { announcement: None, hold: None, recordings: "recordings".into() }
    }
}

/// `[status]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Status {
    /// Where the page is, such as `"127.0.0.1:8080"`; none: there is none.
    pub listen: Option<SocketAddr>,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// SIP messages a second of one address; what is beyond is dropped and counted.
    pub messages: u32,
    /// As many more at once.
    pub burst: u32,
    /// Phones that one name may have registered.
    pub contacts: usize,
    /// Connections (TCP, WebSocket) that may be open at a time; a further one is closed at once.
    pub connections: usize,
    /// Of these, how many one address may have: more than the phones of a house behind one address, if they use TCP.
    pub connections_of_one: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { messages: 200, burst: 1_000, contacts: 4, connections: 1_024, connections_of_one: 256 }
    }
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Names the field and what it must be.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    /// Checks the text of a file.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text)?;
        config.check()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests;
