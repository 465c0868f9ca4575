//! Pure: the node's configuration: one TOML file, each field with a default that works on loopback.

use anyhow::{Context as _, Result, ensure};
use media_core::codec::CapabilityList;
use media_core::integration::MediaCapabilityProvider;
use media_core::{CodecManager, TonePlan};
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
    /// Phones and gateways that do not register: a name, and where it is (`"127.0.0.1:5080"`), by UDP.
    pub phones: BTreeMap<String, SocketAddr>,
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
