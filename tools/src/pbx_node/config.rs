//! Pure: the node's configuration: one TOML file, each field with a default that works on loopback.

use anyhow::{Context as _, Result, ensure};
use media_core::codec::CapabilityList;
use media_core::integration::MediaCapabilityProvider;
use media_core::{CodecManager, TonePlan};
use rsipstack::sip::Uri;
use rsipstack::transport::SipAddr;
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
    /// The realm of passwords.
    pub realm: String,
    /// How long a phone may ring, in seconds.
    pub ring_s: u64,
    /// The caller hears our ringback tone as early media, instead of his phone's own.
    pub ringback: bool,
}

impl Default for Sip {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 5060).into(), realm: "media-core".into(), ring_s: 60, ringback: false }
    }
}

/// `[users.NAME]`
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Its password.
    pub password: String,
    /// It speaks SRTP (keys in its SDP), and not without. Whoever offers SRTP gets it in any case.
    #[serde(default)]
    pub srtp: bool,
}

/// `[phones.NAME]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Where it is called: `sip:NAME@IP:PORT`, by UDP.
    pub uri: String,
    /// As of a user.
    #[serde(default)]
    pub srtp: bool,
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
}

impl Default for Limits {
    fn default() -> Self {
        Self { messages: 200, burst: 1_000, contacts: 4 }
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

    /// What it offers, in its order.
    ///
    /// # Errors
    /// Names the codec that there is not.
    pub fn offered(&self, codecs: &CodecManager) -> Result<CapabilityList> {
        let mut list = codecs.get_audio_capabilities();
        let is =
            |codec: &media_core::codec::CodecCapability, name: &str| codec.name.to_string().eq_ignore_ascii_case(name);
        let known: Vec<_> = list.codecs.iter().map(|codec| codec.name.to_string()).collect();
        for name in &self.media.codecs {
            let has = known.iter().any(|known| known.eq_ignore_ascii_case(name));
            ensure!(has, "media.codecs: there is no {name:?}; known: {}", known.join(" "));
        }
        let beside = list.codecs.iter().filter(|codec| is(codec, "telephone-event")).cloned().collect::<Vec<_>>();
        let all = std::mem::take(&mut list.codecs);
        for name in &self.media.codecs {
            list.codecs.extend(all.iter().filter(|codec| is(codec, name)).cloned());
        }
        list.codecs.extend(beside);
        Ok(list)
    }

    fn check(&self) -> Result<()> {
        let (first, last) = self.media.ports;
        ensure!(first > 0 && first < last, "media.ports = [{first}, {last}]: must be two ports, the lower first");
        ensure!((1..=10_000).contains(&self.media.calls), "media.calls = {}: must be 1 to 10000", self.media.calls);
        let timeout = self.media.timeout_s;
        ensure!(timeout <= 86_400, "media.timeout_s = {timeout}: must be 0 (never) to 86400");
        ensure!((5..=600).contains(&self.sip.ring_s), "sip.ring_s = {}: must be 5 to 600", self.sip.ring_s);
        ensure!(self.limits.messages > 0, "limits.messages = 0: nobody could call; must be 1 or more");
        let quoted = self.sip.realm.contains(['"', '\\', '\r', '\n']);
        ensure!(!quoted && !self.sip.realm.is_empty(), "sip.realm = {:?}: must be a word or a name", self.sip.realm);
        let open = self.users.is_empty();
        for (field, ip) in [("sip.listen", self.sip.listen.ip()), ("media.address", self.media.address)] {
            ensure!(!ip.is_unspecified(), "{field} = {ip}: must be an address that phones can be told");
            ensure!(ip.is_loopback() || !open, "{field} = {ip}: anybody could call: give [users.NAME] with passwords");
        }
        if let Some(listen) = self.status.listen {
            ensure!(listen.ip().is_loopback(), "status.listen = {listen}: the page has no password: loopback only");
        }
        for (table, name) in
            self.users.keys().map(|name| ("users", name)).chain(self.phones.keys().map(|name| ("phones", name)))
        {
            let service = SERVICES.contains(&name.as_str()) || name.starts_with(ROOM);
            ensure!(!service, "{table}.{name}: the node itself answers there: choose another name");
            let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
            ensure!(plain && !name.is_empty(), "{table}.{name:?}: must be of A-Z a-z 0-9 - . _ ~");
        }
        for (name, peer) in &self.phones {
            let at =
                Uri::try_from(&*peer.uri).ok().and_then(|uri| SipAddr::from(uri.host_with_port).get_socketaddr().ok());
            ensure!(at.is_some(), "phones.{name}.uri = {:?}: must be sip:NAME@IP:PORT", peer.uri);
        }
        for (name, user) in &self.users {
            ensure!(!user.password.is_empty(), "users.{name}.password: must not be empty");
        }
        self.offered(&CodecManager::default())?;
        for (field, file) in [("files.announcement", &self.files.announcement), ("files.hold", &self.files.hold)] {
            let there = file.as_ref().is_none_or(|path| path.is_file());
            ensure!(there, "{field}: there is no file {}", file.as_deref().unwrap_or(Path::new("")).display());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Config;
    use crate::pbx_node::args::EXAMPLE;

    #[test]
    fn the_example_is_what_is_so_without_it() {
        let example = Config::parse(EXAMPLE).unwrap();
        assert_eq!(example.users.len(), 2);
        assert_eq!(Config { users: Default::default(), ..example }, Config::default());
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (text, field) in [
            ("[sip]\nlisten = \"0.0.0.0:5060\"", "sip.listen"),
            ("[sip]\nlisten = \"192.0.2.1:5060\"", "give [users.NAME]"),
            ("[sip]\nrealm = \"a\\\"b\"", "sip.realm"),
            ("[media]\nports = [9, 8]", "media.ports"),
            ("[media]\ncodecs = [\"MP3\"]", "known: "),
            ("[media]\ncalls = 0", "media.calls"),
            ("[media]\ntimeout_s = 86401", "media.timeout_s"),
            ("[users.echo]\npassword = \"x\"", "users.echo"),
            ("[users.\"a b\"]\npassword = \"x\"", "must be of A-Z"),
            ("[users.a]\npassword = \"\"", "users.a.password"),
            ("[phones]\nx = { uri = \"sip:x@host\" }", "phones.x.uri"),
            ("[status]\nlisten = \"192.0.2.1:80\"", "status.listen"),
            ("[files]\nhold = \"/nowhere.wav\"", "files.hold"),
            ("[sipp]", "unknown field `sipp`"),
        ] {
            let why = format!("{:#}", Config::parse(text).unwrap_err());
            assert!(why.contains(field), "{text}: {why}");
        }
    }
}
