//! Control: what is asked of a conference.

mod member;
mod report;

pub use member::{MemberParams, MemberRole};
pub use report::{ConferenceStatistics, MemberHealth, Participant};

use crate::error::ConferenceError;
use crate::types::{Mixing, SampleRate};
use std::time::Duration;

/// What a conference is to be. [`SampleRate`] converts into one of that rate.
///
/// ```
/// use media_core::{
///     ConferenceParams, ConferenceQuality, MediaEngineConfig, Mixing, SampleRate, VirtualEngine,
/// };
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let small = handle.create_conference(ConferenceParams::new(SampleRate::Hz16000).max_members(3));
/// let small = engine.complete(small)?;
/// let statistics = small.statistics();
/// assert_eq!(engine.complete(statistics)?.rate, SampleRate::Hz16000);
/// // Of all who make a sound the loudest three are heard; who speaks is told.
/// let meeting = ConferenceParams::default().quality(ConferenceQuality::Balanced).mixing(Mixing::Loudest(3));
/// engine.complete(handle.create_conference(meeting))?;
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
    /// So many members are on one media thread; further ones come to another, if the engine has one (up to 16 of them), as they do
    /// where a thread has three quarters of its load limit to do. What those on one thread say is heard by those on another one
    /// tick later.
    pub members_per_worker: usize,
    /// Who is heard, of those who make a sound.
    pub mixing: Mixing,
    /// Members are made equally loud: what is said comes to -20 LUFS, by 12 dB at most, and moves while they speak.
    pub level_control: bool,
    /// Active and dominant speaker: who begins and ends to speak is told, and who has the floor, in events and in the list of
    /// participants.
    pub speakers: bool,
    /// How often the level of each member that is heard is told, rounded up to whole blocks of 10 ms; `None`: never.
    pub level_interval: Option<Duration>,
    /// How long nothing may come from a newcomer before that is told.
    pub grace: Duration,
}

impl Default for ConferenceParams {
    fn default() -> Self {
        Self {
            rate: None,
            max_members: Self::MAX_MEMBERS,
            members_per_worker: Self::MEMBERS_PER_WORKER,
            mixing: Mixing::All,
            level_control: false,
            speakers: false,
            level_interval: None,
            grace: Self::GRACE,
        }
    }
}

/// How much is done for a conference: settings that go together, for [`ConferenceParams::quality`]. Each can be changed by
/// itself afterwards. What they cost is in PERFORMANCE.md (`benches/rooms`): 2.3 µs for each 10 ms of a member that makes a
/// sound, from `Balanced` on; of 64 such members at once, the others are judged by their level alone.
///
/// Example: [`ConferenceParams`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConferenceQuality {
    /// Everything that is said is heard as it is; nobody is looked at.
    #[default]
    Fast,
    /// The loudest eight are heard, equally loud; who speaks is told.
    Balanced,
    /// All who speak are heard, equally loud; who only makes a noise is not, while others speak. Who speaks is told.
    High,
}

impl ConferenceParams {
    /// The most members that can be asked for. How many find room is the engine's to say (`max_sessions`, and what a media
    /// thread has to spare); at most [`MAX_SPEAKERS`](Self::MAX_SPEAKERS) of them may speak.
    pub const MAX_MEMBERS: usize = 100_000;

    /// The most members that may speak or whisper: so many at full scale sum up exactly.
    pub const MAX_SPEAKERS: usize = 4_032;

    /// Members on one media thread, unless another number is asked for.
    pub const MEMBERS_PER_WORKER: usize = 1_000;

    /// The grace period of newcomers, unless another is asked for.
    pub const GRACE: Duration = Duration::from_secs(30);

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

    /// With so many members on one media thread: at least 1.
    #[must_use]
    pub fn members_per_worker(mut self, members: usize) -> Self {
        self.members_per_worker = members;
        self
    }

    /// With what goes together for that quality: `mixing`, `level_control`, `speakers`.
    #[must_use]
    pub fn quality(mut self, quality: ConferenceQuality) -> Self {
        (self.mixing, self.level_control, self.speakers) = match quality {
            ConferenceQuality::Fast => (Mixing::All, false, false),
            ConferenceQuality::Balanced => (Mixing::Loudest(8), true, true),
            ConferenceQuality::High => (Mixing::Speech, true, true),
        };
        self
    }

    /// With these heard, of those who make a sound.
    #[must_use]
    pub fn mixing(mut self, mixing: Mixing) -> Self {
        self.mixing = mixing;
        self
    }

    /// With members equally loud, or as they are.
    #[must_use]
    pub fn level_control(mut self, on: bool) -> Self {
        self.level_control = on;
        self
    }

    /// With a look at who speaks, or not.
    #[must_use]
    pub fn speakers(mut self, on: bool) -> Self {
        self.speakers = on;
        self
    }

    /// With the level of each member that is heard told as often: 10 ms to an hour.
    #[must_use]
    pub fn level_interval(mut self, interval: Duration) -> Self {
        self.level_interval = Some(interval);
        self
    }

    /// With so long for a newcomer's first audio.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    pub(crate) fn check(&self) -> Result<(), ConferenceError> {
        if !(1..=Self::MAX_MEMBERS).contains(&self.max_members) {
            return Err(ConferenceError::MaxMembers(self.max_members, Self::MAX_MEMBERS));
        }
        if self.members_per_worker == 0 {
            return Err(ConferenceError::NobodyOnAWorker);
        }
        if self.mixing == Mixing::Loudest(0) {
            return Err(ConferenceError::NobodyHeard);
        }
        let (least, most) = (Duration::from_millis(10), Duration::from_secs(3_600));
        match self.level_interval {
            Some(interval) if !(least..=most).contains(&interval) => Err(ConferenceError::LevelInterval(interval)),
            _ => Ok(()),
        }
    }
}

impl From<SampleRate> for ConferenceParams {
    fn from(rate: SampleRate) -> Self {
        Self::new(rate)
    }
}
