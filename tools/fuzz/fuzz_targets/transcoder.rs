//! Pure: feeds libFuzzer's octets to the fuzz body of the transcoder.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::codec::fuzz::transcoder(data));
