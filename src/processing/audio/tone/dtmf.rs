//! Real-time: DTMF digits in the audio (ITU-T Q.23), within the tolerances of Q.24: frequency ±1.5 % recognized and
//! ±3.5 % not, 40 ms recognized and 23 ms not, a pause of 40 ms between digits, an interruption of 10 ms within one.
//!
//! A digit is reported once [`judge`] finds it, about 40 ms after it began, and its end once it was away for 25 ms.

mod judge;
mod params;
#[cfg(test)]
mod tests;

use super::bank::{HOP_MS, ToneBank};
use super::narrow::Narrow;
use super::queue::Queue;
use super::recent::Recent;
use super::{Tone, ToneDetector, ToneEvent};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
use judge::DigitCandidate;
pub use params::DtmfParams;
pub(super) use params::FULL_SCALE_DBM0;

/// Hz: the low group, then the high group.
const HZ: [f32; 8] = [697.0, 770.0, 852.0, 941.0, 1_209.0, 1_336.0, 1_477.0, 1_633.0];
/// The keys, row by row.
const KEYS: [[u8; 4]; 4] = [*b"123A", *b"456B", *b"789C", *b"*0#D"];

/// Looks without the digit until it is over.
const AWAY: u16 = 5;
/// Looks in a row that a click may hide it.
const HIDDEN: u16 = 4;
/// Below this ratio of its power a digit is away.
const FAINTER: f32 = 0.25;
/// Where the tones are less of what sounds, it is away.
const IMPURE: f32 = 0.5;
/// From the middle of the first good look back to the beginning of the digit, in ms.
const RISE_MS: u16 = 3;

/// A detector of DTMF digits.
///
/// Example: [`ToneDetector`](crate::processing::ToneDetector).
#[derive(Debug)]
pub struct DtmfDetector {
    params: DtmfParams,
    least: f32,
    narrow: Narrow,
    bank: ToneBank,
    recent: Recent,
    current: Option<Digit>,
    suspicion: bool,
    events: Queue,
}

/// A digit that sounds.
#[derive(Debug, Clone, Copy)]
struct Digit {
    found: DigitCandidate,
    /// Looks since it began.
    age: u32,
    /// Looks since it was there last.
    away: u16,
    /// Looks in a row hidden by something louder.
    hidden: u16,
}

impl Digit {
    fn tone(&self) -> Tone {
        let key = KEYS.get(self.found.row).and_then(|row| row.get(self.found.column.wrapping_sub(4)));
        Tone::Dtmf(key.copied().unwrap_or(b'?'))
    }

    fn duration_ms(&self) -> u32 {
        self.age.saturating_sub(u32::from(self.away)).saturating_mul(u32::from(HOP_MS))
    }
}

impl DtmfDetector {
    /// A detector for audio of `rate`. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn new(rate: SampleRate, params: DtmfParams) -> Result<Self, ProcessingError> {
        params.check()?;
        Ok(Self {
            params,
            least: params.least_power(),
            narrow: Narrow::new(rate),
            bank: ToneBank::new(HZ),
            recent: Recent::new(),
            current: None,
            suspicion: false,
            events: Queue::default(),
        })
    }

    /// The digit that sounds now, as ASCII. Real-time safe.
    pub fn digit(&self) -> Option<u8> {
        match self.current?.tone() {
            Tone::Dtmf(digit) => Some(digit),
            _ => None,
        }
    }

    /// After each look; its middle was `ago_ms` before the end of the block.
    fn step(&mut self, ago_ms: u16) {
        let suspect = judge::judge(&self.bank, &self.recent, &self.params, self.least);
        self.suspicion |= suspect.is_some();
        let found = suspect.filter(|f| f.enough);
        if let Some(mut digit) = self.current.take() {
            let other = found.filter(|f| (f.row, f.column) != (digit.found.row, digit.found.column));
            track(&mut digit, &self.recent);
            if other.is_none() && digit.away < AWAY {
                self.current = Some(digit);
                return;
            }
            self.events.add(ToneEvent::End { tone: digit.tone(), duration_ms: digit.duration_ms() });
            if other.is_none() {
                return;
            }
        }
        if let Some(found) = found {
            let digit = Digit { found, age: u32::from(found.looks), away: 0, hidden: 0 };
            let since = found.looks.saturating_sub(1) * HOP_MS + RISE_MS + ago_ms;
            self.events.add(ToneEvent::Begin { tone: digit.tone(), ago_ms: since });
            self.current = Some(digit);
        }
    }
}

/// Takes the newest look into account.
fn track(digit: &mut Digit, recent: &Recent) {
    let look = recent.back(0);
    let both = look.power[digit.found.row & 7] + look.power[digit.found.column & 7];
    digit.age = digit.age.saturating_add(1);
    if both > FAINTER * digit.found.power && both > IMPURE * look.total {
        (digit.away, digit.hidden) = (0, 0);
    } else if look.total > digit.found.power && digit.hidden < HIDDEN {
        digit.hidden += 1;
    } else {
        digit.away = digit.away.saturating_add(1 + digit.hidden);
        digit.hidden = 0;
    }
}

/// The frequencies of a digit, low and high, in Hz.
pub(super) fn frequencies(digit: u8) -> Option<(f32, f32)> {
    let place = |keys: &[u8; 4]| keys.iter().position(|&key| key == digit);
    let (row, column) = KEYS.iter().enumerate().find_map(|(row, keys)| Some((row, place(keys)?)))?;
    Some((*HZ.get(row)?, *HZ.get(4 + column)?))
}

impl ToneDetector for DtmfDetector {
    fn suppresses(&self) -> bool {
        self.current.is_some() || self.suspicion
    }

    fn process(&mut self, block: &[f32]) -> Result<Option<ToneEvent>, StageFault> {
        let narrow = self.narrow.block(block)?;
        self.events.age();
        self.suspicion = false;
        let mut ago_ms = 2 * HOP_MS;
        for look in self.bank.looks(&narrow) {
            self.recent.add(look);
            self.step(ago_ms);
            ago_ms -= HOP_MS;
        }
        Ok(self.events.pop())
    }

    fn reset(&mut self) {
        self.narrow.reset();
        self.bank.reset();
        self.recent.reset();
        (self.current, self.suspicion) = (None, false);
        self.events = Queue::default();
    }
}
