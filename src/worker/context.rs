//! Real-time: what a tick may know of the world: its time and its number.
//!
//! ```compile_fail
//! fn needs_send<T: Send>() {}
//! needs_send::<media_core::worker::TickContext<'static>>(); // a tick stays on its thread
//! ```
//! ```
//! fn needs_send<T: Send>() {}
//! needs_send::<media_core::types::MediaTime>();
//! ```

use crate::telemetry::PhaseMeter;
use crate::types::{MediaTime, TickNumber};
use std::marker::PhantomData;

/// Handed to `Worker::tick`: the tick's time, its number, and the stamp-only phase meter. No clock, no system.
#[derive(Debug)]
pub struct TickContext<'t> {
    now: MediaTime,
    awake: MediaTime,
    number: TickNumber,
    meter: &'t mut PhaseMeter,
    _here: PhantomData<*mut ()>,
}

impl<'t> TickContext<'t> {
    /// The tick due at `now` (monotonic), as if it ran then. Numbers count blocks of 10 ms and ascend by a tick's worth,
    /// or by more where ticks were skipped.
    pub fn new(now: MediaTime, number: TickNumber, meter: &'t mut PhaseMeter) -> Self {
        Self { now, awake: now, number, meter, _here: PhantomData }
    }

    /// The same, begun at `awake` in truth: playout goes by when the tick was due, packet residence by when it ran.
    #[must_use]
    pub fn begun_at(self, awake: MediaTime) -> Self {
        Self { awake, ..self }
    }

    /// When the tick began in truth.
    pub fn awake(&self) -> MediaTime {
        self.awake
    }

    /// The time at which the tick was due.
    pub fn now(&self) -> MediaTime {
        self.now
    }

    /// The tick's number.
    pub fn number(&self) -> TickNumber {
        self.number
    }

    /// The phase meter.
    pub fn meter(&mut self) -> &mut PhaseMeter {
        self.meter
    }
}
