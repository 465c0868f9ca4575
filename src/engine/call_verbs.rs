//! Control: sessions, bridges and conferences, made by the engine's handle.

use super::conference::Conference;
use super::handle::MediaHandle;
use super::session_handle::MediaSessionHandle;
use crate::control::Pending;
use crate::control::request::pending::Promise;
use crate::control::request::queue::Quota;
use crate::control::verbs::Created;
#[cfg(doc)]
use crate::error::SessionError;
use crate::session::{ConferenceParams, MediaSessionParams, MonitorMode, SessionStatistics};
use crate::types::DialogId;

impl MediaHandle {
    /// Creates the media session of a SIP dialog.
    ///
    /// # Errors
    /// Through the answer: [`SessionError`] for parameters that are not possible, a dialog that has a session, a full or
    /// overloaded engine; [`IoError`](crate::error::IoError) for want of a port.
    pub fn create_media_session(
        &self,
        dialog: impl Into<DialogId>,
        params: MediaSessionParams,
    ) -> Pending<MediaSessionHandle> {
        self.create_observed(dialog.into(), params, |_| {})
    }

    /// The same; `look` is told whether there is one, before who waits for it is.
    pub(crate) fn create_observed(
        &self,
        dialog: DialogId,
        params: MediaSessionParams,
        look: impl FnOnce(bool) + Send + 'static,
    ) -> Pending<MediaSessionHandle> {
        let (handle, named) = (self.clone(), dialog.clone());
        self.request_with(
            Quota::Shared,
            move |promise: Promise<MediaSessionHandle>| {
                let made = promise.observed(look);
                made.map(move |created: Created| {
                    MediaSessionHandle::new(handle, created.id, named, created.local, created.ends)
                })
            },
            move |s, promise| s.create(&dialog, &params, promise),
        )
    }

    /// New parameters for a dialog's session, as by [`MediaSessionHandle::update`].
    ///
    /// # Errors
    /// Through the answer: [`SessionError::UnknownDialog`], and what that is refused for.
    pub fn update_media_session(&self, dialog: impl Into<DialogId>, params: MediaSessionParams) -> Pending<()> {
        self.update_observed(dialog.into(), params, |_| {})
    }

    /// The same; `look` is told whether it has them, before who waits for that is.
    pub(crate) fn update_observed(
        &self,
        dialog: DialogId,
        params: MediaSessionParams,
        look: impl FnOnce(bool) + Send + 'static,
    ) -> Pending<()> {
        let observed = |promise: Promise<()>| promise.observed(look);
        self.request_with(Quota::Shared, observed, move |s, promise| {
            s.of_dialog(&dialog, promise, |s, id, promise| s.update(id, &params, promise))
        })
    }

    /// Ends a dialog's session, as [`MediaSessionHandle::destroy`] does; its numbers at last.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::UnknownDialog`].
    pub fn destroy_media_session(&self, dialog: impl Into<DialogId>) -> Pending<SessionStatistics> {
        let dialog = dialog.into();
        self.request_end(move |s, promise| s.of_dialog(&dialog, promise, |s, id, promise| s.destroy(id, promise)))
    }

    /// The session of a dialog.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::UnknownDialog`].
    pub fn find_session(&self, dialog: impl Into<DialogId>) -> Pending<MediaSessionHandle> {
        let (handle, dialog) = (self.clone(), dialog.into());
        self.request_made(
            move |found| MediaSessionHandle::found(handle, found),
            move |s, promise| s.find(&dialog, promise),
        )
    }

    /// Bridges two sessions: each hears the other. A leg that lives on another worker is moved first. Their relay streams are
    /// connected by kind and order, once both are at one I/O thread: within a few ms after the answer.
    ///
    /// # Errors
    /// Through the answer: [`SessionError`]: gone, the same, busy with another bridge or conference. Unlike rates are converted.
    pub fn bridge(&self, a: &MediaSessionHandle, b: &MediaSessionHandle) -> Pending<()> {
        let (a, b) = (a.id(), b.id());
        self.request(move |s, promise| s.bridge(a, b, promise))
    }

    /// Ends the bridge that a session is in.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NotBridged`], or gone.
    pub fn unbridge(&self, session: &MediaSessionHandle) -> Pending<()> {
        let id = session.id();
        self.request(move |s, promise| s.unbridge(id, promise))
    }

    /// Another session takes one's place in its bridge or conference (blind transfer), at one tick boundary: what the other party
    /// of the bridge is sent goes on as one stream (SSRC, sequence numbers, timestamps), with the replacement's audio from that
    /// tick on, and the session that was replaced is unconnected, and hears silence, in the same tick. In a conference the
    /// replacement has the seat with role, gains, mute and turn, is whispered to by who whispered there, and who is replaced is
    /// faded in that block of 10 ms.
    ///
    /// A replacement on another media thread moves there first. Until it has arrived nothing has changed; the exchange itself is
    /// of one tick all the same. Requests about the two wait until then. The replacement may be a session whose bridge ended
    /// just now; to take the other party of a consultation bridge, see [`attended_transfer`](Self::attended_transfer).
    ///
    /// Both sides are told by events: [`Unbridged`](crate::EventKind::Unbridged) and [`Bridged`](crate::EventKind::Bridged), or
    /// those of the conference.
    ///
    /// ```
    /// use media_core::{AudioFormat, Connection, MediaEngineConfig, MediaSessionParams, VirtualEngine};
    ///
    /// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
    /// let handle = engine.handle();
    /// let mut legs = Vec::new();
    /// for name in ["caller", "desk", "expert"] {
    ///     let leg = handle.create_media_session(name, MediaSessionParams::new(AudioFormat::pcmu()));
    ///     legs.push(engine.complete(leg)?);
    /// }
    /// engine.complete(handle.bridge(&legs[0], &legs[1]))?;
    /// engine.complete(handle.transfer(&legs[1], &legs[2]))?; // the expert in place of the desk
    /// let caller = engine.complete(legs[0].state())?;
    /// assert_eq!(caller.connection, Some(Connection::Bridge(legs[2].id())));
    /// # Ok::<(), media_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Through the answer; nothing has changed then: [`SessionError::TransferToSelf`] for the same session,
    /// [`SessionError::NotConnected`] if the first has no place, [`SessionError::Connected`] if the second has one,
    /// [`SessionError::Unknown`] if one is gone, [`SessionError::Capacity`] where it has to move and there is no room,
    /// [`ConferenceError::TooManyWhispers`](crate::error::ConferenceError::TooManyWhispers).
    pub fn transfer(&self, leaving: &MediaSessionHandle, replacement: &MediaSessionHandle) -> Pending<()> {
        let (leaving, replacement) = (leaving.id(), replacement.id());
        self.request(move |s, promise| s.transfer(leaving, replacement, promise))
    }

