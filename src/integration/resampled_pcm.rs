//! Control: an embedder's samples at rates that are not the engine's (files and sound cards at 44.1 kHz), or by a clock that
//! is not: converted on the embedder's thread, outside the ring of a PCM session. The tick sees samples of its own rate.

use crate::processing::format::{DriftingResampler, FixedSide, FormatError};
use crate::worker::{PcmReader, PcmWriter};
use std::time::Duration;

/// Samples of 10 ms, rounded.
fn block(hz: f64) -> usize {
    (hz / 100.0).round() as usize
}

/// What a PCM session says, written at any rate. Mono, f32, 1.0 = full scale.
///
/// Never waits. Samples go on in blocks of 10 ms; what does not fill one waits here. Allocates when it is made only.
///
/// ```no_run
/// # fn speak(bot: media_core::MediaSessionHandle, file: &[f32]) -> Result<(), Box<dyn std::error::Error>> {
/// use media_core::integration::ResampledPcmWriter;
///
/// let (says, _hears) = bot.take_pcm().ok_or("taken before")?;
/// let mut says = ResampledPcmWriter::new(says, 44_100.0)?;
/// let taken = says.write(file); // the rest when there is room again
/// # let _ = taken;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ResampledPcmWriter {
    ring: PcmWriter,
    resampler: DriftingResampler,
    from_hz: f64,
    /// A block under way, and what came of one.
    held: Vec<f32>,
    made: Box<[f32]>,
}

impl ResampledPcmWriter {
    /// Writes samples of `from_hz` to that ring.
    ///
    /// # Errors
    /// [`FormatError::Rate`] unless it is 4000 to 192000 Hz.
    pub fn new(ring: PcmWriter, from_hz: f64) -> Result<Self, FormatError> {
        let fixed = FixedSide::Input(block(from_hz).max(1));
        let resampler = DriftingResampler::new(from_hz, f64::from(ring.rate().hz()), 1, fixed)?;
        let (takes, makes) = resampler.most_samples();
        let (held, made) = (Vec::with_capacity(takes), vec![0.0; makes].into_boxed_slice());
        Ok(Self { ring, resampler, from_hz, held, made })
    }

    /// Takes as many of `samples` as there is room for and returns how many.
    pub fn write(&mut self, samples: &[f32]) -> usize {
        let (block, mut taken) = (self.resampler.input_samples(), 0);
        loop {
            if self.held.len() == block {
                if self.ring.room() < self.resampler.output_samples() {
                    return taken;
                }
                // Both are of the lengths that it was made for.
                let made = self.resampler.process(&self.held, &mut self.made).unwrap_or(0);
                self.ring.write(&self.made[..made]);
                self.held.clear();
            }
            let rest = &samples[taken..];
            if rest.is_empty() {
                return taken;
            }
            let next = &rest[..rest.len().min(block - self.held.len())];
            self.held.extend_from_slice(next);
            taken += next.len();
        }
    }

    /// For a source with a clock of its own: makes `ppm` more samples of what it gives (below 0: fewer) than the two rates
    /// say. Steered well, [`room`](Self::room) stays where it is.
    ///
    /// # Errors
    /// [`FormatError::Drift`] beyond ±5000 ppm; the old value stays.
    pub fn set_drift(&mut self, ppm: f64) -> Result<(), FormatError> {
        self.resampler.set_drift(ppm)
    }

    /// Samples of its own rate that there is room for, at least.
    pub fn room(&self) -> usize {
        let behind = self.ring.room().saturating_sub(self.made.len()) as f64;
        let room = behind * self.from_hz / f64::from(self.ring.rate().hz());
        (room as usize).saturating_sub(self.held.len())
    }

    /// By how much the conversion delays the sound, besides blocks that wait to be full.
    pub fn delay(&self) -> Duration {
        self.resampler.delay()
    }
}

/// What a PCM session hears, read at any rate. Mono, f32, 1.0 = full scale. Never waits; allocates when it is made only.
///
/// Example: [`ResampledPcmWriter`].
#[derive(Debug)]
pub struct ResampledPcmReader {
    ring: PcmReader,
    resampler: DriftingResampler,
    taken: Box<[f32]>,
    /// What came of the last block, and which of it was not read yet.
    made: Box<[f32]>,
    unread: std::ops::Range<usize>,
}

impl ResampledPcmReader {
    /// Reads samples of `to_hz` from that ring.
    ///
    /// # Errors
    /// [`FormatError::Rate`] unless it is 4000 to 192000 Hz.
    pub fn new(ring: PcmReader, to_hz: f64) -> Result<Self, FormatError> {
        let fixed = FixedSide::Input(ring.rate().block_samples());
        let resampler = DriftingResampler::new(f64::from(ring.rate().hz()), to_hz, 1, fixed)?;
        let (takes, makes) = resampler.most_samples();
        let zeros = |samples| vec![0.0; samples].into_boxed_slice();
        Ok(Self { ring, resampler, taken: zeros(takes), made: zeros(makes), unread: 0..0 })
    }

    /// Pulls as many samples as wait, up to the length of `samples`, and returns how many.
    pub fn read(&mut self, samples: &mut [f32]) -> usize {
        let mut given = 0;
        while given < samples.len() {
            if self.unread.is_empty() {
                let takes = self.resampler.input_samples();
                if self.ring.available() < takes {
                    break;
                }
                let mut taken = 0;
                while taken < takes {
                    // A gap parts what is read at once.
                    taken += self.ring.read(&mut self.taken[taken..takes]);
                }
                // Both are of the lengths that it was made for.
                self.unread = 0..self.resampler.process(&self.taken[..takes], &mut self.made).unwrap_or(0);
            }
            let n = self.unread.len().min(samples.len() - given);
            samples[given..given + n].copy_from_slice(&self.made[self.unread.start..self.unread.start + n]);
            self.unread.start += n;
            given += n;
        }
        given
    }

    /// For a sink with a clock of its own: makes `ppm` more samples for it (below 0: fewer) than the two rates say.
    ///
    /// # Errors
    /// [`FormatError::Drift`] beyond ±5000 ppm; the old value stays.
    pub fn set_drift(&mut self, ppm: f64) -> Result<(), FormatError> {
        self.resampler.set_drift(ppm)
    }

    /// By how much the conversion delays the sound.
    pub fn delay(&self) -> Duration {
        self.resampler.delay()
    }
}
