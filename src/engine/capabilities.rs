//! Control: what the engine can do, and how much of it is left.

use crate::session::AudioFormat;

/// What the engine can do, and how much of it is left.
#[derive(Debug, Clone, PartialEq)]
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
    /// Taps now.
    pub taps: usize,
    /// Taps at most.
    pub max_taps: usize,
    /// Media threads.
    pub workers: usize,
    /// The tick in ms: outward packet times are multiples of it.
    pub tick_ms: u32,
    /// Load of each worker in percent.
    pub load_percent: Vec<u32>,
    /// Load beyond which new sessions are refused.
    pub load_limit_percent: u32,
}

impl MediaCapabilities {
    /// Sessions that can still be created, by number.
    pub fn sessions_left(&self) -> usize {
        self.max_sessions - self.sessions
    }
}
