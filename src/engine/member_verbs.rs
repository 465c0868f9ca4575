//! Control: what a conference's members are: roles, gains, mute, deafen. Each change is heard within a block of 10 ms, without
//! a click.

use crate::control::Pending;
use crate::engine::conference::Conference;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::{MemberParams, MemberRole};
use crate::types::Gain;

/// What a member is there. All of these fail, through the answer, with
/// [`ConferenceError::Unknown`](crate::error::ConferenceError::Unknown) where the conference is gone and with
/// [`ConferenceError::NotMember`](crate::error::ConferenceError::NotMember) where the session is no member.
impl Conference {
    /// All that a member is.
    ///
    /// # Errors
    /// Through the answer, as [`set_role`](Self::set_role); nothing has changed then.
    pub fn set_member(&self, session: &MediaSessionHandle, params: MemberParams) -> Pending<()> {
        self.change(session, move |member| *member = params.clone())
    }

    /// Who hears a member: everybody, nobody, or some. A supervisor listens in ([`MemberRole::Listen`]), whispers to an agent
    /// ([`MemberRole::Whisper`]), and barges in ([`MemberRole::Speak`]).
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError`](crate::error::ConferenceError): gone, no member; a whisper to somebody who is
    /// none, or to itself; [`MAX_SPEAKERS`](crate::ConferenceParams::MAX_SPEAKERS) members speak already.
    pub fn set_role(&self, session: &MediaSessionHandle, role: MemberRole) -> Pending<()> {
        self.change(session, move |member| member.role = role.clone())
    }

    /// How loud others hear a member.
    pub fn set_gain(&self, session: &MediaSessionHandle, gain: Gain) -> Pending<()> {
        self.change(session, move |member| member.gain = gain)
    }

    /// How loud a member hears the room.
    pub fn set_listening_gain(&self, session: &MediaSessionHandle, gain: Gain) -> Pending<()> {
        self.change(session, move |member| member.listening_gain = gain)
    }

    /// Nobody hears a member.
    pub fn mute(&self, session: &MediaSessionHandle) -> Pending<()> {
        self.change(session, |member| member.muted = true)
    }

    /// It is heard again.
    pub fn unmute(&self, session: &MediaSessionHandle) -> Pending<()> {
        self.change(session, |member| member.muted = false)
    }

    /// A member hears nothing: it is sent silence.
    pub fn deafen(&self, session: &MediaSessionHandle) -> Pending<()> {
        self.change(session, |member| member.deafened = true)
    }

    /// It hears the room again.
    pub fn undeafen(&self, session: &MediaSessionHandle) -> Pending<()> {
        self.change(session, |member| member.deafened = false)
    }
}
