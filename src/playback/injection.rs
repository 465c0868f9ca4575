//! Control: the ends of samples that an embedder adds to what is heard, and how they are ended.

use crate::playback::player::injected::Injected;
use crate::processing::format::Resampler;
use crate::rt::Flow;
use crate::types::{Gain, SampleRate};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Release};

/// How much waits at most, in ms.
const RING_MS: usize = 200;

/// What belongs together.
pub(crate) struct InjectionEnds {
    pub(crate) injected: Injected,
    pub(crate) control: InjectionControl,
    pub(crate) samples: rtrb::Producer<f32>,
}

/// Ends an injection.
#[derive(Debug, Clone)]
pub(crate) struct InjectionControl(Arc<AtomicBool>);

impl InjectionControl {
    /// The next block that sounds is faded out, and is the last.
    pub(crate) fn end(&self) {
        self.0.store(true, Release);
    }
}

impl InjectionEnds {
    /// From samples of `rate` to a player of rate `to`.
    pub(crate) fn new((rate, to): (SampleRate, SampleRate), gain: Gain, beside: Gain) -> Self {
        let (samples, ring) = rtrb::RingBuffer::new(rate.block_samples() * RING_MS / 10);
        // It has one channel, which is all that it could refuse.
        let resampler = if rate == to { None } else { Resampler::new(rate, to, 1).ok() };
        let ends = Arc::new(AtomicBool::new(false));
        let control = InjectionControl(ends.clone());
        let (gain, beside) = (gain.factor(), beside.factor());
        let flow = Flow::default();
        let injected = Injected { ring, rate, resampler, gain, beside, ends, sounds: false, flow, gap: None };
        Self { injected, control, samples }
    }
}
