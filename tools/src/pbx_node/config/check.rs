//! Pure: what a configuration must be.

use super::{Config, ROOM, SERVICES};
use anyhow::{Result, ensure};
use media_core::CodecManager;
use media_core::codec::CapabilityList;
use media_core::integration::MediaCapabilityProvider;
use rsipstack::sip::Uri;
use rsipstack::transport::SipAddr;
use std::path::Path;

impl Config {
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

    /// What of it cannot be, by the field.
    pub(super) fn check(&self) -> Result<()> {
        let (first, last) = self.media.ports;
        ensure!(first > 0 && first < last, "media.ports = [{first}, {last}]: must be two ports, the lower first");
        ensure!((1..=10_000).contains(&self.media.calls), "media.calls = {}: must be 1 to 10000", self.media.calls);
        let timeout = self.media.timeout_s;
        ensure!(timeout <= 86_400, "media.timeout_s = {timeout}: must be 0 (never) to 86400");
        ensure!((5..=600).contains(&self.sip.ring_s), "sip.ring_s = {}: must be 5 to 600", self.sip.ring_s);
        ensure!(self.limits.messages > 0, "limits.messages = 0: nobody could call; must be 1 or more");
        let (all, one) = (self.limits.connections, self.limits.connections_of_one);
        ensure!(all > 0, "limits.connections = 0: nobody could call by TCP; must be 1 or more");
        ensure!((1..=all).contains(&one), "limits.connections_of_one = {one}: must be 1 to limits.connections = {all}");
        let quoted = self.sip.realm.contains(['"', '\\', '\r', '\n']);
        ensure!(!quoted && !self.sip.realm.is_empty(), "sip.realm = {:?}: must be a word or a name", self.sip.realm);
        let open = self.users.is_empty();
        let websocket = self.sip.websocket.map_or(self.sip.listen, |websocket| websocket).ip();
        let all =
            [("sip.listen", self.sip.listen.ip()), ("sip.websocket", websocket), ("media.address", self.media.address)];
        for (field, ip) in all {
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
