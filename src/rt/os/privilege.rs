//! Control: which privileges a thread got, why not the others, and what to do about it.
#![expect(clippy::disallowed_macros, reason = "control side")]

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One privilege of a media thread. None is needed to run; each makes late ticks rarer.
///
/// Example: [`Privileges`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privilege {
    /// The configuration does not ask for it.
    #[default]
    NotAsked,
    /// We have it.
    Granted,
    /// We asked and do not have it; why.
    Refused(Cow<'static, str>),
}

impl Privilege {
    /// Refused with the reason of the system's last error.
    pub(crate) fn refused_by(call: &str, error: &std::io::Error) -> Self {
        Self::Refused(Cow::Owned(format!("{call}: {error}")))
    }

    /// Both together: refused if either is.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (refused @ Self::Refused(_), _) | (_, refused @ Self::Refused(_)) => refused,
            (Self::Granted, _) | (_, Self::Granted) => Self::Granted,
            (Self::NotAsked, Self::NotAsked) => Self::NotAsked,
        }
    }

    /// Whether it was asked for and refused.
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("not asked for"),
            Self::Granted => f.write_str("granted"),
            Self::Refused(why) => write!(f, "refused ({why})"),
        }
    }
}

/// The privileges of one thread.
///
/// From [`MediaEngine::privileges`](crate::MediaEngine::privileges), by worker.
///
/// ```
/// use media_core::{Privilege, Privileges};
///
/// let mut got = Privileges::default();
/// assert_eq!(got.realtime, Privilege::NotAsked);
/// got.realtime = Privilege::Refused("not permitted".into());
/// let remedies: Vec<_> = got.advice().collect();
/// assert!(remedies.len() == 1 && remedies[0].contains("LimitRTPRIO"), "{remedies:?}");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Privileges {
    /// Runs on one core only.
    pub pinned: Privilege,
    /// SCHED_FIFO: goes before every ordinary thread.
    pub realtime: Privilege,
    /// Its memory cannot be paged out.
    pub memory_locked: Privilege,
}

impl Privileges {
    /// What an operator can do about each refusal, one line each.
    pub fn advice(&self) -> impl Iterator<Item = &'static str> {
        [
            (&self.pinned, "pinned: allow the core (Cpus_allowed_list in /proc/self/status; taskset, cpuset of the container) or configure another"),
            (&self.realtime, "real-time: `ulimit -r 80`, LimitRTPRIO=80 in the systemd unit, `--ulimit rtprio=80` or `--cap-add SYS_NICE` for a container, or CAP_SYS_NICE on the binary"),
            (&self.memory_locked, "locked memory: `ulimit -l unlimited`, LimitMEMLOCK=infinity in the systemd unit, `--ulimit memlock=-1` for a container, or CAP_IPC_LOCK on the binary"),
        ]
        .into_iter()
        .filter_map(|(privilege, advice)| privilege.is_refused().then_some(advice))
    }
}

impl fmt::Display for Privileges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pinned, realtime, memory_locked } = self;
        write!(f, "pinned: {pinned}; real-time: {realtime}; locked memory: {memory_locked}")
    }
}
