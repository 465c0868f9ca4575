//! Control: what all calls of a node have in common.

use super::auth::Door;
use super::calls::Calls;
use super::config::Config;
use super::counts::Counts;
use super::registrar::Registrar;
use super::rooms::Rooms;
use crate::sdp::Identity;
use media_core::integration::SessionBridge;
use media_core::{CodecManager, DtlsCertificate, MediaHandle, Prompt, ToneCadence};
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::{Auth, Uri};
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// See the head of the file. All of it on one thread: what is borrowed is given back before anything is awaited.
pub(super) struct Node {
    pub(super) config: Config,
    pub(super) engine: MediaHandle,
    pub(super) media: RefCell<SessionBridge>,
    pub(super) layer: Arc<DialogLayer>,
    pub(super) address: SocketAddr,
    pub(super) door: Door,
    pub(super) registrar: RefCell<Registrar>,
    pub(super) rooms: Rooms,
    pub(super) calls: Calls,
    pub(super) counts: Arc<Counts>,
    /// By which phones know us in handshakes.
    pub(super) certificate: DtlsCertificate,
    /// Whether it is to end.
    pub(super) ends: watch::Sender<bool>,
    /// Where browsers call, if anywhere.
    pub(super) websocket: Cell<Option<SocketAddr>>,
    numbers: Cell<u64>,
}

impl Node {
    /// Over an engine and a SIP stack that run.
    pub(super) fn new(
        config: Config,
        engine: MediaHandle,
        layer: Arc<DialogLayer>,
        address: SocketAddr,
        counts: Arc<Counts>,
    ) -> anyhow::Result<Self> {
        let codecs = CodecManager::default();
        let offered = config.offered(&codecs)?;
        Ok(Self {
            media: RefCell::new(SessionBridge::new(engine.clone(), codecs).offering(offered)),
            door: Door::new(&config.sip.realm, &config.users)?,
            registrar: RefCell::new(Registrar::new(config.limits.contacts)),
            rooms: Rooms::default(),
            calls: Calls::default(),
            ends: watch::Sender::new(false),
            websocket: Cell::new(None),
            numbers: Cell::new(0),
            certificate: DtlsCertificate::generate()?,
            config,
            engine,
            layer,
            address,
            counts,
        })
    }

    /// A number that nothing else has.
    pub(super) fn number(&self) -> u64 {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }

    /// A line of the log.
    pub(super) fn log(&self, line: impl std::fmt::Display) {
        if !self.config.quiet {
            println!("{line}");
        }
    }

    /// Ready when the node is to end.
    pub(super) async fn ended(&self) {
        let _ = self.ends.subscribe().wait_for(|ends| *ends).await;
    }

    /// Who describes a session of ours.
    pub(super) fn identity(&self) -> Identity {
        Identity { session: self.number(), version: 1, address: self.config.media.address }
    }

    /// How somebody is reached through us.
    pub(super) fn uri(&self, name: &str) -> Uri {
        let auth = (!name.is_empty()).then(|| Auth { user: name.to_owned(), password: None });
        Uri { auth, ..Uri::from(rsipstack::sip::HostWithPort::from(self.address)) }
    }

    /// What somebody hears whom the other holds.
    pub(super) fn hold_music(&self) -> Prompt {
        let ms = Duration::from_millis;
        match &self.config.files.hold {
            Some(path) => Prompt::file(path).forever(),
            None => Prompt::tone(ToneCadence::new(&[425.0], -20.0).on_off(ms(200), ms(3_800))).forever(),
        }
    }
}
