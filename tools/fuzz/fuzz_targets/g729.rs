//! Pure: feeds libFuzzer's octets to the fuzz body of G.729.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::codec::fuzz::g729(data));
