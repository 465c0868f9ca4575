//! Control: the life of a dialog's media session, for a SIP layer that knows sessions by their dialogs alone.

use crate::engine::{MediaHandle, MediaSessionHandle, Pending};
use crate::session::{MediaSessionParams, SessionStatistics};
use crate::types::DialogId;

/// Media sessions by dialog. [`MediaHandle`] is one, and so is [`SessionBridge`](super::SessionBridge), which negotiates besides.
///
/// Each method hands in a request and returns at once; the answer is waited for ([`Pending::wait`]), awaited or polled. Requests are
/// carried out in their order.
///
/// ```
/// use media_core::integration::MediaSessionProvider;
/// use media_core::{AudioFormat, DialogId, Direction, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let media: &dyn MediaSessionProvider = &engine.handle();
/// let dialog = DialogId::new("a84b4c76e66710");
/// let params = MediaSessionParams::new(AudioFormat::pcmu());
/// let created = media.create_media_session(dialog.clone(), params.clone()); // INVITE
/// let held = media.update_media_session(dialog.clone(), params.direction(Direction::SendOnly)); // re-INVITE
/// let ended = media.destroy_media_session(dialog); // BYE
/// assert_eq!(engine.complete(created)?.dialog().as_str(), "a84b4c76e66710");
/// engine.complete(held)?;
/// assert_eq!(engine.complete(ended)?.packets_in, 0);
/// # Ok::<(), media_core::Error>(())
/// ```
pub trait MediaSessionProvider {
    /// The dialog's media begin.
    ///
    /// # Errors
    /// Through the answer: as [`MediaHandle::create_media_session`].
    fn create_media_session(&self, dialog: DialogId, params: MediaSessionParams) -> Pending<MediaSessionHandle>;

    /// The dialog's media change, by a renegotiation.
    ///
    /// # Errors
    /// Through the answer: as [`MediaHandle::update_media_session`].
    fn update_media_session(&self, dialog: DialogId, params: MediaSessionParams) -> Pending<()>;

    /// The dialog's media end; its numbers at last.
    ///
    /// # Errors
    /// Through the answer: as [`MediaHandle::destroy_media_session`].
    fn destroy_media_session(&self, dialog: DialogId) -> Pending<SessionStatistics>;
}

impl MediaSessionProvider for MediaHandle {
    fn create_media_session(&self, dialog: DialogId, params: MediaSessionParams) -> Pending<MediaSessionHandle> {
        Self::create_media_session(self, dialog, params)
    }

    fn update_media_session(&self, dialog: DialogId, params: MediaSessionParams) -> Pending<()> {
        Self::update_media_session(self, dialog, params)
    }

    fn destroy_media_session(&self, dialog: DialogId) -> Pending<SessionStatistics> {
        Self::destroy_media_session(self, dialog)
    }
}
