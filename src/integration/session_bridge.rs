//! Control: dialogs of a SIP layer and media sessions: offers answered, answers taken, media changed, held and ended, events told.

use super::capability_provider::{MediaCapabilityProvider, MediaNegotiationResult};
use super::dialogs::{Agreed, Dialogs};
use super::event::{IntegrationEvent, IntegrationEventKind};
use super::session_provider::MediaSessionProvider;
use crate::codec::CapabilityList;
use crate::codec::CodecManager;
use crate::codec::Role;
use crate::engine::{Events, MediaHandle, MediaSessionHandle, Pending};
use crate::error::{Error, SessionError};
use crate::session::{Direction, MediaSessionParams, SessionStatistics};
use crate::types::DialogId;

/// The media side of a SIP layer: it names dialogs and capability lists, and this negotiates, makes and changes sessions, and tells what
/// becomes of them. One owner; it waits for nothing: what the engine answers comes as [`Pending`].
///
/// ```
/// use media_core::codec::{CapabilityList, CodecCapability};
/// use media_core::integration::{IntegrationEventKind, SessionBridge};
/// use media_core::{CodecManager, MediaEngineConfig, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let mut media = SessionBridge::new(engine.handle(), CodecManager::default());
///
/// // An INVITE with m=audio 4000 RTP/AVP 8 0; its address goes into the session with what else is not of codecs.
/// let pcm = [8, 0].map(|number| CodecCapability::static_type(number).unwrap());
/// let offer = CapabilityList::audio(pcm.to_vec());
/// let peer = "192.0.2.7:4000".parse().unwrap();
/// let answered = media.answer_offer("call-1", &offer, |params| params.remote(peer))?;
/// assert_eq!(answered.description.codecs[0].payload_type, 8); // into the answer's SDP, with the session's address
/// let session = engine.complete(answered.session)?;
/// assert!(session.local_address().is_some());
///
/// let held = media.hold("call-1")?; // and the SIP layer sends a re-INVITE with `media.description("call-1")`, a=sendonly
/// engine.complete(held)?;
/// let ended = media.end("call-1")?;
/// engine.complete(ended)?;
/// let mut events = std::iter::from_fn(|| media.next_event());
/// assert!(events.any(|event| event.kind == IntegrationEventKind::Ended));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct SessionBridge {
    handle: MediaHandle,
    codecs: CodecManager,
    offered: CapabilityList,
    dialogs: Dialogs,
    events: Events,
}

/// The media of a dialog that begins.
///
/// Example: [`SessionBridge`].
#[derive(Debug)]
#[non_exhaustive]
pub struct BegunMedia {
    /// What our offer or answer says of codecs; its address is the session's
    /// [`local_address`](MediaSessionHandle::local_address).
    pub description: CapabilityList,
    /// What was negotiated; `None` with an offer of ours.
    pub negotiated: Option<MediaNegotiationResult>,
    /// The session, when the engine has made it.
    pub session: Pending<MediaSessionHandle>,
}

/// The media of a dialog that change.
///
/// Example: [`SessionBridge`].
#[derive(Debug)]
#[non_exhaustive]
pub struct ChangedMedia {
    /// What our description says from now on.
    pub description: CapabilityList,
    /// What was negotiated.
    pub negotiated: MediaNegotiationResult,
    /// Answered when the session has it.
    pub applied: Pending<()>,
}

impl SessionBridge {
    /// Over an engine, with those codecs, all of which are offered.
    pub fn new(handle: MediaHandle, codecs: CodecManager) -> Self {
        let (offered, events) = (codecs.get_audio_capabilities(), handle.subscribe());
        Self { handle, codecs, offered, dialogs: Dialogs::new(), events }
    }

    /// With another list in its offers and answers: fewer codecs, another order or packet time.
    #[must_use]
    pub fn offering(mut self, offered: CapabilityList) -> Self {
        self.offered = offered;
        self
    }

    /// What our description of a dialog says now: also what a re-INVITE offers.
    pub fn description(&mut self, dialog: impl Into<DialogId>) -> Option<&CapabilityList> {
        self.dialogs.hear();
        self.dialogs.get(&dialog.into()).map(|agreed| &agreed.description)
    }

