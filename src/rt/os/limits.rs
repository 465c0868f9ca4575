//! Control: the process's limits, checked at start, with advice.

use std::{fmt, fs, io};

use serde::{Deserialize, Serialize};

/// One limit of `/proc/self/limits`; `None` = unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// What holds now.
    pub soft: Option<u64>,
    /// Up to where the process may raise it itself.
    pub hard: Option<u64>,
}

impl Limit {
    /// Whether `needed` is allowed now.
    pub fn allows(self, needed: u64) -> bool {
        self.soft.is_none_or(|soft| soft >= needed)
    }
}

/// The limits that matter to a media engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Open descriptors: one a socket.
    pub descriptors: Limit,
    /// Locked memory in octets.
    pub locked_memory: Limit,
    /// The highest real-time priority without CAP_SYS_NICE.
    pub realtime_priority: Limit,
}

impl Limits {
    /// Those of this process now.
    ///
    /// # Errors
    /// There is no `/proc`, or it does not name them.
    pub fn read() -> io::Result<Self> {
        Self::parse(&fs::read_to_string("/proc/self/limits")?)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "/proc/self/limits names no such limits"))
    }

    pub(super) fn parse(limits: &str) -> Option<Self> {
        let limit = |name| {
            let mut fields = limits.lines().find_map(|line| line.strip_prefix(name))?.split_ascii_whitespace();
            let mut value = || match fields.next()? {
                "unlimited" => Some(None),
                number => number.parse().ok().map(Some),
            };
            Some(Limit { soft: value()?, hard: value()? })
        };
        Some(Self {
            descriptors: limit("Max open files")?,
            locked_memory: limit("Max locked memory")?,
            realtime_priority: limit("Max realtime priority")?,
        })
    }

    /// Whether `needed` descriptors may be open at once; else what to do.
    ///
    /// # Errors
    /// [`DescriptorShortage`].
    pub fn check_descriptors(&self, needed: u64) -> Result<(), DescriptorShortage> {
        let Limit { soft, hard } = self.descriptors;
        match soft {
            Some(allowed) if allowed < needed => Err(DescriptorShortage { needed, allowed, hard }),
            _ => Ok(()),
        }
    }
}

/// More sockets are configured than the process may open.
///
/// Example: [`TransportAdvice`](crate::TransportAdvice).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct DescriptorShortage {
    /// So many are needed.
    pub needed: u64,
    /// So many are allowed.
    pub allowed: u64,
    /// So many the process may allow itself; `None` = any number.
    pub hard: Option<u64>,
}

impl fmt::Display for DescriptorShortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { needed, allowed, hard } = self;
        write!(f, "{needed} descriptors are needed and {allowed} allowed: ")?;
        if hard.is_none_or(|hard| hard >= *needed) {
            write!(f, "`ulimit -n {needed}` before the start is enough")
        } else {
            write!(f, "raise LimitNOFILE= in the systemd unit, or nofile in /etc/security/limits.conf, to {needed}")
        }
    }
}
