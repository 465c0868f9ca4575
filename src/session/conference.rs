//! Control: what is asked of a conference and of its members, and what is known of them.

use crate::types::{Gain, SampleRate, SessionId};
use std::time::Duration;

/// What a conference is to be. [`SampleRate`] converts into one of that rate.
///
/// ```
/// use media_core::{ConferenceParams, MediaEngineConfig, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let small = handle.create_conference(ConferenceParams::new(SampleRate::Hz16000).max_members(3));
/// let small = engine.complete(small)?;
/// let statistics = small.statistics();
/// assert_eq!(engine.complete(statistics)?.rate, SampleRate::Hz16000);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConferenceParams {
    /// The rate at which members are summed; `None`: that of the member with the highest. It rises as such a member joins, or a
    /// member changes to such a codec, and does not sink again.
    pub rate: Option<SampleRate>,
    /// How many members it holds at most.
    pub max_members: usize,
}

impl Default for ConferenceParams {
    fn default() -> Self {
        Self { rate: None, max_members: Self::MAX_MEMBERS }
    }
}

impl ConferenceParams {
    /// The most members that can be asked for. How many find room is the engine's to say (`max_sessions`, and what a media
    /// thread has to spare); at most [`MAX_SPEAKERS`](Self::MAX_SPEAKERS) of them may speak.
    pub const MAX_MEMBERS: usize = 100_000;

    /// The most members that may speak or whisper: so many at full scale sum up exactly.
    pub const MAX_SPEAKERS: usize = 4_032;

    /// One of a fixed rate.
    pub fn new(rate: SampleRate) -> Self {
        Self { rate: Some(rate), ..Self::default() }
    }

    /// With room for so many members: 1 to [`MAX_MEMBERS`](Self::MAX_MEMBERS).
    #[must_use]
    pub fn max_members(mut self, members: usize) -> Self {
        self.max_members = members;
        self
    }
}

impl From<SampleRate> for ConferenceParams {
    fn from(rate: SampleRate) -> Self {
        Self::new(rate)
    }
}

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

/// A member of a conference as [`Conference::participants`](crate::Conference::participants) lists it.
///
/// Example: [`MemberParams`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Participant {
    /// Which session.
    pub session: SessionId,
    /// What it is there.
    pub params: MemberParams,
    /// How long it has been a member.
    pub member_for: Duration,
}

/// What a conference counted since it began.
///
/// From [`Conference::statistics`](crate::Conference::statistics). Example: [`MemberParams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConferenceStatistics {
    /// The rate at which its members are summed.
    pub rate: SampleRate,
    /// Its members.
    pub members: usize,
    /// Those of them whose role it is to speak.
    pub speakers: usize,
    /// Blocks of 10 ms in which somebody was heard.
    pub blocks: u64,
    /// Of these, how many went beyond full scale: who hears all members heard them limited.
    pub loud_blocks: u64,
    /// How many members were heard in the last block in which anybody was.
    pub heard: u64,
    /// How many members were heard in one block at most.
    pub most_heard: u64,
    /// How long it has existed.
    pub age: Duration,
}
