//! Control: samples of any rate at the rate that they are wanted at: as they are, by the engine's own resampler, or by that for
//! foreign rates. Its delay is taken off, so that the first sample out is the first sample in, and the last the last.

use super::origin::{Origin, Taken};
use crate::playback::report::PlaybackFault;
use crate::processing::format::{DriftingResampler, FixedSide, Resampler};
use crate::types::SampleRate;

#[derive(Debug)]
enum Way {
    Same,
    /// Between the engine's own rates, in blocks.
    Own(Resampler),
    Foreign(DriftingResampler),
}

/// Samples of an origin at another rate.
#[derive(Debug)]
pub(super) struct Converted<O> {
    origin: O,
    from_hz: u64,
    to_hz: u64,
    way: Way,
    block: Vec<f32>,
    made: Vec<f32>,
    /// What of `made` was not read yet.
    waits: std::ops::Range<usize>,
    /// Of what is made, what is still to be dropped: the resampler's delay, and what lies before the sample that is sought.
    lead: usize,
    /// Silence that goes in first, so that the delay is a whole number of samples out.
    silence: usize,
    /// Samples to come yet.
    left: u64,
    fault: Option<PlaybackFault>,
}

impl<O: Origin> Converted<O> {
    /// Of `from_hz`, within 4 to 192 kHz.
    pub(super) fn new(origin: O, from_hz: u32, to: SampleRate) -> Result<Self, PlaybackFault> {
        let unfit = |_| PlaybackFault::Unsupported;
        let (way, delay, most) = match SampleRate::from_hz(from_hz) {
            Some(from) if from == to => (Way::Same, 0.0, (0, 0)),
            Some(from) => {
                let resampler = Resampler::new(from, to, 1).map_err(unfit)?;
                let delay = resampler.delay().as_secs_f64();
                (Way::Own(resampler), delay, (from.block_samples(), to.block_samples()))
            }
            None => {
                let side = FixedSide::Output(to.block_samples());
                let resampler = DriftingResampler::new(from_hz.into(), to.hz().into(), 1, side).map_err(unfit)?;
                let (delay, most) = (resampler.delay().as_secs_f64(), resampler.most_samples());
                (Way::Foreign(resampler), delay, most)
            }
        };
        let (from_hz, to_hz) = (u64::from(from_hz), u64::from(to.hz()));
        let mut converted = Self {
            left: 0,
            origin,
            from_hz,
            to_hz,
            way,
            block: vec![0.0; most.0],
            made: vec![0.0; most.1],
            waits: 0..0,
            lead: 0,
            silence: 0,
            fault: None,
        };
        converted.left = converted.length();
        (converted.silence, converted.lead) = whole(delay, from_hz, to_hz);
        Ok(converted)
    }

    fn length(&self) -> u64 {
        (self.origin.length() * self.to_hz).div_ceil(self.from_hz)
    }

    /// Passes over so many samples from the beginning, or as many as there are; how many.
    pub(super) fn pass_over(&mut self, samples: u64) -> Result<u64, PlaybackFault> {
        let passed = samples.min(self.left);
        // The last sample before it that is one of the origin's, too.
        let common = gcd(self.from_hz, self.to_hz);
        let (from, to) = (self.from_hz / common, self.to_hz / common);
        self.origin.seek(passed / to * from)?;
        if !matches!(self.way, Way::Same) {
            self.lead += (passed % to) as usize;
        }
        self.left -= passed;
        Ok(passed)
    }

    /// Reads until `out` is full, or nothing is left.
    pub(super) fn read(&mut self, out: &mut [f32]) -> Taken {
        if let Way::Same = self.way {
            let (read, fault) = self.origin.read(out);
            return (read, fault);
        }
        let mut read = 0;
        while read < out.len() && self.left > 0 {
            if self.waits.is_empty() {
                // Behind a fault there is nothing to make more of.
                if let Some(fault) = self.fault {
                    return (read, Some(fault));
                }
                self.make();
                continue;
            }
            let some = self.waits.len().min(out.len() - read).min(self.left as usize);
            let from = self.waits.start;
            out[read..read + some].copy_from_slice(&self.made[from..from + some]);
            self.waits.start += some;
            self.left -= some as u64;
            read += some;
        }
        (read, self.fault.filter(|_| self.left == 0 && read < out.len()))
    }

    /// Converts some more; behind the end, silence, until what the resampler holds back is there.
    fn make(&mut self) {
        let wanted = match &self.way {
            Way::Foreign(resampler) => resampler.input_samples(),
            _ => self.block.len(),
        };
        let block = &mut self.block[..wanted];
        let silence = std::mem::take(&mut self.silence).min(wanted);
        let (read, fault) = self.origin.read(&mut block[silence..]);
        self.fault = fault;
        block[..silence].fill(0.0);
        block[silence + read..].fill(0.0);
        let made = match &mut self.way {
            Way::Same => 0,
            Way::Own(resampler) => resampler.process_block(block, &mut self.made).unwrap_or(0),
            Way::Foreign(resampler) => resampler.process(block, &mut self.made).unwrap_or(0),
        };
        let dropped = self.lead.min(made);
        self.lead -= dropped;
        self.waits = dropped..made;
        if made == 0 {
            self.left = 0;
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Samples of silence to put in, and samples to drop of what comes out, so that the second is as near as can be to what a resampler
/// of that delay has made of the first.
fn whole(delay: f64, from_hz: u64, to_hz: u64) -> (usize, usize) {
    let out = |silence: usize| (delay + silence as f64 / from_hz as f64) * to_hz as f64;
    let off = |silence: usize| (out(silence) - out(silence).round()).abs();
    // The first of those that are as good as any.
    let best = (0..64).fold(0, |best, silence| if off(silence) < off(best) - 1e-6 { silence } else { best });
    (best, out(best).round() as usize)
}
