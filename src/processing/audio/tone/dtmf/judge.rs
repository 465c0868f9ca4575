//! Real-time: whether the last looks were a DTMF digit: two steady, pure tones of the right frequencies and levels.
//!
//! What tells a digit from speech is asked of 35 ms or more (six looks; ITU-T Q.24 wants 40 ms recognized and 23 ms not):
//! that the two tones are nearly all that sounds, that neither varies in level, that their phases turn evenly, at the
//! speed of the nominal frequency within the tolerance, and that neither is much stronger than the other. A click of a
//! few ms spoils up to four looks: those are left out, if there is enough of the digit around them.

use super::super::bank::ToneBank;
use super::super::recent::Recent;
use super::DtmfParams;

/// Looks that a digit needs at least.
pub const ENOUGH: usize = 6;
/// Looks after which a digit is suspected.
pub const SUSPECT: usize = 4;
/// And where looks were left out around a click: over how many, and how many of them good.
const ENOUGH_ACROSS: (usize, usize) = (8, 5);
/// The farthest that is looked back.
const FARTHEST: usize = 10;
/// Looks in a row that a click may spoil.
const CLICK: usize = 4;
/// How much a look's power may differ from the newest one's, as a ratio.
const UNEVEN: f32 = 1.6;
/// A look that is louder than the digit by this ratio is a click's.
const LOUDER: f32 = 1.4;
/// How much of a look has to be the two tones.
const PURE_LOOK: f32 = 0.7;
/// And of all looks together.
const PURE: f32 = 0.88;
/// How much of a tone's power has to turn evenly from look to look.
const EVEN_TURN: f32 = 0.95;
/// The tolerance of frequency as a ratio: Q.24 wants 1.5 % accepted and 3.5 % not.
const TOLERANCE: f32 = 0.023;
/// What has to be accepted, with room for what a short tone is measured wrong by.
const NOMINAL: f32 = 0.0165;
/// A tone beyond that is a poor keypad's or a voice's: the keypad's is pure and lasts. Two harmonics of a voice have others
/// beside them, and seldom hold still for the time of nine looks.
const OFF_PURE: f32 = 0.965;
const OFF_ENOUGH: usize = 9;

/// A digit in the last looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DigitCandidate {
    /// Of the low group, 0 to 3.
    pub row: usize,
    /// Of the high group, 4 to 7 in the bank.
    pub column: usize,
    /// Mean power of both tones together.
    pub power: f32,
    /// Over how many looks, the newest included.
    pub looks: u16,
    /// Whether that is long enough for a digit; else it is only suspected.
    pub enough: bool,
}

/// Judges the last looks.
pub fn judge(bank: &ToneBank, recent: &Recent, params: &DtmfParams, least: f32) -> Option<DigitCandidate> {
    let newest = recent.back(0);
    let [a, b, c, d, e, f, g, h] = newest.power;
    let both = a.max(b).max(c.max(d)) + e.max(f).max(g.max(h));
    // Nearly all that ever sounds ends here.
    if both < PURE_LOOK * newest.total || both < least {
        return None;
    }
    let mut sum = [0.0f32; 8];
    for n in 0..4 {
        for (sum, power) in sum.iter_mut().zip(&recent.back(n).power) {
            *sum += power;
        }
    }
    let (low, high) = sum.split_at(4);
    let (row, column) = (greatest(low), 4 + greatest(high));
    let pair = |n: usize| {
        let look = recent.back(n);
        (look.power[row & 7], look.power[column & 7], look.total)
    };

    let reference = pair(0).0 + pair(0).1;
    let (mut good, mut span, mut skipped) = (0, 0, 0);
    let (mut low, mut high, mut total) = (0.0, 0.0, 0.0);
    let mut turns = [(0.0f32, 0.0f32); 2];
    let mut turned = [0.0f32; 2];
    for n in 0..FARTHEST {
        let (l, h, t) = pair(n);
        let fits = l + h >= PURE_LOOK * t && l + h > reference / UNEVEN && l + h < reference * UNEVEN;
        if fits {
            if n > 0 && skipped == 0 {
                for ((turns, turned), k) in turns.iter_mut().zip(&mut turned).zip([row, column]) {
                    let turn = bank.turn(k, recent.back(n), recent.back(n - 1));
                    (turns.0, turns.1) = (turns.0 + turn.0, turns.1 + turn.1);
                    *turned += 0.5 * (recent.back(n).power[k & 7] + recent.back(n - 1).power[k & 7]);
                }
            }
            (good, span, skipped) = (good + 1, n + 1, 0);
            (low, high, total) = (low + l, high + h, total + t);
        } else if t > LOUDER * reference && skipped < CLICK && n > 0 {
            skipped += 1;
        } else {
            break;
        }
    }
    let suspect = good >= SUSPECT;
    let mut enough = good >= ENOUGH || (span >= ENOUGH_ACROSS.0 && good >= ENOUGH_ACROSS.1);
    let count = good as f32;
    let pure = low + high >= PURE * total;
    let loud = low.min(high) >= least * count;
    let twist = high <= low * params.high_stronger() && low <= high * params.low_stronger();
    if !(suspect && pure && loud && twist) {
        return None;
    }
    let mut farthest = 0.0f32;
    let mut seen = 0.0;
    for (((turn, turned), k), power) in turns.into_iter().zip(turned).zip([row, column]).zip([low, high]) {
        let even = turn.0 * turn.0 + turn.1 * turn.1 >= (EVEN_TURN * turned) * (EVEN_TURN * turned);
        let hz = ToneBank::offset_hz(turn).abs();
        if !(even && hz <= TOLERANCE * bank.hz(k)) {
            return None;
        }
        farthest = farthest.max(hz / bank.hz(k));
        seen += power / ToneBank::response(hz);
    }
    if farthest > NOMINAL && seen < OFF_PURE * total {
        return None;
    }
    enough &= farthest <= NOMINAL || good >= OFF_ENOUGH;
    Some(DigitCandidate { row, column, power: (low + high) / count, looks: span as u16, enough })
}

fn greatest(values: &[f32]) -> usize {
    let mut best = (0, f32::MIN);
    for (n, &value) in values.iter().enumerate() {
        if value > best.1 {
            best = (n, value);
        }
    }
    best.0
}
