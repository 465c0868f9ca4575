//! Real-time: libopus behind safe types; with `dred.rs` the only file that calls it, so that another libopus can take its place.
//!
//! A codec state is a block of memory without a destructor that libopus keeps free of pointers into itself (`opus.h`:
//! a shallow copy suffices); we own it as lines of 64 octets. Building is the control side's; the rest is real-time safe.

use std::ffi::{CStr, c_int};

use super::ffi;
use super::memory::Memory;

/// A request with an integer argument (`opus_encoder_ctl`, `opus_decoder_ctl`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Request(pub c_int);

/// The requests that are used, by their names in `opus_defines.h`.
pub(super) mod request {
    use super::{Request, ffi};
    /// Only on a state that was just reset.
    pub const APPLICATION: Request = Request(ffi::OPUS_SET_APPLICATION_REQUEST as _);
    pub const BITRATE: Request = Request(ffi::OPUS_SET_BITRATE_REQUEST as _);
    pub const COMPLEXITY: Request = Request(ffi::OPUS_SET_COMPLEXITY_REQUEST as _);
    pub const VBR: Request = Request(ffi::OPUS_SET_VBR_REQUEST as _);
    pub const INBAND_FEC: Request = Request(ffi::OPUS_SET_INBAND_FEC_REQUEST as _);
    pub const PACKET_LOSS_PERC: Request = Request(ffi::OPUS_SET_PACKET_LOSS_PERC_REQUEST as _);
    pub const DTX: Request = Request(ffi::OPUS_SET_DTX_REQUEST as _);
    pub const MAX_BANDWIDTH: Request = Request(ffi::OPUS_SET_MAX_BANDWIDTH_REQUEST as _);
    pub const BANDWIDTH: Request = Request(ffi::OPUS_SET_BANDWIDTH_REQUEST as _);
    pub const FORCE_CHANNELS: Request = Request(ffi::OPUS_SET_FORCE_CHANNELS_REQUEST as _);
    /// Deep Redundancy, in units of 10 ms.
    #[cfg(feature = "opus-dred")]
    pub const DRED_DURATION: Request = Request(ffi::OPUS_SET_DRED_DURATION_REQUEST as _);
    pub const PREDICTION_DISABLED: Request = Request(ffi::OPUS_SET_PREDICTION_DISABLED_REQUEST as _);
    /// `OPUS_SET_FORCE_MODE` of `opus_private.h`.
    pub const FORCE_MODE: Request = Request(11_002);
}

/// `OPUS_AUTO`.
pub(super) const AUTO: i32 = ffi::OPUS_AUTO;
/// `OPUS_BITRATE_MAX`.
pub(super) const BITRATE_MAX: i32 = ffi::OPUS_BITRATE_MAX;

macro_rules! codec_state {
    ($name:ident, $raw:ident, $ctl:ident) => {
        /// A codec state in memory of ours.
        pub(super) struct $name(Memory);

        impl $name {
            pub(super) fn raw(&mut self) -> *mut ffi::$raw {
                self.0.raw().cast()
            }

            /// Makes this state what `other` is; false (and nothing done) if that has another number of channels.
            pub fn copy_from(&mut self, other: &Self) -> bool {
                self.0.copy_from(&other.0)
            }

            /// Forgets the signal so far; settings stay.
            pub fn reset(&mut self) {
                // SAFETY: `raw` is an initialized state (`new` is the only way to one); the request takes no argument.
                unsafe { ffi::$ctl(self.raw(), ffi::OPUS_RESET_STATE as c_int) };
            }

            /// The state of the range coder after the last packet, which a conformance test compares.
            pub fn final_range(&mut self) -> u32 {
                let mut range: ffi::opus_uint32 = 0;
                // SAFETY: initialized state; the request writes one opus_uint32 through its pointer argument.
                unsafe { ffi::$ctl(self.raw(), ffi::OPUS_GET_FINAL_RANGE_REQUEST as c_int, &raw mut range) };
                range
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({} octets)"), self.0.octets())
            }
        }
    };
}

codec_state!(EncoderState, OpusEncoder, opus_encoder_ctl);
codec_state!(DecoderState, OpusDecoder, opus_decoder_ctl);

impl EncoderState {
    /// Control side: allocates. `None` unless `rate` is one of Opus' five, `channels` 1 or 2, `application` known.
    pub fn new(rate: u32, channels: u8, application: i32) -> Option<Self> {
        // SAFETY: a pure function of its argument.
        let octets = unsafe { ffi::opus_encoder_get_size(c_int::from(channels)) };
        let mut state = Self(Memory::new(octets));
        // SAFETY: the memory is aligned and has `octets`; libopus checks the other arguments before it writes.
        let ok = octets > 0
            && unsafe { ffi::opus_encoder_init(state.raw(), rate as i32, c_int::from(channels), application) == 0 };
        ok.then_some(state)
    }

