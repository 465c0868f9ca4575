//! Which libopus this binary holds: one, whatever the features, as two would have the same names for different code.

use media_core::codec::AudioEncoder;
use media_core::codec::audio::opus::{OpusDecoder, OpusEncoder, OpusSettings, libopus_version};
use media_core::types::{Ptime, SampleRate};
use std::collections::BTreeSet;

/// What a libopus says of itself (`opus_get_version_string`), wherever it stands in these octets.
fn versions(octets: &[u8]) -> BTreeSet<String> {
    // Put together here, so that this test is not what it finds.
    let name: Vec<u8> = ["lib", "opus", " "].concat().into_bytes();
    let starts = octets.windows(name.len()).enumerate().filter(|(_, window)| *window == name).map(|(at, _)| at);
    let text = |at: usize| octets[at..].iter().take_while(|c| c.is_ascii_graphic() || **c == b' ').map(|c| *c as char);
    let found = starts.map(|at| text(at).collect::<String>());
    // The one that audiopus brings was built without a number.
    let version = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) || text.starts_with("unknown");
    found.filter(|found| version(&found[name.len()..])).collect()
}

#[test]
fn a_binary_holds_one_libopus() {
    // Both halves are called, so that whatever is linked is there.
    let mut encoder = OpusEncoder::new(SampleRate::Hz16000, 1, Ptime::MS20, OpusSettings::default()).unwrap();
    assert!(encoder.encode_into(&[0.1; 320], &mut [0; 1_275]).unwrap() > 0);
    OpusDecoder::new(SampleRate::Hz16000, 1).unwrap();
    let found = versions(&std::fs::read(std::env::current_exe().unwrap()).unwrap());
    let linked: BTreeSet<String> = [libopus_version().to_owned()].into();
    if cfg!(feature = "opus-dred") {
        assert_eq!(found, linked);
        assert!(libopus_version().starts_with(&["lib", "opus", " 1.6"].concat()), "{linked:?}");
    } else {
        // None where the system's was found, which is a file of its own.
        assert!(found.is_empty() || found == linked, "{found:?} {linked:?}");
    }
}