    /// A dialog of ours begins: an offer of all that there is, and a session that takes it all, as the peer may send as soon as it has
    /// the offer (RFC 3264 section 5.1). `wishes` adds what is not of codecs.
    ///
    /// # Errors
    /// [`SessionError::DialogBegun`] (it is over once [`Ended`](super::IntegrationEventKind::Ended) was read); a list that contradicts
    /// itself. What the engine finds comes through the answer: where that is an error, the dialog is none.
    pub fn offer(
        &mut self,
        dialog: impl Into<DialogId>,
        wishes: impl FnOnce(MediaSessionParams) -> MediaSessionParams,
    ) -> Result<BegunMedia, Error> {
        let offered = self.offered.clone();
        let params = self.codecs.negotiate_media(&offered, &offered, Role::Offerer)?.params;
        let session = self.begin(dialog.into(), offered.clone(), wishes(params))?;
        Ok(BegunMedia { description: offered, negotiated: None, session })
    }

    /// A dialog of the peer's begins with an offer.
    ///
    /// # Errors
    /// As [`offer`](Self::offer), and [`NegotiationError`](crate::codec::NegotiationError): nothing is in common (SIP: 488).
    pub fn answer_offer(
        &mut self,
        dialog: impl Into<DialogId>,
        offer: &CapabilityList,
        wishes: impl FnOnce(MediaSessionParams) -> MediaSessionParams,
    ) -> Result<BegunMedia, Error> {
        let negotiated = self.codecs.negotiate_media(&self.offered, offer, Role::Answerer)?;
        let description = negotiated.description(&self.offered);
        let session = self.begin(dialog.into(), description.clone(), wishes(negotiated.params.clone()))?;
        Ok(BegunMedia { description, negotiated: Some(negotiated), session })
    }

    /// The peer offers anew within a dialog: other codecs, an address, a direction. What the engine refuses (through the answer) changes
    /// nothing either.
    ///
    /// # Errors
    /// [`SessionError::UnknownDialog`], [`NegotiationError`](crate::codec::NegotiationError): the media stay as they were then.
    pub fn answer_reoffer(
        &mut self,
        dialog: impl Into<DialogId>,
        offer: &CapabilityList,
        wishes: impl FnOnce(MediaSessionParams) -> MediaSessionParams,
    ) -> Result<ChangedMedia, Error> {
        let dialog = dialog.into();
        self.known(&dialog)?;
        let negotiated = self.codecs.negotiate_media(&self.offered, offer, Role::Answerer)?;
        let description = negotiated.description(&self.offered);
        Ok(self.change(dialog, description, negotiated, wishes))
    }

    /// The peer answers an offer of ours, of the dialog's begin or within it.
    ///
    /// ```
    /// use media_core::codec::{CapabilityList, CodecCapability};
    /// use media_core::integration::SessionBridge;
    /// use media_core::{CodecManager, MediaEngineConfig, VirtualEngine};
    ///
    /// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
    /// let mut media = SessionBridge::new(engine.handle(), CodecManager::default());
    /// let offered = media.offer("call-2", |params| params)?; // `offered.description` into the INVITE
    /// let session = engine.complete(offered.session)?;
    /// let answer = CapabilityList::audio(vec![CodecCapability::static_type(9).unwrap()]); // 200 OK: G.722
    /// let peer = "192.0.2.7:4000".parse().unwrap();
    /// let taken = media.accept_answer("call-2", &answer, |params| params.remote(peer))?;
    /// engine.complete(taken.applied)?;
    /// assert_eq!(engine.complete(session.params())?.send.payload_type(), 9);
    /// # Ok::<(), media_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`answer_reoffer`](Self::answer_reoffer).
    pub fn accept_answer(
        &mut self,
        dialog: impl Into<DialogId>,
        answer: &CapabilityList,
        wishes: impl FnOnce(MediaSessionParams) -> MediaSessionParams,
    ) -> Result<ChangedMedia, Error> {
        let dialog = dialog.into();
        let ours = self.known(&dialog)?.description;
        let negotiated = self.codecs.negotiate_media(&ours, answer, Role::Offerer)?;
        let description = negotiated.description(&ours);
        Ok(self.change(dialog, description, negotiated, wishes))
    }