    /// Sets a value; false if libopus refuses it.
    pub fn set(&mut self, request: Request, value: i32) -> bool {
        // SAFETY: initialized state; every `request` of this module takes one opus_int32.
        unsafe { ffi::opus_encoder_ctl(self.raw(), request.0, value as c_int) == 0 }
    }

    /// Algorithmic delay in samples per channel.
    pub fn lookahead(&mut self) -> usize {
        let mut samples: ffi::opus_int32 = 0;
        // SAFETY: initialized state; the request writes one opus_int32 through its pointer argument.
        unsafe { ffi::opus_encoder_ctl(self.raw(), ffi::OPUS_GET_LOOKAHEAD_REQUEST as c_int, &raw mut samples) };
        usize::try_from(samples).unwrap_or(0)
    }

    /// Encodes one frame of `pcm`, interleaved, `frame` samples per channel; octets written, `None` where libopus
    /// refuses.
    pub fn encode(&mut self, pcm: &[f32], channels: u8, frame: usize, out: &mut [u8]) -> Option<usize> {
        if pcm.len() < frame * usize::from(channels) {
            return None;
        }
        let (frame, room) = (frame as c_int, i32::try_from(out.len()).unwrap_or(i32::MAX));
        // SAFETY: initialized state for `channels`; `pcm` holds frame x channels samples (checked above), `out` `room`
        // octets; libopus keeps neither pointer.
        let octets = unsafe { ffi::opus_encode_float(self.raw(), pcm.as_ptr(), frame, out.as_mut_ptr(), room) };
        usize::try_from(octets).ok()
    }
}

impl DecoderState {
    /// Control side: allocates. `None` unless `rate` is one of Opus' five and `channels` 1 or 2.
    pub fn new(rate: u32, channels: u8) -> Option<Self> {
        // SAFETY: a pure function of its argument.
        let octets = unsafe { ffi::opus_decoder_get_size(c_int::from(channels)) };
        let mut state = Self(Memory::new(octets));
        // SAFETY: the memory is aligned and has `octets`; libopus checks the arguments before it writes.
        let ok = octets > 0 && unsafe { ffi::opus_decoder_init(state.raw(), rate as i32, c_int::from(channels)) == 0 };
        ok.then_some(state)
    }

    /// Decodes `payload` (`None`: conceals; `fec`: what it holds of the packet before) into `pcm`, interleaved, which has
    /// room for `frame` samples per channel; samples per channel written, `None` where libopus refuses.
    pub fn decode(
        &mut self,
        payload: Option<&[u8]>,
        fec: bool,
        pcm: &mut [f32],
        channels: u8,
        frame: usize,
    ) -> Option<usize> {
        if pcm.len() < frame * usize::from(channels) {
            return None;
        }
        let (data, octets) = payload.map_or((std::ptr::null(), 0), |p| (p.as_ptr(), p.len()));
        let (octets, frame) = (i32::try_from(octets).ok()?, c_int::try_from(frame).ok()?);
        // SAFETY: initialized state for `channels`; `data` has `octets` octets or is null, which means a lost packet;
        // `pcm` has room for frame x channels samples (checked above); libopus keeps neither pointer.
        let samples =
            unsafe { ffi::opus_decode_float(self.raw(), data, octets, pcm.as_mut_ptr(), frame, c_int::from(fec)) };
        usize::try_from(samples).ok()
    }
}

/// Joins frames to one packet.
pub(super) struct Repacketizer(Memory);

impl Repacketizer {
    /// Control side: allocates.
    pub fn new() -> Self {
        // SAFETY: a pure function.
        Self(Memory::new(unsafe { ffi::opus_repacketizer_get_size() }))
    }

    /// The packet of `frames`, each a packet of one frame with the same mode; `None` where they do not fit together or
    /// not into `out`.
    pub fn join(&mut self, frames: [&[u8]; 3], out: &mut [u8]) -> Option<usize> {
        let raw: *mut ffi::OpusRepacketizer = self.0.raw().cast();
        let room = i32::try_from(out.len()).unwrap_or(i32::MAX);
        // SAFETY: the memory has `opus_repacketizer_get_size` octets and is initialized first thing; it keeps pointers to
        // `frames`, which outlive the call of `out`, and is initialized anew before it is used again.
        let octets = unsafe {
            ffi::opus_repacketizer_init(raw);
            for frame in frames {
                if ffi::opus_repacketizer_cat(raw, frame.as_ptr(), i32::try_from(frame.len()).ok()?) != 0 {
                    return None;
                }
            }
            ffi::opus_repacketizer_out(raw, out.as_mut_ptr(), room)
        };
        usize::try_from(octets).ok()
    }
}

impl std::fmt::Debug for Repacketizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Repacketizer")
    }
}

/// The version string of the libopus that is linked.
pub fn libopus_version() -> &'static str {
    // SAFETY: libopus returns a constant string with a terminating zero.
    unsafe { CStr::from_ptr(ffi::opus_get_version_string()) }.to_str().unwrap_or("libopus")
}
