//! Real-time: the glitches of a leg that last: blocks of one cause become one, which is told when it ends, and each second while
//! it lasts.

use crate::playback::Player;
use crate::quality::GlitchCause;
use crate::types::{BLOCK_MS, TickNumber};
use crate::worker::leg::GlitchRecord;
use crate::worker::leg::inward::LegReceiver;

/// Causes at work at a time. What finds no place is counted and not told.
const RUNS: usize = 4;
/// A glitch that lasts is told in parts of so many blocks.
const PART: u64 = 100;
/// A limiter's gain, in thousandths, that is told at once (-6 dB), and that is told where it lasts for so many µs (-1 dB).
const STRONG: u32 = 501;
pub(in crate::worker) const LIMITS: f32 = 0.891;
const LONG_US: u32 = 200_000;

/// A glitch that may go on.
#[derive(Debug, Clone, Copy)]
struct Run {
    record: GlitchRecord,
    /// The last block that it was in.
    last: TickNumber,
}

/// See the head of the file.
#[derive(Debug, Default)]
pub(in crate::worker) struct LegGlitches {
    /// Next to no leg has any: they lie by themselves, and not amid what each block touches.
    runs: Box<[Option<Run>; RUNS]>,
    missed: u32,
}

/// How many blocks without it end a glitch of that cause.
const fn patience(cause: GlitchCause) -> u64 {
    match cause {
        GlitchCause::Stretched => 100,
        GlitchCause::StalledReader | GlitchCause::OutboundRingFull => 10,
        GlitchCause::Limited => 5,
        _ => 2,
    }
}

impl LegGlitches {
    /// Whether there is none.
    pub(in crate::worker) fn is_empty(&self) -> bool {
        self.runs.iter().all(Option::is_none)
    }

    /// Glitches that were not told, for want of a place.
    pub(in crate::worker) const fn missed(&self) -> u32 {
        self.missed
    }

    /// Notes a block, or more, of a glitch.
    pub(in crate::worker) fn note(&mut self, noted: GlitchRecord) {
        let end = noted.from + (u64::from(noted.us) / (u64::from(BLOCK_MS) * 1_000)).saturating_sub(1);
        let goes_on = |run: &&mut Run| {
            let same = (run.record.cause, run.record.outward) == (noted.cause, noted.outward);
            same && !matches!(noted.cause, GlitchCause::CodecChanged)
                && noted.from.since(run.last) <= patience(noted.cause)
        };
        if let Some(run) = self.runs.iter_mut().flatten().find(goes_on) {
            run.last = run.last.max(end);
            run.record.us = run.record.us.saturating_add(noted.us);
            let (one, other) = run.record.numbers;
            run.record.numbers = match noted.cause {
                GlitchCause::Limited => (one.min(noted.numbers.0), 0),
                GlitchCause::Stretched => (one.saturating_add(noted.numbers.0), other.saturating_add(noted.numbers.1)),
                _ => noted.numbers,
            };
            return;
        }
        match self.runs.iter_mut().find(|run| run.is_none()) {
            Some(place) => *place = Some(Run { record: noted, last: end }),
            None => self.missed = self.missed.saturating_add(1),
        }
    }

    /// A limiter's gain at the end of a block.
    pub(in crate::worker) fn limit(&mut self, tick: TickNumber, gain: f32) {
        let us = BLOCK_MS * 1_000;
        self.note(GlitchRecord::at(GlitchCause::Limited, tick, us).outward().numbers((gain * 1e3) as u32, 0));
    }

    /// What happened in a block of prompts; whether anything did.
    pub(in crate::worker) fn note_prompts(&mut self, player: &mut Player, tick: TickNumber, outward: bool) -> bool {
        let (dry, injected, gain) = (player.is_dry(), player.take_injection_gap(), player.gain());
        let dry = dry.then(|| GlitchRecord::dry(GlitchCause::PromptDry, tick + 1, 1));
        let injected = injected.map(|blocks| GlitchRecord::dry(GlitchCause::InjectionDry, tick, blocks));
        let noted = [dry, injected].into_iter().flatten();
        noted.for_each(|glitch| self.note(GlitchRecord { outward, ..glitch }));
        if gain < LIMITS {
            self.limit(tick, gain);
        }
        dry.is_some() || injected.is_some() || gain < LIMITS
    }

    /// Notes what is left of the holes of a path that is asked no more.
    pub(in crate::worker) fn note_rest(&mut self, path: &mut LegReceiver) {
        while let Some(hole) = path.take_hole(TickNumber(u64::MAX)) {
            self.note(hole);
        }
    }

    /// What is to be told after the block of `tick`: glitches that are over, and parts of those that last.
    pub(in crate::worker) fn take(&mut self, tick: TickNumber) -> Option<GlitchRecord> {
        for place in self.runs.iter_mut() {
            let Some(run) = place else { continue };
            let over = tick.since(run.last) > patience(run.record.cause);
            let part = run.last.since(run.record.from) + 1 >= PART && run.record.cause != GlitchCause::Stretched;
            if !over && !part {
                continue;
            }
            let told = run.record;
            let went_on = told.goes_on;
            if over {
                *place = None;
            } else {
                let rest = GlitchRecord { from: run.last + 1, us: 0, goes_on: true, ..told };
                run.record = if told.cause == GlitchCause::Limited { rest.numbers(1_000, 0) } else { rest };
            }
            let slight = told.cause == GlitchCause::Limited && told.numbers.0 > STRONG && told.us < LONG_US;
            if told.us == 0 && told.cause != GlitchCause::CodecChanged || (slight && !went_on) {
                continue;
            }
            return Some(told);
        }
        None
    }
}

#[cfg(test)]
mod tests;
