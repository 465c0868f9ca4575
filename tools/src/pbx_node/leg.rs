//! Control: one party of a call: its SIP dialog and its media session, offers and answers between the two.

use super::node::Node;
use super::secrets::Secrets;
use crate::sdp::{Description, Feedback, Identity};
use media_core::codec::CapabilityList;
use media_core::{Direction, EventKind, MediaSessionHandle, SessionEvents};
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, StatusCode};
use std::rc::Rc;
use std::time::Duration;

/// See the head of the file. What it has goes when it is dropped: the session is ended; the dialog is to be ended before.
pub(super) struct Leg {
    pub(super) node: Rc<Node>,
    /// Who it is, for the log and the page.
    pub(super) name: String,
    pub(super) dialog: InviteDialog,
    pub(super) session: MediaSessionHandle,
    /// Its media's name.
    pub(super) key: String,
    pub(super) states: DialogStateReceiver,
    media: SessionEvents,
    /// What we say of ourselves.
    pub(super) ours: Ours,
    /// What it said of itself last.
    pub(super) peer: Option<Description>,
    /// Our offer is out, and its answer is in an ACK or a response.
    pub(super) awaits_answer: bool,
    /// The text of the answer that was taken, which a phone sends several times.
    pub(super) taken: Vec<u8>,
    /// It put us on hold.
    pub(super) holds: bool,
    /// It speaks, or is spoken to: 200 was sent or came.
    pub(super) answered: bool,
}

/// Our description.
#[derive(Debug, Clone)]
pub(super) struct Ours {
    pub(super) identity: Identity,
    pub(super) list: CapabilityList,
    pub(super) direction: Direction,
    pub(super) secrets: Secrets,
    /// What was agreed of feedback: only what the other offered.
    pub(super) feedback: Feedback,
}

/// Something that happened to a leg.
#[derive(Debug)]
pub(super) enum LegEvent {
    Sip(Box<DialogState>),
    Media(EventKind),
    /// Its dialog or its session is gone.
    Gone,
}

/// Why a leg cannot be, as SIP says it.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) StatusCode, pub(super) String);

/// A leg's parts, before it is one.
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) key: String,
    pub(super) dialog: InviteDialog,
    pub(super) states: DialogStateReceiver,
    pub(super) session: MediaSessionHandle,
    pub(super) media: SessionEvents,
    pub(super) identity: Identity,
    pub(super) list: CapabilityList,
    pub(super) secrets: Secrets,
    pub(super) peer: Option<Description>,
}

impl Leg {
    pub(super) fn new(node: &Rc<Node>, parts: Parts) -> Self {
        let Parts { name, key, dialog, states, session, media, identity, list, secrets, peer } = parts;
        let direction = peer.as_ref().map_or(Direction::SendReceive, |peer| peer.audio.answering_direction());
        let feedback = peer.as_ref().map(|peer| peer.audio.feedback.of(&list)).unwrap_or_default();
        Self {
            node: node.clone(),
            awaits_answer: peer.is_none(),
            ours: Ours { identity, list, direction, secrets, feedback },
            holds: direction != Direction::SendReceive,
            name,
            dialog,
            session,
            key,
            states,
            media,
            peer,
            taken: Vec::new(),
            answered: false,
        }
    }

    /// The next that happens to it. Dropped before it has something, it takes nothing.
    pub(super) async fn next(&mut self) -> LegEvent {
        tokio::select! {
            state = self.states.recv() => state.map_or(LegEvent::Gone, |state| LegEvent::Sip(Box::new(state))),
            event = self.media.recv() => event.map_or(LegEvent::Gone, |event| LegEvent::Media(event.kind)),
        }
    }

    /// The codec that is spoken to it, by name, and whether over SRTP.
    pub(super) fn codec(&self) -> String {
        let name = self.ours.list.codecs.first().map(|codec| codec.name.to_string()).unwrap_or_default();
        if self.ours.secrets.are_agreed() { name + " over SRTP" } else { name }
    }

    /// An INVITE of its is answered: it speaks from now on.
    pub(super) fn accept(&mut self) {
        if !std::mem::replace(&mut self.answered, true)
            && let Err(why) = self.dialog.accept(sdp_headers(), Some(self.description()))
        {
            self.log(&format!("200 could not be sent: {why}"));
        }
    }

    /// From now on it is looked at whether it is still there: what it does while it rings tells nothing.
    pub(super) async fn watch(&self) {
        let timeout = Duration::from_secs(self.node.config.media.timeout_s);
        if timeout.is_zero() {
            return;
        }
        let watched = match self.session.params().await {
            Ok(params) => self.session.update(params.media_timeout(timeout)).await,
            Err(why) => Err(why),
        };
        if let Err(why) = watched {
            self.log(&format!("is not watched: {why}"));
        }
    }

    /// It is hung up, whatever it does: CANCEL, BYE or a refusal.
    pub(super) fn hang_up(&self, status: StatusCode) {
        let dialog = self.dialog.clone();
        let name = self.name.clone();
        tokio::task::spawn_local(async move {
            let _ = dialog.reject(Some(status), None);
            if let Err(why) = dialog.hangup().await {
                eprintln!("pbx-node: {name}: hanging up: {why}");
            }
        });
    }

    /// A line of the log.
    pub(super) fn log(&self, what: &str) {
        self.node.log(format_args!("{}: {what}", self.key));
    }
}

impl Drop for Leg {
    fn drop(&mut self) {
        let ended = self.node.media.borrow_mut().end(&*self.key);
        let (node, dialog) = (self.node.clone(), self.dialog.id());
        let key = self.key.clone();
        tokio::task::spawn_local(async move {
            if let Ok(ended) = ended
                && let Ok(statistics) = ended.await
            {
                node.counts.leg(&statistics);
                let s = statistics;
                node.log(format_args!("{key}: {} packets in, {} lost, {} out", s.packets_in, s.lost, s.packets_out));
            }
            // Reads that it has ended: its name is free.
            while node.media.borrow_mut().next_event().is_some() {}
            // What is still under way on the wire (a BYE, its answer) finds its dialog for a while.
            tokio::time::sleep(Duration::from_secs(32)).await;
            node.layer.remove_dialog(&dialog);
        });
    }
}

/// What goes with a body that is a description.
pub(super) fn sdp_headers() -> Option<Vec<Header>> {
    Some(vec![Header::ContentType("application/sdp".into())])
}
