//! Pure: feeds libFuzzer's octets to the fuzz body of negotiation.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::codec::negotiation::fuzz::negotiation(data));
