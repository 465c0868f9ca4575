//! Real-time: windowed spectra of the estimated echo and of what is left beside it, for all that judges them.

use super::spectrum::{Spectrum, Transform, zeros};
use super::spectrum_bins::Parts;

/// Both spectra, over the last two blocks.
#[derive(Debug)]
pub(super) struct Analysis {
    window: Box<[f32]>,
    last: [Box<[f32]>; 2],
    pub(super) echo: Spectrum,
    pub(super) error: Spectrum,
}

impl Analysis {
    pub(super) fn new(block: usize) -> Self {
        Self {
            window: window(block),
            last: [zeros(block), zeros(block)],
            echo: Spectrum::new(block),
            error: Spectrum::new(block),
        }
    }

    pub(super) fn reset(&mut self) {
        for last in &mut self.last {
            last.fill(0.0);
        }
    }

    /// The bins of echo and error that evidence is taken from: from 300 Hz on, below bin `most`.
    pub(super) fn heard(&self, most: usize) -> [Parts<'_>; 2] {
        let part = |spectrum: &'_ Spectrum| 6..most.min(spectrum.re.len());
        [&self.echo, &self.error]
            .map(|s| (s.re.get(part(s)).unwrap_or_default(), s.im.get(part(s)).unwrap_or_default()))
    }

    pub(super) fn update(&mut self, echo: &[f32], error: &[f32], transform: &mut Transform) {
        let [last_echo, last_error] = &mut self.last;
        for (last, now, out) in [(last_echo, echo, &mut self.echo), (last_error, error, &mut self.error)] {
            transform.windowed(last, now, &self.window, out);
            last.copy_from_slice(now);
        }
    }
}

/// Bins that are filtered and judged: up to 8.75 kHz.
pub(super) const MOST: usize = 176;

/// Long rise, short fall: what is newest counts.
fn window(block: usize) -> Box<[f32]> {
    let mut window = zeros(2 * block);
    for (n, w) in window.iter_mut().enumerate() {
        let (rise, fall) =
            ((n as f32 + 0.5) / (1.5 * block as f32), (2.0 * block as f32 - n as f32 - 0.5) / (0.5 * block as f32));
        *w = (std::f32::consts::FRAC_PI_2 * rise.min(fall)).sin().powi(2);
    }
    window
}

/// The sum of the window's squares.
pub(super) fn window_energy(block: usize) -> f32 {
    window(block).iter().map(|w| w * w).sum()
}
