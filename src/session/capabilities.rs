//! Control: what the engine can do, and how much of it is left.

use crate::rt::shed::ShedLevel;
use crate::session::AudioFormat;
use std::fmt;

/// What the engine can do, and how much of it is left.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(200), 1)?;
/// let capabilities = engine.handle().get_media_capabilities();
/// let capabilities = engine.complete(capabilities)?;
/// assert!(capabilities.admits() && capabilities.codecs.contains(&AudioFormat::g722()));
/// assert_eq!((capabilities.sessions_left(), capabilities.tick_ms), (200, 10));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct MediaCapabilities {
    /// The codecs, with their usual payload types.
    pub codecs: Vec<AudioFormat>,
    /// Sessions now.
    pub sessions: usize,
    /// Sessions at most.
    pub max_sessions: usize,
    /// Conferences now.
    pub conferences: usize,
    /// Conferences at most.
    pub max_conferences: usize,
    /// Relay streams now.
    pub relays: usize,
    /// Relay streams at most.
    pub max_relays: usize,
    /// Taps now.
    pub taps: usize,
    /// Taps at most.
    pub max_taps: usize,
    /// Media threads.
    pub workers: usize,
    /// The tick in ms: outward packet times are multiples of it.
    pub tick_ms: u32,
    /// Load of each worker in percent of a core, as admission takes it: what sessions that joined within the last second will add,
    /// and the I/O threads on its core, included.
    pub load_percent: Vec<u32>,
    /// Load of each I/O thread that runs, the same way.
    pub io_load_percent: Vec<u32>,
    /// Load beyond which new sessions are refused.
    pub load_limit_percent: u32,
    /// How much quality the worker sheds that sheds least; beyond full quality new sessions are refused.
    pub shed: ShedLevel,
    /// Pairs of RTP ports that no session holds; `None` without I/O threads. Other programs may hold some of them.
    pub ports_left: Option<usize>,
    /// Legs (sessions and taps) of each worker.
    pub legs: Vec<usize>,
}

/// One line: what there is, of how much.
impl fmt::Debug for MediaCapabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MediaCapabilities { codecs:")?;
        self.codecs.iter().try_for_each(|codec| write!(f, " {codec}"))?;
        let counts = [
            ("sessions", self.sessions, self.max_sessions),
            ("conferences", self.conferences, self.max_conferences),
            ("relays", self.relays, self.max_relays),
            ("taps", self.taps, self.max_taps),
        ];
        counts.iter().try_for_each(|(what, now, most)| write!(f, ", {what}: {now} of {most}"))?;
        let (workers, tick, ports) = (self.workers, self.tick_ms, self.ports_left);
        write!(f, ", workers: {workers}, tick: {tick} ms, load: ")?;
        self.load_percent.iter().try_for_each(|load| write!(f, "{load} % "))?;
        write!(f, "of {} %", self.load_limit_percent)?;
        if self.shed != ShedLevel::FULL_QUALITY {
            write!(f, ", shed: {:?}", self.shed)?;
        }
        ports.map_or(Ok(()), |ports| write!(f, ", ports left: {ports}"))?;
        f.write_str(" }")
    }
}

impl MediaCapabilities {
    /// Sessions that can still be created, by number.
    pub fn sessions_left(&self) -> usize {
        self.max_sessions - self.sessions
    }

    /// Load left on each worker until new sessions are refused, in percent of a core.
    pub fn load_left_percent(&self) -> impl Iterator<Item = u32> + '_ {
        self.load_percent.iter().map(|load| self.load_limit_percent.saturating_sub(*load))
    }

    /// Whether a session with a socket would be admitted now.
    pub fn admits(&self) -> bool {
        self.sessions_left() > 0
            && self.ports_left != Some(0)
            && self.shed == ShedLevel::FULL_QUALITY
            && self.load_left_percent().any(|left| left > 0)
            && (self.io_load_percent.is_empty()
                || self.io_load_percent.iter().any(|load| *load < self.load_limit_percent))
    }

    /// About how many sessions like those of now the load allows beside them: what a leg costs at present, carried on to
    /// the limit. `None` where there is too little to go by (under 10 % load on every worker).
    pub fn sessions_left_by_load(&self) -> Option<usize> {
        let workers = || self.load_percent.iter().zip(&self.legs).filter(|(load, legs)| **load >= 10 && **legs > 0);
        let (load, legs) = workers().fold((0, 0), |(l, n), (load, legs)| (l + *load as usize, n + legs));
        let left: u32 = self.load_left_percent().sum();
        (load > 0).then(|| left as usize * legs / load)
    }
}
