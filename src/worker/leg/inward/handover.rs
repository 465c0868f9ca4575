//! Real-time: from one receive path to the next when a leg's inward format changes in mid-call.
//!
//! The former path plays what it has; what it has to conceal then lasts until the new path has audio, and over the start of
//! that, where the codec has not found into the voice yet ([`AudioDecoder::pre_skip`](crate::codec::AudioDecoder::pre_skip));
//! then one fades into the other within the time of a block. So no sample is cut off, and nothing is heard twice.

use crate::rt::{MAX_BLOCK_SAMPLES, Parcel};
use crate::telemetry::counters::LegCounters;
use crate::types::{MediaTime, TickNumber};
use crate::worker::leg::inward::{BlockOutcome, Freed, LegReceiver};

/// The path before the present one, until that has audio; then it waits to be called home.
#[derive(Debug)]
pub(in crate::worker) struct Former {
    pub(in crate::worker) payload_type: u8,
    pub(in crate::worker) path: Parcel<LegReceiver>,
    pub(in crate::worker) settled: bool,
    /// Samples of the new path that were there while this one faded.
    pub(in crate::worker) fading: usize,
}

impl Former {
    /// The format that packets of that payload type are.
    pub(in crate::worker) fn format_of(&self, payload_type: u8) -> Option<u8> {
        let own = (self.payload_type == payload_type).then_some(0);
        own.or_else(|| self.path.format_of(payload_type))
    }
}

/// What a block's receive path needs of its worker.
pub(in crate::worker) struct ReceiveCtx<'a> {
    pub(in crate::worker) now: MediaTime,
    pub(in crate::worker) tick: TickNumber,
    pub(in crate::worker) freed: &'a mut Freed,
    pub(in crate::worker) counters: &'a mut LegCounters,
}

/// The next block in `out`, from either path or both, and whether the former one has done its part.
pub(in crate::worker) fn pull(
    receive: &mut LegReceiver,
    former: &mut Former,
    out: &mut [f32],
    means: ReceiveCtx<'_>,
) -> (BlockOutcome, bool) {
    let Former { path: former, fading, .. } = former;
    let ReceiveCtx { now, tick, freed, counters } = means;
    let mut before = [0.0; MAX_BLOCK_SAMPLES];
    let had = former.has_audio();
    let old = match before.get_mut(..former.rate().block_samples()) {
        Some(room) => former.pull(now, tick, room, freed, counters),
        None => BlockOutcome::Waiting,
    };
    let sounds = matches!(old, BlockOutcome::Audio(_) | BlockOutcome::Silence);
    let mut converted = [0.0; MAX_BLOCK_SAMPLES];
    let before = before.get(..former.rate().block_samples()).unwrap_or(&[]);
    let before = receive.faded_from_former(before, &mut converted);
    if sounds && had && *fading == 0 && before.len() == out.len() {
        out.copy_from_slice(before);
        return (old, false);
    }
    let new = receive.pull(now, tick, out, freed, counters);
    match new {
        BlockOutcome::Audio(_) | BlockOutcome::Silence => {
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