    /// The peer is put on hold: nothing of it is heard, and it is sent what is played to it.
    ///
    /// # Errors
    /// [`SessionError::UnknownDialog`].
    pub fn hold(&mut self, dialog: impl Into<DialogId>) -> Result<Pending<()>, Error> {
        self.set_direction(dialog, Direction::SendOnly)
    }

    /// The peer is taken back.
    ///
    /// # Errors
    /// [`SessionError::UnknownDialog`].
    pub fn resume(&mut self, dialog: impl Into<DialogId>) -> Result<Pending<()>, Error> {
        self.set_direction(dialog, Direction::SendReceive)
    }

    /// Which ways a dialog's media flow.
    ///
    /// # Errors
    /// [`SessionError::UnknownDialog`].
    pub fn set_direction(&mut self, dialog: impl Into<DialogId>, direction: Direction) -> Result<Pending<()>, Error> {
        let dialog = dialog.into();
        let mut agreed = self.known(&dialog)?;
        agreed.params.direction = direction;
        Ok(self.update(dialog, agreed))
    }

    /// A dialog ends, and its media with it.
    ///
    /// # Errors
    /// [`SessionError::UnknownDialog`].
    pub fn end(&mut self, dialog: impl Into<DialogId>) -> Result<Pending<SessionStatistics>, Error> {
        let dialog = dialog.into();
        self.known(&dialog)?;
        Ok(self.handle.destroy_media_session(dialog))
    }

    /// A dialog is none any more, whatever its session does: for who was told that events were
    /// [missed](super::IntegrationEventKind::Missed), and knows that it has ended.
    pub fn forget(&mut self, dialog: impl Into<DialogId>) {
        self.dialogs.remove(&dialog.into());
    }

    /// What happened to the media of its dialogs, in order. Whoever does not ask misses the newest, and is told how many.
    pub fn next_event(&mut self) -> Option<IntegrationEvent> {
        self.dialogs.hear();
        while let Some(event) = self.events.try_next() {
            let Some(kind) = IntegrationEventKind::of(&event.kind) else { continue };
            let ours = event.session.as_ref().is_none_or(|(_, dialog)| match kind {
                IntegrationEventKind::Ended => self.dialogs.remove(dialog),
                _ => self.dialogs.get(dialog).is_some(),
            });
            if ours {
                return Some(IntegrationEvent { at: event.at, call: event.session, kind });
            }
        }
        None
    }

    fn known(&mut self, dialog: &DialogId) -> Result<Agreed, Error> {
        self.dialogs.hear();
        Ok(self.dialogs.get(dialog).cloned().ok_or_else(|| SessionError::UnknownDialog(dialog.clone()))?)
    }

    fn begin(
        &mut self,
        dialog: DialogId,
        description: CapabilityList,
        params: MediaSessionParams,
    ) -> Result<Pending<MediaSessionHandle>, Error> {
        self.dialogs.hear();
        if self.dialogs.get(&dialog).is_some() {
            return Err(SessionError::DialogBegun(dialog).into());
        }
        let told = self.dialogs.ask(dialog.clone(), Agreed { description, params: params.clone() });
        Ok(self.handle.create_observed(dialog, params, told))
    }

    fn change(
        &mut self,
        dialog: DialogId,
        description: CapabilityList,
        negotiated: MediaNegotiationResult,
        wishes: impl FnOnce(MediaSessionParams) -> MediaSessionParams,
    ) -> ChangedMedia {
        let params = wishes(negotiated.params.clone());
        let applied = self.update(dialog, Agreed { description: description.clone(), params });
        ChangedMedia { description, negotiated, applied }
    }

    fn update(&mut self, dialog: DialogId, agreed: Agreed) -> Pending<()> {
        let params = agreed.params.clone();
        let told = self.dialogs.ask(dialog.clone(), agreed);
        self.handle.update_observed(dialog, params, told)
    }
}

impl MediaSessionProvider for SessionBridge {
    fn create_media_session(&self, dialog: DialogId, params: MediaSessionParams) -> Pending<MediaSessionHandle> {
        self.handle.create_media_session(dialog, params)
    }

    fn update_media_session(&self, dialog: DialogId, params: MediaSessionParams) -> Pending<()> {
        self.handle.update_media_session(dialog, params)
    }

    fn destroy_media_session(&self, dialog: DialogId) -> Pending<SessionStatistics> {
        self.handle.destroy_media_session(dialog)
    }
}
