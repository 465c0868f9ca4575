//! Real-time: the bus on which a conference is mixed: every member hears the exact sum of the others.
//!
//! One block goes: [`open`](Bus::open), [`add`](Bus::add) every member, [`seal`](Bus::seal), then take each output:
//! [`without`](Bus::without) a member what it hears, [`whole`](Bus::whole) what one hears who is not in the sum. A
//! sample times its gain is rounded once, to whole steps of 2⁻¹⁹, and summed as an integer: the sum depends on no order,
//! taking a member out of it is exact, and up to [`Bus::MAX_MEMBERS`] at full scale cannot overflow it. Outputs that go
//! beyond full scale say so, for a [`BlockLimiter`](crate::processing::effects::BlockLimiter). The arithmetic stands in `kernel.rs`.

#[cfg(test)]
mod tests;

use super::stretch::stretch;
use super::{kernel, level};

/// How a member entered a sum: what [`Bus::without`] needs to take it out again. Good for the block it was made in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    gain: f32,
    quick: bool,
}

/// The sum of a conference's members, block by block.
#[derive(Debug, Clone)]
pub struct Bus {
    sum: [i32; Self::CAPACITY],
    samples: usize,
    members: u32,
    /// Whether the sealed sum is within full scale.
    within: bool,
    /// Up to how many times full scale a member's sample may go after its gain, and that of a part.
    most: f32,
    most_of_part: f32,
}

impl Bus {
    /// Samples of the longest block: two channels of 10 ms at 48 kHz.
    pub const CAPACITY: usize = 960;

    /// Members that may be summed, on one bus or on several that are [joined](Self::join).
    pub const MAX_MEMBERS: usize = 4_096;

    /// An empty bus.
    pub const fn new() -> Self {
        Self { sum: [0; Self::CAPACITY], samples: 0, members: 0, within: true, most: 1.0, most_of_part: 0.0 }
    }

    /// Begins a block of `samples` (of all channels; at most [`CAPACITY`](Self::CAPACITY)) whose members are within full scale
    /// after their gain: what goes beyond is cut.
    pub fn open(&mut self, samples: usize) {
        self.open_for(samples, Self::MAX_MEMBERS);
    }

    /// Begins a block of so many members at most, who may go beyond full scale by their gain: up to 16 times, as far as the sum
    /// has room for all of them (of 256 members it has); what goes beyond that is cut.
    pub fn open_for(&mut self, samples: usize, members: usize) {
        self.open_within(samples, members, Self::MAX_MEMBERS);
    }

    /// The same, for members beside one [part](Self::add_part): half of what the sum has room for is the part's, or what the
    /// members leave of it.
    pub fn open_beside_part(&mut self, samples: usize, members: usize) {
        self.open_within(samples, members, Self::MAX_MEMBERS / 2);
    }

    fn open_within(&mut self, samples: usize, members: usize, room: usize) {
        let most = (room / members.clamp(1, Self::MAX_MEMBERS)).clamp(1, 16);
        self.most = most as f32;
        self.most_of_part = Self::MAX_MEMBERS.saturating_sub(members * most) as f32;
        debug_assert!(samples <= Self::CAPACITY);
        self.samples = samples.min(Self::CAPACITY);
        self.members = 0;
        self.within = true;
        self.sum_mut().fill(0);
    }

    /// Adds a member: `pcm` of the block's length (silence after its end, if it is shorter) times `gain`. Samples beyond what
    /// the block was opened for are cut; NaN counts as 0.
    pub fn add(&mut self, pcm: &[f32], gain: f32) -> Share {
        let most = self.most;
        let (sum, pcm) = self.next_member(pcm);
        if !gain.is_finite() {
            kernel::add_careful(sum, pcm, gain, most);
            return Share { gain, quick: false };
        }
        let quick = kernel::add_quick(sum, pcm, gain);
        if !quick {
            kernel::replace(sum, pcm, gain, most);
        }
        Share { gain, quick }
    }

    /// As [`add`](Self::add), and returns the mean square of `pcm` before the gain (0.0 to 1.0 within full scale; see
    /// [`mean_square`](level::mean_square)) for less than it costs alone.
    pub fn add_metered(&mut self, pcm: &[f32], gain: f32) -> (Share, f32) {
        if !gain.is_finite() {
            return (self.add(pcm, gain), level::mean_square(pcm));
        }
        let most = self.most;
        let (sum, pcm) = self.next_member(pcm);
        let (quick, squares) = kernel::add_quick_metered(sum, pcm, gain);
        if !quick {
            kernel::replace(sum, pcm, gain, most);
        }
        let mean_square = if squares.is_finite() { squares / pcm.len().max(1) as f32 } else { level::mean_square(pcm) };
        (Share { gain, quick }, mean_square)
    }

