//! Control: the ends of samples that an embedder adds to a call.

use crate::playback::injection_link::{InjectionControl, InjectionNews};
use crate::playback::player::injected::Injected;
use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// How much waits at most, in ms.
const RING_MS: usize = 200;

/// News that may wait: of more, none is told, and each is counted.
const NEWS: usize = 64;

/// What belongs together.
pub(crate) struct InjectionEnds {
    pub(crate) injected: Injected,
    pub(crate) control: InjectionControl,
    pub(crate) news: rtrb::Consumer<InjectionNews>,
    pub(crate) samples: rtrb::Producer<f32>,
}

impl InjectionEnds {
    /// From samples of the first rate to what is mixed at the second. `gain`: of them, and of what else is heard meanwhile.
    pub(crate) fn new((rate, to): (SampleRate, SampleRate), gain: (f32, f32)) -> Self {
        let (samples, ring) = rtrb::RingBuffer::new(rate.block_samples() * RING_MS / 10);
        let (told, news) = rtrb::RingBuffer::new(NEWS);
        // It has one channel, which is all that it could refuse.
        let resampler = if rate == to { None } else { Resampler::new(rate, to, 1).ok() };
        let control = InjectionControl::new();
        let injected = Injected::new((ring, told), rate, resampler, gain, control.clone());
        Self { injected, control, news, samples }
    }
}
