//! Pure: feeds libFuzzer's octets to the fuzz body of SRTP.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::transport::secure::fuzz::srtp(data));
