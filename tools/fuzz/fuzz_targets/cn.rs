//! Pure: feeds libFuzzer's octets to the fuzz body of comfort noise.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::codec::fuzz::comfort_noise(data));
