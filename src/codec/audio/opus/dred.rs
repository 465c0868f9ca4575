//! Real-time: Deep Redundancy (draft-ietf-mlcodec-opus-dred): up to a second of older speech, very coarsely coded, in the padding
//! of a packet. libopus reads it here, in two steps: where it lies, and, once it is needed, what it says.
//!
//! The states are in memory of ours, as the codec's own are, built by the control side; the rest is real-time safe.

use std::ffi::c_int;

use super::ffi;
use super::memory::Memory;
use super::state::DecoderState;

/// What a packet carries of older audio, in samples per channel before the packet's own.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    /// Where it begins.
    from: usize,
    /// Where it ends: behind it the sender was silent.
    until: usize,
}

/// The network that decodes redundancy, and the redundancy read last.
pub(super) struct DredState {
    decoder: Memory,
    packet: Memory,
    reach: Reach,
}

impl DredState {
    /// Control side: allocates.
    pub fn new() -> Option<Self> {
        // SAFETY: pure functions without arguments.
        let sizes = unsafe { [ffi::opus_dred_decoder_get_size(), ffi::opus_dred_get_size()] };
        let [decoder, packet] = sizes.map(Memory::new);
        let mut state = Self { decoder, packet, reach: Reach::default() };
        // SAFETY: the memory is aligned and has the octets that libopus asks for. What it holds is the addresses of constant tables.
        let ok = sizes.iter().all(|octets| *octets > 0)
            && unsafe { ffi::opus_dred_decoder_init(state.decoder.raw().cast()) == 0 };
        ok.then_some(state)
    }

    /// Finds the redundancy in `payload`, as far back as `wanted` samples at `rate` Hz; how far back it reaches, 0 if there is
    /// none. Cheap: it is not decoded yet.
    pub fn read(&mut self, payload: &[u8], wanted: usize, rate: u32) -> usize {
        self.reach = Reach::default();
        // libopus reads whole pieces of 40 ms from behind the packet's own audio on, so that it would stop short of it; and it
        // multiplies by 100, where there is a second at most.
        let wanted = wanted.min(2 * rate as usize) + rate as usize / 10;
        let (Ok(octets), Ok(wanted)) = (i32::try_from(payload.len()), i32::try_from(wanted)) else { return 0 };
        if payload.is_empty() {
            return 0;
        }
        let mut silent: c_int = 0;
        // SAFETY: the decoder is initialized (`new` is the only way to one); `packet` has `opus_dred_get_size` octets and is
        // written before it is read; `payload` has `octets`; the last pointer is to an int. libopus keeps no pointer.
        let reach = unsafe {
            ffi::opus_dred_parse(
                self.decoder.raw().cast(),
                self.packet.raw().cast(),
                payload.as_ptr(),
                octets,
                wanted,
                rate as i32,
                &raw mut silent,
                1,
            )
        };
        let [from, until] = [reach, silent].map(|samples| usize::try_from(samples).unwrap_or(0));
        if from > until {
            self.reach = Reach { from, until };
        }
        self.reach.from
    }

    /// Decodes what was read last from `before` samples per channel before its packet on, `frame` of them, through `decoder`,
    /// which has `channels`, into `pcm`, interleaved. `None` where it does not reach there.
    pub fn decode(
        &mut self,
        decoder: &mut DecoderState,
        before: usize,
        pcm: &mut [f32],
        channels: u8,
        frame: usize,
    ) -> Option<usize> {
        let there = before > self.reach.until && before <= self.reach.from;
        if !there || frame == 0 || pcm.len() < frame * usize::from(channels) {
            return None;
        }
        let (before, frame) = (i32::try_from(before).ok()?, c_int::try_from(frame).ok()?);
        let packet = self.packet.raw();
        // SAFETY: an initialized decoder of redundancy, and a packet that `read` found something in (`reach` is not empty): it
        // is decoded once, in place, and is left as it is where that was done.
        if unsafe { ffi::opus_dred_process(self.decoder.raw().cast(), packet.cast(), packet.cast()) } != 0 {
            return None;
        }
        // SAFETY: an initialized codec state for `channels`; `packet` as above; `pcm` has room for frame x channels samples
        // (checked above); libopus keeps no pointer.
        let samples = unsafe {
            ffi::opus_decoder_dred_decode_float(decoder.raw(), packet.cast(), before, pcm.as_mut_ptr(), frame)
        };
        usize::try_from(samples).ok()
    }
}

impl std::fmt::Debug for DredState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DredState({} samples)", self.reach.from)
    }
}

#[cfg(test)]
mod tests;
