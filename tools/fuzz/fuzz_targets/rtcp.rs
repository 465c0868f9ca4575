//! Pure: feeds libFuzzer's octets to the RTCP fuzz body.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::rtp::fuzz::rtcp(data));
