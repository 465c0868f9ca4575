//! Control: how long the ticks of a virtual engine take, as its driver says.

use crate::engine::virtual_engine::VirtualEngine;
use crate::telemetry::{PhaseMeter, TimingGauges};

impl VirtualEngine {
    /// What each phase of a worker's ticks is to have taken from now on: load, and late ticks, without a clock.
    pub fn inject_phases(&mut self, worker: usize, phases_ns: [u64; crate::telemetry::Phase::COUNT]) {
        self.meters[worker] = PhaseMeter::injected(phases_ns);
    }

    /// What measures a worker's phases.
    #[cfg(test)]
    pub(crate) fn meter(&mut self, worker: usize) -> &mut PhaseMeter {
        &mut self.meters[worker]
    }

    /// The timing gauges of a worker, for a test to set the load that admission goes by.
    pub fn timing(&self, worker: usize) -> &TimingGauges {
        &self.timings[worker]
    }
}