    /// Adds the part that the block was opened beside, which may itself go beyond full scale, as a sum of others does: `pcm` of
    /// the block's length (silence after its end, if it is shorter) times `gain`, cut at what the members leave, 2,048 times
    /// full scale beside up to 2,048 of them; NaN counts as 0. It cannot be taken out again.
    pub fn add_part(&mut self, pcm: &[f32], gain: f32) {
        let most = self.most_of_part;
        let (sum, pcm) = self.next_member(pcm);
        kernel::add_careful(sum, pcm, gain, most);
    }

    /// Ends adding: from here until the next [`open`](Self::open) the outputs can be taken.
    pub fn seal(&mut self) {
        let members = self.members;
        self.within = kernel::seal(self.sum_mut(), members);
    }

    /// Joins another bus' sum, as [`export`](Self::export) gave it, to the sealed one: the rest of a room that is wider than a core.
    /// What no sum has room for, of more than [`MAX_MEMBERS`](Self::MAX_MEMBERS) at full scale, stays at its end.
    pub fn join(&mut self, sum: &[i32]) {
        self.within = kernel::join(self.sum_mut(), sum);
    }

    /// Whether the sealed sum is within full scale.
    pub fn is_within(&self) -> bool {
        self.within
    }

    /// Writes to `out` the sum without the member that entered by `share` with the same `pcm`. Where a sample goes
    /// beyond full scale, returns the greatest magnitude: `out` then takes a limiter.
    pub fn without(&self, share: Share, pcm: &[f32], out: &mut [f32]) -> Option<f32> {
        let length = pcm.len().min(self.samples).min(out.len());
        let (sum, rest) = self.sum().split_at(length);
        let (pcm, _) = pcm.split_at(length);
        let (out, out_rest) = out.split_at_mut(length);
        let over = if !share.quick {
            beyond(kernel::without(sum, pcm, share.gain, self.most, out))
        } else if self.within && kernel::without_quick(sum, pcm, share.gain, out) {
            None
        } else {
            beyond(kernel::without_loud(sum, pcm, share.gain, out))
        };
        if rest.is_empty() { over } else { larger(over, beyond(kernel::whole(rest, out_rest))) }
    }

    /// Writes to `out` the sum of all members; returns as [`without`](Self::without) does.
    pub fn whole(&self, out: &mut [f32]) -> Option<f32> {
        beyond(kernel::whole(self.sum(), out))
    }

    /// Writes to `out` the exact sum in steps of 2⁻¹⁹, for [`join`](Self::join) on another worker.
    pub fn export(&self, out: &mut [i32]) {
        for (out, sum) in out.iter_mut().zip(self.sum()) {
            *out = kernel::unsealed(*sum);
        }
    }

    /// Is the sealed sum of another, of that many samples: what was said last, for who begins to hear it at another rate.
    pub fn follow(&mut self, before: &Self, samples: usize) {
        let (mut said, mut stretched) = ([0; Self::CAPACITY], [0; Self::CAPACITY]);
        before.export(&mut said);
        self.open(samples);
        self.seal();
        let stretched = stretched.split_at_mut(self.samples).0;
        stretch(said.split_at(before.samples).0, stretched);
        self.join(stretched);
    }

    /// The parts of the sum and of `pcm` that overlap; the rest of the sum gets a silent member.
    fn next_member<'a, 'b>(&'a mut self, pcm: &'b [f32]) -> (&'a mut [i32], &'b [f32]) {
        self.members = self.members.wrapping_add(1);
        let length = pcm.len().min(self.samples);
        let (sum, rest) = self.sum_mut().split_at_mut(length);
        for sum in rest {
            *sum = sum.wrapping_add(kernel::FULL_SCALE);
        }
        (sum, pcm.split_at(length).0)
    }

    fn sum(&self) -> &[i32] {
        self.sum.split_at(self.samples).0
    }

    fn sum_mut(&mut self) -> &mut [i32] {
        self.sum.split_at_mut(self.samples).0
    }
}

impl Default for Bus {
    fn default() -> Self {
        Self::new()
    }
}

fn beyond(peak: f32) -> Option<f32> {
    (peak > 1.0).then_some(peak)
}

fn larger(a: Option<f32>, b: Option<f32>) -> Option<f32> {
    // `None` is less than any `Some`.
    if a > b { a } else { b }
}
