//! Real-time: single tones that last: fax calling tone (ITU-T T.30), fax and modem answer tone with its phase reversals
//! (T.30, V.25), call-progress frequencies.
//!
//! A tone is reported once nearly all that sounds has been that one frequency for its least time; where the answer tone
//! reverses its phase (each 450 ms, which asks echo control to go off), that is reported as a tone of its own.

mod params;
#[cfg(test)]
mod tests;

use super::bank::{FREQUENCIES, HOP_MS, Look, ToneBank};
use super::narrow::Narrow;
use super::queue::Queue;
use super::recent::Recent;
use super::{Tone, ToneDetector, ToneEvent};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
pub use params::{SingleTone, SingleToneParams};

/// How much of a look has to be the tone.
const PURE: f32 = 0.7;
/// How much of the tone has to turn evenly, on average.
const EVEN_TURN: f32 = 0.9;
/// Looks without the tone until it is over; a phase reversal spoils three.
const AWAY: u32 = 6;
/// Weight of what was before in the mean turn: about 10 looks.
const KEEP: f32 = 0.9;

/// A detector of up to eight single tones.
///
/// Example: [`SingleToneParams`].
#[derive(Debug)]
pub struct SingleToneDetector {
    params: SingleToneParams,
    narrow: Narrow,
    bank: ToneBank,
    recent: Recent,
    runs: [Run; FREQUENCIES],
    events: Queue,
}

/// One frequency's run.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// Looks since it began; 0: it is not there.
    looks: u32,
    away: u32,
    /// Mean turn per hop, and the mean power that turned.
    turn: (f32, f32),
    turned: f32,
    reported: Option<Tone>,
    reversals: u32,
}

impl SingleToneDetector {
    /// A detector for audio of `rate`. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn new(rate: SampleRate, params: SingleToneParams) -> Result<Self, ProcessingError> {
        params.check()?;
        Ok(Self {
            params,
            narrow: Narrow::new(rate),
            bank: ToneBank::new(params.tones.map(|tone| tone.map_or(0.0, |t| t.hz))),
            recent: Recent::new(),
            runs: [Run::default(); FREQUENCIES],
            events: Queue::default(),
        })
    }

    fn step(&mut self, ago_ms: u16) {
        let least = self.params.least_power();
        for (k, (run, tone)) in self.runs.iter_mut().zip(&self.params.tones).enumerate() {
            let Some(tone) = tone else { continue };
            let look = self.recent.back(0);
            let power = look.power[k % FREQUENCIES];
            let there = power >= PURE * look.total && power >= least;
            if let Some(event) = run.step(&self.bank, k, tone, &self.recent, there, ago_ms) {
                self.events.add(event);
            }
        }
    }
}

impl Run {
    fn step(
        &mut self,
        bank: &ToneBank,
        k: usize,
        tone: &SingleTone,
        recent: &Recent,
        there: bool,
        ago_ms: u16,
    ) -> Option<ToneEvent> {
        if self.looks == 0 && !there {
            return None;
        }
        self.looks = self.looks.saturating_add(1);
        if !there {
            self.away += 1;
            let over = self.away >= AWAY || (self.reported.is_none() && self.looks < tone.least_looks() / 4);
            return if over { self.end() } else { None };
        }
        let gap = self.away as usize;
        self.away = 0;
        if gap > 0 {
            self.reversals += u32::from(self.reversed(bank, k, recent.back(gap + 1), recent.back(0), gap + 1));
        } else if self.looks > 1 {
            let (before, now) = (recent.back(1), recent.back(0));
            let turn = bank.turn(k, before, now);
            let mean = 0.5 * (before.power[k % FREQUENCIES] + now.power[k % FREQUENCIES]);
            self.turn = (KEEP * self.turn.0 + turn.0, KEEP * self.turn.1 + turn.1);
            self.turned = KEEP * self.turned + mean;
        }
        let even = self.turn.0.hypot(self.turn.1) >= EVEN_TURN * self.turned;
        let near = ToneBank::offset_hz(self.turn).abs() <= tone.tolerance_hz;
        if self.looks > 4 && !(even && near) {
            return self.end();
        }
        let since = |looks: u32| u16::try_from(looks.saturating_mul(u32::from(HOP_MS))).unwrap_or(u16::MAX);
        let wanted = if self.reversals > 0 && tone.tone == Tone::FaxCed { Tone::AnswerReversing } else { tone.tone };
        if self.looks >= tone.least_looks() && self.reported != Some(wanted) {
            self.reported = Some(wanted);
            return Some(ToneEvent::Begin { tone: wanted, ago_ms: since(self.looks).saturating_add(ago_ms) });
        }
        None
    }

    /// Whether the phase, `hops` after `before`, is the opposite of what even turning leads to.
    fn reversed(&self, bank: &ToneBank, k: usize, before: &Look, now: &Look, hops: usize) -> bool {
        let extra = self.turn.1.atan2(self.turn.0) * hops as f32;
        let (re, im) = bank.turn_over(k, before, now, hops);
        re * extra.cos() + im * extra.sin() < -0.5 * re.hypot(im)
    }

    fn end(&mut self) -> Option<ToneEvent> {
        let run = std::mem::take(self);
        let looks = run.looks.saturating_sub(run.away);
        let duration_ms = looks.saturating_mul(u32::from(HOP_MS));
        run.reported.map(|tone| ToneEvent::End { tone, duration_ms })
    }
}

impl ToneDetector for SingleToneDetector {
    fn process(&mut self, block: &[f32]) -> Result<Option<ToneEvent>, StageFault> {
        let narrow = self.narrow.block(block)?;
        self.events.age();
        let mut ago_ms = HOP_MS;
        for look in self.bank.looks(&narrow) {
            self.recent.add(look);
            self.step(ago_ms);
            ago_ms = 0;
        }
        Ok(self.events.pop())
    }

    fn reset(&mut self) {
        self.narrow.reset();
        self.bank.reset();
        self.recent.reset();
        self.runs = [Run::default(); FREQUENCIES];
        self.events = Queue::default();
    }
}
