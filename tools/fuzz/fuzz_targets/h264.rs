//! Pure: feeds libFuzzer's octets to the fuzz body of H.264 payload.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::codec::video::h264::fuzz::h264(data));
