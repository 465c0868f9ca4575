//! Real-time: an echo path that has become longer or shorter at once: the phone's jitter buffer moved its playout. The room is the
//! same; what was learnt of it is moved instead of learnt anew.
//!
//! The echo that the mean of the weights estimates is looked for in the near end some milliseconds earlier and later. Beside a
//! path that jumped it is found there nearly whole, which a near speaker, or a path that became another, does not give.

use super::kernels::dot;
use super::spectrum::{Spectrum, Transform, zeros};

/// Blocks kept: the window and the farthest jump.
const HELD: usize = 7;
/// The search runs at up to 16 kHz, these samples in 10 ms: at more the highest bands, which no phone sends, would only cost.
const RATE: usize = 160;
/// Of it in samples of 10 ms: a window of 40 ms, jumps of up to 25 ms.
const WINDOW: usize = 4;
const FARTHEST: (usize, usize) = (5, 2);
/// Of the first-order pre-emphasis: speech without it is like itself a little later.
const EMPHASIS: f32 = 0.9;
/// Correlation of the estimate and the near end that is a jump, and by how much more than without one.
const FOUND: f32 = 0.7;
const MORE: f32 = 0.4;
/// Share of a response's power that its head may lose.
const HEAD: f32 = 0.001;
/// Blocks until the next search, after a jump, and after none.
const PAUSE: u8 = 12;
const AGAIN: u8 = 2;

/// The last blocks of the estimated echo and of the near end.
#[derive(Debug)]
pub(super) struct PathJump {
    block: usize,
    /// Samples that make one of the search.
    by: usize,
    /// Echo and near end, oldest first, pre-emphasized; and the last sample of each before that.
    held: [Box<[f32]>; 2],
    last: [f32; 2],
    /// The same at the rate of the search.
    thin: [Box<[f32]>; 2],
    /// And the power of it up to each sample.
    sums: [Box<[f32]>; 2],
    /// Blocks that are there, up to [`HELD`].
    filled: usize,
    pause: u8,
    response: Box<[f32]>,
    work: Spectrum,
}

impl PathJump {
    /// For a filter of so many `partitions`.
    pub(super) fn new(block: usize, partitions: usize) -> Self {
        let by = (block / RATE).max(1);
        Self {
            block,
            by,
            held: [zeros(HELD * block), zeros(HELD * block)],
            last: [0.0; 2],
            thin: [zeros(HELD * block / by), zeros(HELD * block / by)],
            sums: [zeros(HELD * block / by + 1), zeros(HELD * block / by + 1)],
            filled: 0,
            pause: 0,
            response: zeros(partitions * block),
            work: Spectrum::new(block),
        }
    }

    /// What was estimated says nothing about the weights of now.
    pub(super) fn restart(&mut self) {
        self.filled = 0;
    }

    /// Takes a block of the echo that the mean estimates and of the near end.
    pub(super) fn push(&mut self, echo: &[f32], near: &[f32]) {
        for ((held, last), now) in self.held.iter_mut().zip(&mut self.last).zip([echo, near]) {
            held.copy_within(self.block.., 0);
            let from = held.len() - self.block;
            for (held, now) in held.iter_mut().skip(from).zip(now) {
                *held = now - EMPHASIS * std::mem::replace(last, *now);
            }
        }
        self.filled = (self.filled + 1).min(HELD);
        self.pause = self.pause.saturating_sub(1);
    }

    /// By how many samples the path has become longer, if it jumped.
    pub(super) fn find(&mut self) -> Option<isize> {
        if self.filled < HELD || self.pause > 0 {
            return None;
        }
        self.pause = AGAIN;
        for (thin, held) in self.thin.iter_mut().zip(&self.held) {
            thin_out(held, self.by, thin);
        }
        let block = self.block / self.by;
        for (sums, thin) in self.sums.iter_mut().zip(&self.thin) {
            sum_up(thin, sums);
        }
        let ([echo, near], [echo_sums, near_sums]) = (&self.thin, &self.sums);
        let (window, farthest) = (WINDOW * block, (FARTHEST.0 * block / FARTHEST.1) as isize);
        let correlation = |lag| {
            let (back, ahead) = reach(lag);
            let powers = newest_power(echo_sums, window, back) * newest_power(near_sums, window, ahead);
            product(echo, near, window, lag) / powers.sqrt()
        };
        let (mut jump, most) = greatest(-farthest..=farthest, correlation)?;
        // Of what is no number it is not clear.
        let clear = most >= FOUND && most >= correlation(0) + MORE;
        if !clear {
            return None;
        }
        if self.by > 1 {
            let [echo, near] = &self.held;
            let (about, step) = (jump * self.by as isize, self.by as isize);
            (jump, _) = greatest(about - step..=about + step, |lag| product(echo, near, WINDOW * self.block, lag))?;
        }
        (self.pause, self.filled) = (PAUSE, 0);
        Some(jump)
    }

