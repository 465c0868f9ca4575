//! Control: what a member of a conference is to be.

use crate::types::{Gain, SessionId};

/// Who hears a member of a conference. All members hear the room.
///
/// Example: [`MemberParams`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberRole {
    /// Everybody: a participant; a supervisor who barges in.
    #[default]
    Speak,
    /// Nobody: an audience; a supervisor who listens in.
    Listen,
    /// These members alone, above what they hear of the room: a coach, an interpreter, a side conversation. A member that leaves
    /// is no longer whispered to.
    Whisper(Vec<SessionId>),
}

/// What a member of a conference is to be. Gains move over 10 ms, so that a change does not click.
///
/// ```
/// use media_core::{Gain, MediaEngineConfig, MediaSessionParams, MemberParams, MemberRole, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let room = engine.complete(handle.create_conference(SampleRate::Hz16000))?;
/// let guest = handle.create_media_session("guest", MediaSessionParams::pcm(SampleRate::Hz16000));
/// let guest = engine.complete(guest)?;
/// let quiet = MemberParams::default().role(MemberRole::Listen).listening_gain(Gain::linear(0.5).unwrap());
/// engine.complete(room.join_as(&guest, quiet.clone()))?;
/// let participants = engine.complete(room.participants())?;
/// assert_eq!((participants[0].session, &participants[0].params), (guest.id(), &quiet));
/// engine.complete(room.set_role(&guest, MemberRole::Speak))?;
/// assert_eq!(engine.complete(room.statistics())?.speakers, 1);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct MemberParams {
    /// Who hears it.
    pub role: MemberRole,
    /// How loud others hear it.
    pub gain: Gain,
    /// How loud it hears the room.
    pub listening_gain: Gain,
    /// Nobody hears it, whatever its role. Other than [`MediaSessionHandle::mute`](crate::MediaSessionHandle::mute) this ends
    /// with its membership.
    pub muted: bool,
    /// It hears nothing; it is sent silence.
    pub deafened: bool,
}

impl MemberParams {
    /// With that role.
    #[must_use]
    pub fn role(mut self, role: MemberRole) -> Self {
        self.role = role;
        self
    }

    /// As loud for others.
    #[must_use]
    pub fn gain(mut self, gain: Gain) -> Self {
        self.gain = gain;
        self
    }

    /// With the room as loud for it.
    #[must_use]
    pub fn listening_gain(mut self, gain: Gain) -> Self {
        self.listening_gain = gain;
        self
    }

    /// Muted, or not.
    #[must_use]
    pub fn muted(mut self, muted: bool) -> Self {
        self.muted = muted;
        self
    }

    /// Deafened, or not.
    #[must_use]
    pub fn deafened(mut self, deafened: bool) -> Self {
        self.deafened = deafened;
        self
    }

    /// How loud others hear it by now.
    pub(crate) fn said(&self) -> Gain {
        if self.muted { Gain::MUTE } else { self.gain }
    }

    /// How loud it hears the room by now.
    pub(crate) fn heard(&self) -> Gain {
        if self.deafened { Gain::MUTE } else { self.listening_gain }
    }
}
