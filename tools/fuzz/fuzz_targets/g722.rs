//! Pure: feeds libFuzzer's octets to the fuzz body of G.722.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::codec::fuzz::g722(data));