    /// Attended transfer (RFC 5589 section 7): two bridged sessions of the one who transfers leave their bridges, and their
    /// partners are bridged: of A1–B and A2–C becomes B–C, with A1 and A2 unconnected, at one tick boundary. What B and C are
    /// sent goes on as one stream.
    ///
    /// If the two bridges are on different media threads, C moves to B's: its bridge with A2 ends first, C is sent silence for
    /// the few ticks that it takes, and then it takes A1's place in one tick. Should A1's bridge have ended meanwhile, the answer is
    /// [`SessionError::NotConnected`], and A2 and C stay unconnected.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::TransferToSelf`] for the same session twice, [`SessionError::NotBridged`],
    /// [`SessionError::Connected`] if they are bridged with each other, [`SessionError::Unknown`],
    /// [`SessionError::Capacity`]; nothing has changed then.
    pub fn attended_transfer(&self, first: &MediaSessionHandle, second: &MediaSessionHandle) -> Pending<()> {
        let (first, second) = (first.id(), second.id());
        let mut comes = None;
        self.request(move |s, promise| s.attended_transfer(first, second, &mut comes, promise))
    }

    /// A third session hears both parties of the bridge that `party` is in, and is heard by nobody
    /// ([`Listen`](MonitorMode::Listen)), by `party` alone ([`Whisper`](MonitorMode::Whisper)), or by both
    /// ([`Barge`](MonitorMode::Barge)), from the next tick on. Asked again, for the same call, it changes how, or whom it
    /// whispers to. Who is heard comes and goes within a block of 10 ms, without a click; to the parties nothing else changes: their
    /// streams go on, digits pass, and payloads that passed undecoded do so again when nobody needs them as samples. At most 8
    /// sessions monitor a call, who hear each other where they barge in. A recording of what a party hears has the
    /// whispers to it, too.
    ///
    /// A monitor on another media thread moves to the call's. It ends by [`end_monitor`](Self::end_monitor), with itself, with the
    /// bridge, or as `party` is replaced by [`transfer`](Self::transfer) (as the other party is, it goes on).
    ///
    /// ```
    /// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, MonitorMode, VirtualEngine};
    ///
    /// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
    /// let handle = engine.handle();
    /// let mut legs = Vec::new();
    /// for name in ["caller", "agent", "supervisor"] {
    ///     let leg = handle.create_media_session(name, MediaSessionParams::new(AudioFormat::pcmu()));
    ///     legs.push(engine.complete(leg)?);
    /// }
    /// engine.complete(handle.bridge(&legs[0], &legs[1]))?;
    /// let (agent, supervisor) = (&legs[1], &legs[2]);
    /// engine.complete(handle.monitor(supervisor, agent, MonitorMode::Listen))?;
    /// engine.complete(handle.monitor(supervisor, agent, MonitorMode::Whisper))?; // the agent alone hears it
    /// engine.complete(handle.end_monitor(supervisor))?;
    /// # Ok::<(), media_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Through the answer; nothing has changed then: [`SessionError::NotBridged`] for a party in no bridge,
    /// [`SessionError::Connected`] for a monitor that is connected otherwise, [`SessionError::MonitorsSelf`],
    /// [`SessionError::TooManyMonitors`], [`SessionError::Unknown`], [`SessionError::Capacity`] where it has to move.
    pub fn monitor(&self, monitor: &MediaSessionHandle, party: &MediaSessionHandle, mode: MonitorMode) -> Pending<()> {
        let (monitor, party) = (monitor.id(), party.id());
        self.request(move |s, promise| s.monitor(monitor, party, mode, promise))
    }

    /// A session monitors a call no more: it is unconnected, and heard no more, within a block.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NotMonitoring`], or gone.
    pub fn end_monitor(&self, monitor: &MediaSessionHandle) -> Pending<()> {
        let monitor = monitor.id();
        self.request(move |s, promise| s.end_monitor(monitor, promise))
    }

    /// Creates a conference: of a fixed rate, where a [`SampleRate`](crate::SampleRate) is given, or as its parameters say.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError::MaxMembers`](crate::error::ConferenceError::MaxMembers),
    /// [`SessionError::Capacity`], [`SessionError::Overloaded`].
    pub fn create_conference(&self, params: impl Into<ConferenceParams>) -> Pending<Conference> {
        let (handle, params) = (self.clone(), params.into());
        self.request_made(move |id| Conference::new(handle, id), move |s, promise| s.create_room(params, promise))
    }
}
