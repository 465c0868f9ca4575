//! Real-time: whether there is an echo at all, and whether the filter has it. Without echo the estimate is but noise of
//! the weights, and a canceller that acts on it harms the near speaker.
//!
//! The near end is regressed on the estimated echo, each bin over the power of both, so that neither loud blocks nor loud
//! bins decide: a filter that is right gives 1 beside any near speaker, one that is wrong gives 0. An echo is believed in
//! at first, for as long as it takes to find one, then for as long as that regression shows it, and two seconds beyond. A
//! filter that was right and gives 0 now is lost: the path has changed.

use super::spectrum_bins::Parts;

/// Blocks in which an echo ought to be heard, before it is disbelieved: at first, and after it was found.
const AT_FIRST: u16 = 25;
const FOUND: u16 = 200;
/// Of the estimate found in the near end: above, the filter is rather right.
const RIGHT: f32 = 0.4;
/// Share of the power that the estimate must have to speak against the filter: a loud near speaker says nothing.
const LOUD: f32 = 0.15;
/// Bound of the evidence for and against the filter.
const SURE: f32 = 20.0;
/// Blocks after which a filter that has been right is proved; for how many it is lost when that ends.
const PROVED: u16 = 50;
const LOST: u16 = 150;
/// Mean power of a far-end block that counts as sound: -60 dBFS.
const SOUND: f32 = 1e-6;

/// Mean power of a near-end block in which an echo would be found: -55 dBFS.
const AUDIBLE: f32 = 3e-6;

/// Sums of a regression: cross power, and power of the estimated echo and of the near end.
#[derive(Debug, Clone, Copy, Default)]
struct Regression([f32; 3]);

impl Regression {
    fn update(&mut self, now: [f32; 3], rate: f32) {
        for (held, now) in self.0.iter_mut().zip(now) {
            *held += rate * (now - *held);
        }
    }

    /// How much of the estimate is in the near end: 1 if it is right.
    fn share(&self) -> f32 {
        let [cross, echo, _] = self.0;
        cross / (echo + 1e-7)
    }

    fn correlation(&self) -> f32 {
        let [cross, echo, near] = self.0;
        cross / (echo * near + 1e-10).sqrt()
    }
}

/// What is believed of the echo.
#[derive(Debug)]
pub(super) struct EchoDetector {
    /// Over a quarter of a second.
    held: Regression,
    /// Which of the last blocks the far end was heard in, the newest in the lowest bit.
    heard: u128,
    /// Blocks by which an echo may be late.
    lags: u32,
    /// Power of the far end as far as an echo may be late.
    reach: f32,
    /// Least power of the near end of late.
    floor: f32,
    /// Blocks for which an echo is believed in yet.
    credit: u16,
    confidence: f32,
    /// For and against the filter being right.
    fit: f32,
    /// It has been right once.
    fitted: bool,
    /// Blocks for which the filter has been right.
    proved: u16,
    /// Blocks for which a filter that was right is still looked upon as wrong.
    lost: u16,
}

impl EchoDetector {
    /// `lags`: blocks by which an echo may be late, 120 at most.
    pub(super) fn new(lags: usize) -> Self {
        Self {
            held: Regression::default(),
            heard: 0,
            lags: lags.min(120) as u32,
            reach: 0.0,
            floor: f32::MAX,
            credit: AT_FIRST,
            confidence: 1.0,
            fit: 0.0,
            fitted: false,
            proved: 0,
            lost: 0,
        }
    }

    pub(super) fn reset(&mut self) {
        self.held = Regression::default();
        (self.heard, self.reach, self.floor, self.credit) = (0, 0.0, f32::MAX, AT_FIRST);
        (self.confidence, self.fit) = (1.0, 0.0);
        (self.proved, self.lost, self.fitted) = (0, 0, false);
    }

    /// How surely there is an echo, 0..=1; it moves within some blocks.
    pub(super) fn confidence(&self) -> f32 {
        self.confidence
    }

    /// The filter was right and is so no more: the path has changed, and it has not found the new one yet.
    pub(super) fn lost(&self) -> bool {
        self.lost > 0
    }

    /// The estimated echo is found in the near end.
    pub(super) fn fits(&self) -> bool {
        self.fit > 0.5 * SURE
    }

