//! Real-time: the background noise of the near end: its spectrum, and noise like it.

use super::spectrum::{Spectrum, Transform, zeros};

/// Growth of the estimate in 10 ms while nothing but the near end is heard: 3 dB a second.
const RISE: f32 = 1.007;
/// Blocks in which nothing but the near end was heard, before its noise is known.
const KNOWN: u16 = 20;
/// Blocks with any sound before the least of them says something.
const BEGUN: u8 = 10;
/// Sum over bins that is no noise: a line that is not there yet.
const SILENT: f32 = 1e-10;
/// Directions of the random phases.
const PHASES: usize = 64;

/// Follows the noise's spectrum by its minima.
#[derive(Debug)]
pub(super) struct ComfortNoise {
    /// Power of each bin, as the analysis window of the suppressor gives it.
    pub(super) power: Box<[f32]>,
    smooth: Box<[f32]>,
    /// The least of it since the begin.
    least: Box<[f32]>,
    begun: u8,
    seen: u16,
    /// From a bin's power under the window to that of the noise made.
    scale: f32,
    random: u64,
    phases: [[f32; 2]; PHASES],
    slope: Box<[f32]>,
    overlap: Box<[f32]>,
    work: Spectrum,
}

impl ComfortNoise {
    /// `window` is the sum of the analysis window's squares.
    pub(super) fn new(block: usize, window: f32) -> Self {
        let mut phases = [[0.0; 2]; PHASES];
        for (n, phase) in phases.iter_mut().enumerate() {
            let (sin, cos) = (std::f32::consts::TAU * n as f32 / PHASES as f32).sin_cos();
            *phase = [cos, sin];
        }
        let mut slope = zeros(block);
        for (n, s) in slope.iter_mut().enumerate() {
            *s = (std::f32::consts::FRAC_PI_2 * (n as f32 + 0.5) / block as f32).sin();
        }
        Self {
            power: zeros(block + 1),
            smooth: zeros(block + 1),
            least: zeros(block + 1),
            begun: 0,
            seen: 0,
            scale: 2.0 * block as f32 / window,
            random: 0x2545_F491_4F6C_DD1D,
            phases,
            slope,
            overlap: zeros(block),
            work: Spectrum::new(block),
        }
    }

    pub(super) fn reset(&mut self) {
        self.power.fill(0.0);
        self.smooth.fill(0.0);
        self.overlap.fill(0.0);
        (self.begun, self.seen) = (0, 0);
    }

    /// Takes the power of each bin. `alone`: no echo is estimated in it; `quiet`: none can be, as the far end was silent.
    ///
    /// A canceller that has lost the path estimates no echo either: what it leaves then is no noise of the near end.
    pub(super) fn update(&mut self, power: &[f32], alone: bool, quiet: bool) {
        if self.begun == 0 {
            if power.iter().sum::<f32>() < SILENT {
                return;
            }
            self.smooth.copy_from_slice(power);
            self.least.copy_from_slice(power);
        }
        self.begun = self.begun.saturating_add(1);
        // At first the estimate rises at once: by what is heard where there is no echo, else by the least that was heard.
        let unknown = self.seen < KNOWN;
        let first = unknown && alone && quiet;
        let by_least = unknown && self.begun >= BEGUN;
        self.seen += u16::from(first);
        for (((n, s), least), p) in self.power.iter_mut().zip(&mut self.smooth).zip(&mut self.least).zip(power) {
            *s += 0.2 * (p - *s);
            *least = least.min(*s);
            if *s < *n {
                *n += 0.3 * (*s - *n);
            } else if first {
                *n = n.max(0.5 * *s);
            } else if by_least {
                *n = n.max(*least);
            } else if alone {
                *n = (*n * RISE).min(*s);
            }
        }
    }

    /// Adds noise where `gains` took it away.
    pub(super) fn add(&mut self, gains: &[f32], block: &mut [f32], transform: &mut Transform) {
        let bins = self.work.re.iter_mut().zip(&mut self.work.im);
        for ((re, im), (noise, gain)) in bins.zip(self.power.iter().zip(gains)) {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            let [cos, sin] = self.phases.get((self.random >> 32) as usize % PHASES).copied().unwrap_or_default();
            let size = (noise * self.scale * (1.0 - gain * gain).max(0.0)).sqrt();
            (*re, *im) = (size * cos, size * sin);
        }
        let (head, tail) = transform.samples(&self.work).split_at(block.len());
        let held = self.overlap.iter_mut().zip(&self.slope).zip(self.slope.iter().rev());
        for (((out, new), next), ((held, rise), fall)) in block.iter_mut().zip(head).zip(tail).zip(held) {
            *out += *held + new * rise;
            *held = next * fall;
        }
    }
}
