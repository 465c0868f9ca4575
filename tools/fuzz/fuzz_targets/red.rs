//! Pure: feeds libFuzzer's octets to the redundant payload's fuzz body.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::buffer::fuzz::red(data));