    /// The far end was silent for as long as an echo may be late.
    pub(super) fn is_quiet(&self) -> bool {
        self.heard & ((1 << (self.lags + 3)) - 1) == 0
    }

    /// It was found there at least once.
    pub(super) fn has_fitted(&self) -> bool {
        self.fitted
    }

    /// Takes the spectra of a block's estimated echo and of what is left, the block's power at both ends, far and near, and
    /// whether the bulk delay is clear now.
    pub(super) fn update(&mut self, [echo, error]: [Parts<'_>; 2], powers: [f32; 2], clear: bool) {
        let now = regress(echo, error);
        self.held.update(now, 0.04);
        self.update_fit(now, echo.0.len());
        self.update_confidence(powers, clear);
    }

    /// Whether the filter is right.
    fn update_fit(&mut self, [cross, estimate, near]: [f32; 3], bins: usize) {
        let favour = 0.3 * bins as f32 * (cross / RIGHT - estimate);
        let masked = estimate < LOUD * (estimate + near);
        self.fit = (self.fit + if masked { favour.max(0.0) } else { favour }).clamp(-SURE, SURE);
        self.fitted |= self.fits();
        self.lost = self.lost.saturating_sub(1);
        if self.fit > 0.4 * SURE {
            self.proved = self.proved.saturating_add(1);
            self.lost = self.lost.saturating_sub(10);
        } else if self.fit < -0.9 * SURE && self.proved > PROVED {
            (self.lost, self.proved) = (LOST, 0);
        }
    }

    /// Whether there is an echo.
    fn update_confidence(&mut self, [far, near]: [f32; 2], clear: bool) {
        self.heard = self.heard << 1 | u128::from(far > SOUND);
        self.reach = far.max(0.955 * self.reach);
        self.floor = (1.002 * self.floor).min(near + 1e-9);
        let possible = !self.is_quiet();
        let due = self.heard >> self.lags & 1 == 1;
        let sounds = near > 4.0 * self.floor && near > AUDIBLE;
        let (share, correlation) = (self.held.share(), self.held.correlation());
        if possible && share > 0.4 && share * correlation > 0.08 {
            self.credit = (self.credit + 8).min(FOUND);
        } else if !clear && ((possible && sounds && self.reach > near) || (due && !sounds)) {
            // It would be heard: a near end that is louder than any echo, or silence before it can come, says nothing.
            self.credit = self.credit.saturating_sub(1);
        }
        let step = if self.credit > 0 { 0.25 } else { -0.1 };
        self.confidence = (self.confidence + step).clamp(0.0, 1.0);
    }

    /// Of the estimated echo that ought to be taken out, 0..=1.
    pub(super) fn believed_share(&self) -> f32 {
        self.confidence * (4.0 * (self.held.share() - 0.15)).clamp(0.0, 1.0)
    }

    /// What is believed, for a network to hear: that share, the confidence, whether the filter fits, and whether it has `converged`.
    pub(super) fn flags(&self, converged: bool) -> [f32; 4] {
        [self.believed_share(), self.confidence, f32::from(u8::from(self.fits())), f32::from(u8::from(converged))]
    }
}

/// Cross power of estimate and near end, power of the estimate, and of the near end; each bin over the power of both.
#[multiversion::multiversion(targets("x86_64+avx2+fma"))]
fn regress(echo: Parts<'_>, error: Parts<'_>) -> [f32; 3] {
    let mut sums = [0.0f32; 3];
    let all: f32 = echo.0.iter().chain(echo.1).chain(error.0).chain(error.1).map(|x| x * x).sum();
    let floor = 1e-6 + 0.01 * all / echo.0.len().max(1) as f32;
    for ((yr, yi), (er, ei)) in echo.0.iter().zip(echo.1).zip(error.0.iter().zip(error.1)) {
        let (dr, di) = (yr + er, yi + ei);
        let (y, d) = (yr * yr + yi * yi, dr * dr + di * di);
        let scale = 1.0 / (y + d + floor);
        sums[0] += scale * (dr * yr + di * yi);
        sums[1] += scale * y;
        sums[2] += scale * d;
    }
    sums.map(|sum| sum / echo.0.len().max(1) as f32)
}
