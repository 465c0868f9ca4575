//! Boundary: PCM ports inward: an embedder's samples by ring, without codec or network: players, bots. A ring that runs dry is
//! silence.

use crate::rt::Flow;
use crate::types::SampleRate;

/// The engine's end of samples that come in.
#[derive(Debug)]
pub struct PcmIn {
    pub(in crate::worker) ring: rtrb::Consumer<f32>,
    pub(in crate::worker) rate: SampleRate,
    pub(in crate::worker) flow: Flow,
}

/// The embedder's end: pushes mono samples, f32, 1.0 = full scale.
/// For any ordinary thread; never waits and never allocates. What finds no room stays with the caller.
///
/// ```
/// use media_core::{MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz16000));
/// let bot = engine.complete(bot)?;
/// let (mut says, mut hears) = bot.take_pcm().expect("a PCM session's, once");
/// assert_eq!(says.write(&[0.0; 160]), 160);
/// engine.run_for(std::time::Duration::from_millis(20));
/// let mut heard = [1.0; 320];
/// assert!(hears.read(&mut heard) >= 320 && heard == [0.0; 320]); // connected to nobody: time goes on in silence
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct PcmWriter {
    ring: rtrb::Producer<f32>,
    rate: SampleRate,
}

impl PcmWriter {
    /// Pushes as many of `samples` as there is room for and returns how many. Never waits.
    pub fn write(&mut self, samples: &[f32]) -> usize {
        let (pushed, _) = self.ring.push_partial_slice(samples);
        pushed.len()
    }

    /// Samples that there is room for.
    pub fn room(&self) -> usize {
        self.ring.slots()
    }

    /// The rate in which samples are taken.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }
}

/// A ring from the embedder to the engine for `milliseconds` of samples. Allocates: control side.
pub fn pcm_in(rate: SampleRate, milliseconds: u32) -> (PcmWriter, PcmIn) {
    let (producer, consumer) = rtrb::RingBuffer::new(samples_of(rate, milliseconds));
    (PcmWriter { ring: producer, rate }, PcmIn { ring: consumer, rate, flow: Flow::default() })
}

pub(super) fn samples_of(rate: SampleRate, milliseconds: u32) -> usize {
    rate.block_samples() * (milliseconds.div_ceil(10).max(2) as usize)
}
