//! Boundary: a media thread's timing as gauges: written by its shell after each tick, read by anyone.

use crate::rt::Gauge;
use crate::rt::load::Load;
use crate::rt::xrun::Xruns;

/// A media thread's timing as gauges: written by its shell after each tick, read by anyone.
///
/// Loads are stored in thousandths.
///
/// Of a [`VirtualEngine`](crate::VirtualEngine) a test may set them, as if its machine were loaded:
///
/// ```
/// use media_core::telemetry::Load;
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let mut load = Load::default();
/// load.now = 0.95;
/// engine.timing(0).set_load(&load);
/// assert_eq!((engine.timing(0).load_percent(), engine.timing(0).xruns().late_ticks), (95, 0));
/// let refused = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// assert!(engine.complete(refused).is_err()); // Overloaded: above load_limit_percent
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct TimingGauges {
    load: [Gauge; 5],
    xruns: [Gauge; 6],
    pauses: Gauge,
    thread: Gauge,
}

impl TimingGauges {
    /// Writes the load. Real-time safe; one writer only.
    pub fn set_load(&self, load: &Load) {
        let values = [load.now, load.mean_1s, load.mean_10s, load.mean_60s, load.worst_1s];
        for (gauge, value) in self.load.iter().zip(values) {
            gauge.set((value * 1000.0) as u64);
        }
    }

    /// Writes the totals of late ticks and of pauses. Real-time safe; one writer only.
    pub fn set_xruns(&self, x: &Xruns, pauses: u64) {
        let values = [x.late_ticks, x.skipped_ticks, x.late_runs, x.machine_late_runs, x.duration_ns, x.longest_ns];
        for (gauge, value) in self.xruns.iter().zip(values) {
            gauge.set(value);
        }
        self.pauses.set(pauses);
    }

    /// Notes the kernel's number of the thread.
    pub fn set_thread(&self, id: u32) {
        self.thread.set(u64::from(id));
    }

    /// The kernel's number of the thread; 0 before it runs.
    pub fn thread(&self) -> u32 {
        self.thread.get() as u32
    }

    /// The load.
    pub fn load(&self) -> Load {
        let [now, mean_1s, mean_10s, mean_60s, worst_1s] = std::array::from_fn(|i| self.load[i].get() as f32 / 1000.0);
        Load { now, mean_1s, mean_10s, mean_60s, worst_1s }
    }

    /// The load that admission goes by, in percent.
    pub fn load_percent(&self) -> u32 {
        (self.load[0].get() / 10) as u32
    }

    /// The totals of late ticks.
    pub fn xruns(&self) -> Xruns {
        let [late_ticks, skipped_ticks, late_runs, machine_late_runs, duration_ns, longest_ns] =
            std::array::from_fn(|i| self.xruns[i].get());
        Xruns { late_ticks, skipped_ticks, late_runs, machine_late_runs, duration_ns, longest_ns }
    }

    /// Pauses of the machine, beyond which the deadlines began anew.
    pub fn pauses(&self) -> u64 {
        self.pauses.get()
    }
}
