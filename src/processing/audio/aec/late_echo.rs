//! Real-time: whether an echo comes later than the canceller looks for it, so that its user can be told.
//!
//! One bit a bin and block says whether the bin is loud for its own past; the echo's bits are like those of what was sent, that long
//! before (after the binary spectra of WebRTC's delay estimator; here it is the covariance of the bits that counts, so that two who speak
//! at once are not alike). One lag costs one comparison of 64 bits.

use super::spectrum_bins::Parts;

/// Blocks back to which it looks: 2.56 s.
const LAGS: usize = 256;
/// A whitened bin of this power is loud: half of them are in speech.
const LOUD: f32 = 0.3;
/// How fast the likeness follows, at one block in two: a time constant of 1 s.
const RATE: f32 = 0.02;
/// Likeness above the mean of all lags. Without an echo the best lag reaches 0.021 by chance (twelve scenes of 20 s), with one 0.025 to 0.1.
const ALIKE: f32 = 0.025;
/// For so many looks running: 1 s.
const STEADY: u16 = 50;
/// Looks at a near end that is not silent without any, after which it is gone: 10 s.
const GONE: u16 = 500;

/// Finds it.
#[derive(Debug)]
pub(super) struct LateEcho {
    /// Bits of the last blocks of the far end; 0 where it was silent.
    past: [u64; LAGS],
    likeness: [f32; LAGS],
    newest: usize,
    /// The first lag that nobody else looks at.
    from: usize,
    best: usize,
    steady: u16,
    unlike: u16,
    found: Option<u16>,
    odd: bool,
}

/// The bits of whitened bins.
fn bits((re, im): Parts<'_>) -> u64 {
    let loud = re.iter().zip(im).map(|(re, im)| re * re + im * im > LOUD);
    loud.fold(0, |bits, loud| bits << 1 | u64::from(loud))
}

impl LateEcho {
    /// Tells of echoes that come `from` blocks late or later.
    pub(super) const fn new(from: usize) -> Self {
        let (past, likeness) = ([0; LAGS], [0.0; LAGS]);
        Self { past, likeness, newest: 0, from, best: 0, steady: 0, unlike: 0, found: None, odd: false }
    }

    pub(super) fn reset(&mut self) {
        *self = Self::new(self.from);
    }

    /// Its delay in blocks.
    pub(super) fn found(&self) -> Option<u16> {
        self.found
    }

    /// Takes whitened bins of the far end's block.
    pub(super) fn sent(&mut self, bins: Parts<'_>) {
        self.newest = (self.newest + LAGS - 1) % LAGS;
        if let Some(past) = self.past.get_mut(self.newest) {
            *past = bits(bins);
        }
    }

    /// Takes those of the near end's block, which is not silent.
    pub(super) fn came(&mut self, bins: Parts<'_>) {
        self.odd = !self.odd;
        if self.odd {
            self.compare(bits(bins));
        }
    }

    fn compare(&mut self, near: u64) {
        let share = |bits: u64| bits.count_ones() as f32 / 64.0;
        let of_near = share(near);
        let (mut best, mut most, mut sum) = (0, 0.0, 0.0);
        let (later, earlier) = self.past.split_at(self.newest.min(LAGS));
        for (lag, (like, far)) in self.likeness.iter_mut().zip(earlier.iter().chain(later)).enumerate() {
            if *far != 0 {
                *like += RATE * (share(far & near) - share(*far) * of_near - *like);
            }
            sum += *like;
            if *like > most {
                (best, most) = (lag, *like);
            }
        }
        let alike = most - sum / LAGS as f32 > ALIKE;
        if alike && best.abs_diff(self.best) <= 1 {
            (self.steady, self.unlike) = (self.steady.saturating_add(1), 0);
        } else {
            (self.steady, self.unlike) = (0, self.unlike.saturating_add(1));
        }
        self.best = best;
        if self.steady >= STEADY {
            self.found = (best >= self.from).then_some(best as u16);
        } else if self.unlike >= GONE {
            self.found = None;
        }
    }
}
