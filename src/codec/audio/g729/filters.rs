//! Real-time: filtering with a linear predictor: residual, synthesis, bandwidth expansion, impulse response.

use super::arith::{product, round, shl, short_round};
use super::{Lpc, ORDER, SUBFRAME};

/// A(z/γ): coefficients weighted by powers of `factor` (Q15).
pub fn expand_bandwidth(lpc: &Lpc, factor: i16) -> Lpc {
    let mut expanded = *lpc;
    let mut power = factor;
    for coefficient in &mut expanded[1..] {
        *coefficient = short_round(*coefficient, power);
        power = short_round(power, factor);
    }
    expanded
}

/// A filter whose sums cannot leave 32 bits while no sample is larger than [`peak`](Self::peak): there the order of
/// saturation is of no consequence.
struct Bounded<'a> {
    lpc: &'a Lpc,
    peak: i32,
}

impl<'a> Bounded<'a> {
    fn new(lpc: &'a Lpc) -> Self {
        let sum: i32 = lpc.iter().map(|&c| i32::from(c).abs()).sum();
        // The sum of products stays below 2^27, so that doubling, the shift by 3 and the rounding stay inside as well.
        Self { lpc, peak: ((1 << 27) - 0x1000) / sum.max(1) }
    }
}

/// Residual of a signal through A(z): `signal` holds ten samples of the past and as many as `out` asks for.
pub fn residual(lpc: &Lpc, signal: &[i16], out: &mut [i16]) {
    let bounded = Bounded::new(lpc);
    let peak = signal.iter().map(|&x| i32::from(x).abs()).max().unwrap_or(0);
    let sums = signal.windows(ORDER + 1);
    if peak <= bounded.peak {
        for (out, past) in out.iter_mut().zip(sums) {
            let sum: i32 = past.iter().rev().zip(bounded.lpc).map(|(&x, &c)| i32::from(x) * i32::from(c)).sum();
            *out = ((sum + 0x800) >> 12) as i16;
        }
    } else {
        for (out, past) in out.iter_mut().zip(sums) {
            let sum = past.iter().rev().zip(lpc).fold(0i32, |sum, (&x, &c)| sum.saturating_add(product(x, c)));
            *out = round(shl(sum, 3));
        }
    }
}

/// 1/A(z) over one subframe or less from its memory (the last ten outputs, oldest first), which stays as it is. Returns
/// whether anything saturated.
pub fn synthesize(lpc: &Lpc, input: &[i16], out: &mut [i16], memory: &[i16; ORDER]) -> bool {
    let mut past = [0; ORDER + SUBFRAME];
    past[..ORDER].copy_from_slice(memory);
    let bounded = Bounded::new(lpc);
    let mut small = memory.iter().all(|&y| i32::from(y).abs() <= bounded.peak);
    let mut saturated = false;
    let mut last = i32::from(memory[ORDER - 1]);
    for (n, (out, &x)) in out.iter_mut().zip(input).enumerate() {
        let Some((history, next)) = past[n..].split_first_chunk_mut::<ORDER>() else { break };
        small &= i32::from(x).abs() <= bounded.peak;
        let y = if small {
            // The newest output comes last: all else is summed while it is still in the making.
            let older = history[..ORDER - 1].iter().zip(lpc[2..].iter().rev());
            let sum =
                older.fold(i32::from(x) * i32::from(lpc[0]) + 0x800, |sum, (&y, &c)| sum - i32::from(y) * i32::from(c));
            ((sum - last * i32::from(lpc[1])) >> 12) as i16
        } else {
            let (y, over) = synthesize_saturating(lpc, x, history);
            saturated |= over;
            y
        };
        last = i32::from(y);
        small &= last.abs() <= bounded.peak;
        next[0] = y;
        *out = y;
    }
    saturated
}

/// One sample, each step saturating in order; whether one did.
fn synthesize_saturating(lpc: &Lpc, x: i16, history: &[i16; ORDER]) -> (i16, bool) {
    let mut over = false;
    let mut sum = product(x, lpc[0]);
    for (&y, &c) in history.iter().rev().zip(&lpc[1..]) {
        over |= y == i16::MIN && c == i16::MIN;
        let term = product(y, c);
        over |= sum.checked_sub(term).is_none();
        sum = sum.saturating_sub(term);
    }
    let scaled = shl(sum, 3);
    over |= scaled >> 3 != sum || scaled > i32::MAX - 0x8000;
    (round(scaled), over)
}

/// [`synthesize`] that leaves its last ten outputs in the memory.
pub fn synthesize_on(lpc: &Lpc, input: &[i16], out: &mut [i16], memory: &mut [i16; ORDER]) -> bool {
    let saturated = synthesize(lpc, input, out, memory);
    keep_last(out, memory);
    saturated
}

/// Keeps the last ten outputs as memory.
pub fn keep_last(out: &[i16], memory: &mut [i16; ORDER]) {
    if let Some(last) = out.last_chunk() {
        *memory = *last;
    }
}

/// Impulse response of 1/A(z), Q12.
pub fn impulse_response(lpc: &Lpc) -> [i16; SUBFRAME] {
    let mut impulse = [0; SUBFRAME];
    impulse[0] = 4_096;
    let mut response = [0; SUBFRAME];
    synthesize(lpc, &impulse, &mut response, &[0; ORDER]);
    response
}
