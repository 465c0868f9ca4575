//! Control: load and late ticks of a worker on virtual time, from injected phase times: what a media thread's shell keeps.

use crate::rt::load::LoadMeter;
use crate::rt::xrun::{TickTimes, XrunMeter};
use crate::telemetry::TimingGauges;
use crate::types::MediaTime;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Timed {
    load: LoadMeter,
    xruns: XrunMeter,
    gauges: Arc<TimingGauges>,
}

impl Timed {
    pub(super) fn new(period: Duration, gauges: Arc<TimingGauges>) -> Self {
        let period_ns = period.as_nanos() as u64;
        Self { load: LoadMeter::new(period_ns), xruns: XrunMeter::new(period_ns), gauges }
    }

    /// Takes a tick that was due and begun at `due`.
    pub(super) fn record(&mut self, due: MediaTime, finished: MediaTime) {
        self.load.record(finished.nanos_since(due));
        self.xruns.record(TickTimes { due, awake: due, finished }, 0);
        self.gauges.set_load(&self.load.load());
        self.gauges.set_xruns(&self.xruns.totals(), 0);
    }
}
