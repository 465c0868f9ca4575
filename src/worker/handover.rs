//! Real-time: from one receive path to the next when a leg's inward format changes in mid-call.
//!
//! The former path plays what it has; what it has to conceal then lasts until the new path has audio, and over the start of
//! that, where the codec has not found into the voice yet ([`AudioDecoder::pre_skip`](crate::codec::AudioDecoder::pre_skip));
//! then one fades into the other within the time of a block. So no sample is cut off, and nothing is heard twice.

use super::gauges::Counters;
use super::receive::{Freed, Pulled, Receive};
use crate::rt::{MAX_BLOCK_SAMPLES, Parcel};
use crate::types::{MediaTime, TickNumber};

/// The path before the present one, until that has audio; then it waits to be called home.
#[derive(Debug)]
pub(super) struct Former {
    pub(super) payload_type: u8,
    pub(super) path: Parcel<Receive>,
    pub(super) settled: bool,
    /// Samples of the new path that were there while this one faded.
    pub(super) fading: usize,
}

impl Former {
    /// The format that packets of that payload type are.
    pub(super) fn format_of(&self, payload_type: u8) -> Option<u8> {
        let own = (self.payload_type == payload_type).then_some(0);
        own.or_else(|| self.path.format_of(payload_type))
    }
}

/// What a block's receive path needs of its worker.
pub(super) struct Means<'a> {
    pub(super) now: MediaTime,
    pub(super) tick: TickNumber,
    pub(super) freed: &'a mut Freed,
    pub(super) counters: &'a mut Counters,
}

/// The next block in `out`, from either path or both, and whether the former one has done its part.
pub(super) fn pull(receive: &mut Receive, former: &mut Former, out: &mut [f32], means: Means<'_>) -> (Pulled, bool) {
    let Former { path: former, fading, .. } = former;
    let Means { now, tick, freed, counters } = means;
    let mut before = [0.0; MAX_BLOCK_SAMPLES];
    let had = former.has_audio();
    let old = match before.get_mut(..former.rate().block_samples()) {
        Some(room) => former.pull(now, tick, room, freed, counters),
        None => Pulled::Waiting,
    };
    let sounds = matches!(old, Pulled::Audio(_) | Pulled::Silence);
    let mut converted = [0.0; MAX_BLOCK_SAMPLES];
    let before = before.get(..former.rate().block_samples()).unwrap_or(&[]);
    let before = receive.faded_from_former(before, &mut converted);
    if sounds && had && *fading == 0 && before.len() == out.len() {
        out.copy_from_slice(before);
        return (old, false);
    }
    let new = receive.pull(now, tick, out, freed, counters);
    match new {
        Pulled::Audio(_) | Pulled::Silence => {
            let (from, length) = (receive.pre_skip(), out.len());
            if sounds && before.len() == length {
                let step = 1.0 / length as f32;
                let place = |n: usize| (*fading + n + 1).saturating_sub(from) as f32 * step;
                let fade = |(n, (x, y)): (usize, (&mut f32, &f32))| *x = y + (*x - y) * place(n).min(1.0);
                out.iter_mut().zip(before).enumerate().for_each(fade);
            }
            *fading += length;
            (new, !sounds || *fading >= from + length)
        }
        _ if sounds && before.len() == out.len() => {
            out.copy_from_slice(before);
            (old, false)
        }
        _ => (new, !sounds),
    }
}
