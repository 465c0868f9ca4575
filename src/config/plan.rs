//! Control: a checked configuration, and what follows from it.

use super::engine::MediaEngineConfig;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::{Ptime, WorkerId};
use crate::worker::WorkerPlan;
use std::time::Duration;

/// A configuration that was checked: only [`MediaEngineConfig::plan`] makes one.
///
/// ```
/// use media_core::MediaEngineConfig;
///
/// let plan = MediaEngineConfig::default().tick_ms(20_u32).plan()?;
/// assert_eq!((plan.period().as_millis(), plan.blocks_per_tick(), plan.legal_ptimes()), (20, 2, "20, 40 or 60 ms"));
/// # Ok::<(), media_core::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) config: MediaEngineConfig,
}

/// Orders that may be in flight to one worker.
pub(crate) const ORDERS_IN_FLIGHT: usize = 512;
/// Orders that may wait on the control side for each worker before requests are refused.
pub(crate) const ORDER_BACKLOG: usize = 8_192;
/// Places of legs and bindings beyond those that the limits ask for: one that is given up is free again only when its
/// receipt has come home, and one that moves holds two.
pub(crate) const PLACES_IN_TRANSIT: usize = 512;
/// Messages that a worker's event lane holds.
pub(crate) const EVENT_LANE: usize = 4_096;

impl Plan {
    pub(super) fn new(config: &MediaEngineConfig) -> Self {
        Self { config: config.clone() }
    }

    /// The tick.
    pub fn period(&self) -> Duration {
        Duration::from_millis(u64::from(self.config.tick_ms))
    }

    /// Blocks of 10 ms in a tick.
    pub fn blocks_per_tick(&self) -> u8 {
        (self.config.tick_ms / 10) as u8
    }

    /// Whether an outward packet time is a whole number of ticks.
    pub fn allows(&self, ptime: Ptime) -> bool {
        ptime.ms().is_multiple_of(self.config.tick_ms)
    }

    /// The outward packet times that are possible, in words.
    pub fn legal_ptimes(&self) -> &'static str {
        if self.config.tick_ms == 10 { "10, 20, 30, 40, 50 or 60 ms" } else { "20, 40 or 60 ms" }
    }

    /// Each session a block at the highest rate, and one more in a room of another rate. Taps hear frames, and make none.
    fn frame_samples(&self) -> usize {
        2 * MAX_BLOCK_SAMPLES * self.config.max_sessions
    }

    /// Octets of the frames of all media threads: allocated at the start. What a session's waiting payloads take beside its
    /// other memory tells [`payload_octets`](crate::session::MediaSessionParams::payload_octets).
    pub fn frame_octets(&self) -> usize {
        self.config.workers * self.frame_samples() * size_of::<f32>()
    }

    /// The size of a worker: each could come to hold every leg, as bridges and rooms gather theirs on one.
    pub(crate) fn worker(&self, id: WorkerId) -> WorkerPlan {
        let legs = self.config.max_sessions + self.config.max_taps;
        WorkerPlan {
            id,
            legs: legs + PLACES_IN_TRANSIT,
            // Rooms, and whispers between the workers of a room.
            buses: 2 * self.config.max_conferences,
            frame_samples: self.frame_samples(),
            blocks_per_tick: self.blocks_per_tick(),
        }
    }
}