    /// Takes the response of weights, a path that is to become longer by so many samples. How many blocks earlier the filter has to
    /// begin, lest the head of a path that becomes shorter be cut off.
    pub(super) fn take_response(
        &mut self,
        weights: &[Box<[f32]>; 2],
        bins: usize,
        by: isize,
        transform: &mut Transform,
    ) -> usize {
        let [re, im] = weights;
        let parts = re.chunks_exact(bins).zip(im.chunks_exact(bins));
        for ((re, im), response) in parts.zip(self.response.chunks_exact_mut(self.block)) {
            self.work.clear();
            copy(re, &mut self.work.re);
            copy(im, &mut self.work.im);
            copy(transform.samples(&self.work), response);
        }
        let head = self.response.get(..(-by).max(0) as usize).unwrap_or_default();
        if dot(head, head) < HEAD * dot(&self.response, &self.response) {
            return 0;
        }
        by.unsigned_abs().div_ceil(self.block)
    }

    /// Gives the weights of that response, later by so many samples.
    pub(super) fn write_weights(
        &mut self,
        weights: &mut [Box<[f32]>; 2],
        bins: usize,
        by: isize,
        transform: &mut Transform,
    ) {
        let (length, far) = (self.response.len(), by.unsigned_abs().min(self.response.len()));
        if by > 0 {
            self.response.copy_within(..length - far, far);
            self.response.iter_mut().take(far).for_each(|x| *x = 0.0);
        } else {
            self.response.copy_within(far.., 0);
            self.response.iter_mut().skip(length - far).for_each(|x| *x = 0.0);
        }
        let [re, im] = weights;
        let parts = re.chunks_exact_mut(bins).zip(im.chunks_exact_mut(bins));
        for ((re, im), response) in parts.zip(self.response.chunks_exact(self.block)) {
            transform.spectrum(response, &[], &mut self.work);
            copy(&self.work.re, re);
            copy(&self.work.im, im);
        }
    }
}

/// As much as both have.
fn copy(from: &[f32], to: &mut [f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// Sums of `by` samples.
fn thin_out(sound: &[f32], by: usize, out: &mut [f32]) {
    for (out, part) in out.iter_mut().zip(sound.chunks_exact(by)) {
        *out = part.iter().sum();
    }
}

/// The power of all samples up to each, and of none.
fn sum_up(sound: &[f32], sums: &mut [f32]) {
    let mut sum = 0.0;
    for (to, x) in sums.iter_mut().zip(std::iter::once(&0.0).chain(sound)) {
        sum += x * x;
        *to = sum;
    }
}

/// The newest `window` samples but `before`.
fn newest(sound: &[f32], window: usize, before: usize) -> &[f32] {
    let end = sound.len().saturating_sub(before);
    sound.get(end.saturating_sub(window)..end).unwrap_or_default()
}

/// Their power by the sums up to each, and a bit of that of all: nothing is found in what is hardly there.
fn newest_power(sums: &[f32], window: usize, before: usize) -> f32 {
    let end = sums.len().saturating_sub(1 + before);
    let at = |n: usize| sums.get(n).copied().unwrap_or(0.0);
    at(end) - at(end.saturating_sub(window)) + 1e-5 * at(sums.len().saturating_sub(1)) + 1e-9
}

/// Inner product of the newest `window` samples, the near end as much later than the echo.
fn product(echo: &[f32], near: &[f32], window: usize, later: isize) -> f32 {
    let (back, ahead) = reach(later);
    dot(newest(echo, window, back), newest(near, window, ahead))
}

/// By how much the echo's window is before the newest one, and the near end's.
fn reach(later: isize) -> (usize, usize) {
    (later.max(0) as usize, (-later).max(0) as usize)
}

/// The lag of the greatest measure, and that.
fn greatest(lags: std::ops::RangeInclusive<isize>, measure: impl Fn(isize) -> f32) -> Option<(isize, f32)> {
    lags.map(|lag| (lag, measure(lag))).max_by(|a, b| a.1.total_cmp(&b.1))
}
