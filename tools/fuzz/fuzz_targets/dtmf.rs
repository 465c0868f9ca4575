//! Pure: feeds libFuzzer's octets to the fuzz body of telephone-event.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| media_core::codec::audio::dtmf::fuzz::telephone_event(data));
