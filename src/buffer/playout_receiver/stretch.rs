//! Real-time: brings the delay to where the network lets it be, by splices that are not heard.

use super::{Decoders, PayloadSource, PlayoutReceiver};
use crate::processing::audio::time_stretch::{Splice, lengthen, shorten};
use crate::types::MediaTime;

/// How alike two places must be, and how many blocks must lie between two splices, when the delay is this many ms too
/// long or short. The further off, the less choosy.
const SHORTEN: [(i64, f32, u32); 5] = [(100, 0.3, 1), (50, 0.5, 2), (20, 0.7, 3), (10, 0.85, 6), (2, 0.92, 20)];
const LENGTHEN: [(i64, f32, u32); 3] = [(20, 0.6, 1), (10, 0.75, 2), (1, 0.85, 4)];

/// Below this many ms a change that finds no place may wait, up to so many blocks between two searches.
const PATIENT_MS: i64 = 20;
const LONGEST_PAUSE: u32 = 25;

/// A delay that is off by at most so many ms waits: so many blocks for the background of the stream, so many if there is
/// none. Every change shifts the rhythm of speech, and the network that asks for one often takes it back.
const SHORTEN_PATIENCE: [(i64, u32, u32); 2] = [(10, 300, 1_000), (19, 0, 100)];
const LENGTHEN_PATIENCE: [(i64, u32, u32); 2] = [(10, 0, 50), (19, 0, 50)];

/// The shortest and the longest splice, in 1/400 and 1/50 s: pitch periods of 400 to 50 Hz.
const SHORTEST: usize = 400;
const LONGEST: usize = 50;

impl<P: Copy> PlayoutReceiver<P> {
    /// Changes the length of what waits by one splice, if the delay should change and the audio allows.
    pub(super) fn stretch<D: Decoders + ?Sized>(
        &mut self,
        now: MediaTime,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) {
        self.since_splice = self.since_splice.saturating_add(1);
        if self.align(now, payloads, decoder, released) {
            return;
        }
        let change = self.jitter.delay_adjustment(now, self.queued_units());
        if change == 0 {
            (self.off, self.off_for) = (0, 0);
            self.pause = self.pause.saturating_sub(1);
            return;
        }
        let ms = change * 10 / self.units as i64;
        let table: &[(i64, f32, u32)] = if change > 0 { &SHORTEN } else { &LENGTHEN };
        let (long_enough, patient) = self.wait(change);
        let patient = patient && !(change < 0 && self.jitter.is_urgent());
        let paused = || self.concealer.is_background(self.timeline.last(self.block));
        if !long_enough || (patient && !paused()) {
            return;
        }
        self.pause = self.pause.saturating_sub(1);
        // Where the audio offers no place for a small change, looking for one in every block would cost more than the
        // change is worth.
        if (self.pause > 0 || self.leave_small) && ms.abs() < PATIENT_MS {
            return;
        }
        let Some(&(_, least, apart)) = table.iter().find(|row| ms.abs() >= row.0) else { return };
        let second = self.block * 100;
        let wanted = change.unsigned_abs() as usize * self.block / self.units;
        let overlap = self.block;
        // A splice that lengthens may overshoot by what is no use, one that shortens must not.
        let longest = if change > 0 { wanted.min(second / LONGEST) } else { second / LONGEST };
        let ahead = if change > 0 { longest + overlap } else { overlap };
        if !self.bring(ahead, now, payloads, decoder, released) {
            return;
        }
        let quiet = self.concealer.is_background(self.timeline.queue());
        if !quiet && (patient || self.since_splice < apart) {
            return;
        }
        let least = if quiet { -1.0 } else { least };
        let splice = Splice { lags: second / SHORTEST..=longest, overlap, thin: (second / 4_000).max(1) };
        let by = self.splice(change > 0, &splice, least);
        self.failed = if by.is_some() { 0 } else { self.failed.saturating_add(1) };
        self.pause = self.failed.min(LONGEST_PAUSE);
    }

    /// Decodes until `ahead` samples wait, as far as packets are there; whether each of them brought some.
    pub(super) fn bring<D: Decoders + ?Sized>(
        &mut self,
        ahead: usize,
        now: MediaTime,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) -> bool {
        while self.timeline.queued() < ahead && (self.current.is_some() || self.jitter.has_next()) {
            let before = self.timeline.queued();
            self.refill(now, payloads, decoder, released);
            if self.timeline.queued() <= before {
                return false;
            }
        }
        true
    }

    /// Shortens or lengthens what waits, if two places are alike enough; by how much.
    pub(super) fn splice(&mut self, shortens: bool, splice: &Splice, least: f32) -> Option<usize> {
        let mut by = None;
        self.timeline.edit(*splice.lags.end(), |samples, at, end| {
            by = if shortens {
                shorten(samples.get_mut(..end).unwrap_or_default(), at, splice, least)
            } else {
                lengthen(samples, end, at, splice, least)
            };
            let by = by.unwrap_or(0);
            if shortens { end - by } else { end + by }
        });
        if let Some(by) = by {
            self.since_splice = 0;
            self.jitter.count_stretch(shortens, by as f64 * 10.0 / self.block as f64);
        }
        by
    }

    /// Counts for how long the delay has been off by `change`: whether that is long enough to change it in the background of the
    /// stream, and whether speech still waits.
    fn wait(&mut self, change: i64) -> (bool, bool) {
        // Rounded up: beyond a whole block off is more than a block.
        let ms = change.signum() * (change.abs() * 10 + self.units as i64 - 1) / self.units as i64;
        let off = if ms.abs() < 2 { 0 } else { ms.signum() };
        (self.off, self.off_for) = (off, if off == self.off { self.off_for.saturating_add(1) } else { 0 });
        let table = if ms > 0 { &SHORTEN_PATIENCE } else { &LENGTHEN_PATIENCE };
        let row = table.iter().find(|row| ms.abs() <= row.0);
        row.map_or((true, false), |&(_, pause, speech)| (self.off_for >= pause, self.off_for < speech))
    }

    /// Whether a delay that is less than 20 ms off is left as it is, which saves the search for places to splice at: for
    /// a machine that is short of time. Real-time safe.
    pub const fn leave_small_delays(&mut self, leave: bool) {
        self.leave_small = leave;
    }

    /// What is out of the jitter buffer and not yet played, in units of the RTP clock.
    pub(super) fn queued_units(&self) -> u32 {
        let under_way = self.current.map_or(0, |current| current.samples.saturating_sub(current.done));
        let samples = self.timeline.queued() + under_way;
        // The usual case, without a division.
        (if self.units == self.block { samples } else { samples * self.units / self.block }) as u32
    }
}
