//! Real-time: what a tick may know of the world: its time and its number.
//!
//! ```compile_fail
//! fn needs_send<T: Send>() {}
//! needs_send::<media_core::rt::TickContext<'static>>(); // a tick stays on its thread
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
    number: TickNumber,
    meter: &'t mut PhaseMeter,
    _here: PhantomData<*mut ()>,
}

impl<'t> TickContext<'t> {
    /// The tick due at `now` (monotonic). Numbers ascend by one, or by more where ticks were skipped.
    pub fn new(now: MediaTime, number: TickNumber, meter: &'t mut PhaseMeter) -> Self {
        Self { now, number, meter, _here: PhantomData }
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
