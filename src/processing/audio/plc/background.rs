//! Real-time: the background of a stream: its quietest recent block, played on as noise.

/// How much the floor rises per block, so that a background that got louder is found: 3 dB a second.
const RISE: f32 = 1.007;
/// Above this mean square (-36 dBov) audio is no background.
const LOUDEST: f32 = 2.5e-4;

/// The quietest block of the last seconds.
#[derive(Debug)]
pub(super) struct Background {
    sample: Box<[f32]>,
    /// Mean square of the sample, and the floor that new blocks are held against.
    floor: f32,
    known: bool,
    random: u32,
    /// Two readers, half a segment apart, cross-faded: where each reads, and how far the segment is.
    readers: [usize; 2],
    phase: usize,
    /// Of the cross-fade, per sample.
    slope: f32,
}

impl Background {
    #[expect(clippy::disallowed_macros, reason = "control side: the constructor allocates")]
    pub(super) fn new(block: usize) -> Self {
        let sample = vec![0.0; block].into_boxed_slice();
        Self {
            sample,
            floor: 0.0,
            known: false,
            random: 0x9E37_79B9,
            readers: [0; 2],
            phase: 0,
            slope: 2.0 / block.max(2) as f32,
        }
    }

    pub(super) fn reset(&mut self) {
        self.sample.fill(0.0);
        (self.floor, self.known) = (0.0, false);
    }

    /// Takes note of a good block.
    pub(super) fn observe(&mut self, block: &[f32]) {
        let power = power(block);
        self.floor *= RISE;
        if (!self.known || power <= self.floor) && power < LOUDEST && block.len() == self.sample.len() {
            self.sample.copy_from_slice(block);
            self.floor = power.max(1e-10);
            self.known = true;
        }
    }

    /// No louder than 6 dB over the floor.
    pub(super) fn covers(&self, audio: &[f32]) -> bool {
        power(audio) < (4.0 * self.floor).max(1e-7)
    }

    /// A sample of noise with the spectrum of the background.
    pub(super) fn next(&mut self) -> f32 {
        let n = self.sample.len();
        let half = n / 2;
        if self.phase == 0 || self.phase == half {
            let which = usize::from(self.phase >= half);
            self.random = self.random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if let Some(reader) = self.readers.get_mut(which) {
                *reader = (self.random >> 16) as usize % n.max(1);
            }
        }
        // Triangles half a segment apart, of independent noise: constant power within 1.3 dB.
        let up = self.phase as f32 * self.slope;
        let first = 1.0 - (up - 1.0).abs();
        let [a, b] = self.readers.map(|at| {
            let at = at + self.phase;
            self.sample.get(if at < n { at } else { at - n }).copied().unwrap_or(0.0)
        });
        self.phase = if self.phase + 1 < n { self.phase + 1 } else { 0 };
        a * first + b * (1.0 - first)
    }
}

fn power(audio: &[f32]) -> f32 {
    use crate::processing::audio::time_stretch::correlation::dot;
    dot(audio, audio) / audio.len().max(1) as f32
}
