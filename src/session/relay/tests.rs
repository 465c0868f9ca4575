//! Control: which payload types of two relay streams pass, and as what.

use super::*;

fn h264(payload_type: u8, fmtp: &str) -> RelayFormat {
    RelayFormat::new(&CodecCapability::new(payload_type, CodecName::H264, 90_000, 1).with_fmtp(fmtp))
}

fn passes(from: &[RelayFormat], to: &[RelayFormat]) -> Vec<(u8, u8)> {
    RelayParams::rtp(from.to_vec()).passes_to(&RelayParams::rtp(to.to_vec())).iter().collect()
}

const BASELINE: &str = "profile-level-id=42e01f;packetization-mode=1";

#[test]
fn one_codec_passes_under_the_partners_number() {
    let ours = h264(99, BASELINE).with_payload_types(99, 100);
    let theirs = h264(97, BASELINE).with_payload_types(97, 98);
    assert_eq!(passes(std::slice::from_ref(&ours), std::slice::from_ref(&theirs)), [(99, 98)]);
    assert_eq!(passes(&[theirs], &[ours]), [(97, 100)]);
}

#[test]
fn what_the_far_side_cannot_take_does_not_pass() {
    let ours = h264(99, BASELINE);
    for other in [
        "profile-level-id=42e01f;packetization-mode=0",
        "profile-level-id=64001f;packetization-mode=1",
        "profile-level-id=42e00c;packetization-mode=1",
    ] {
        assert_eq!(passes(std::slice::from_ref(&ours), &[h264(99, other)]), [], "{other}");
    }
    // A lower level passes to who takes a higher one.
    let low = h264(99, "profile-level-id=42e00c;packetization-mode=1");
    assert_eq!(passes(&[low], &[ours]), [(99, 99)]);
    let vp8 = RelayFormat::new(&CodecCapability::rtpmap(99, "VP8/90000").unwrap());
    assert_eq!(passes(&[vp8], &[h264(99, BASELINE)]), []);
}

#[test]
fn several_formats_find_their_own() {
    let single = "profile-level-id=42e01f;packetization-mode=0";
    let other = |payload_type| RelayFormat::new(&CodecCapability::rtpmap(payload_type, "x-own/90000").unwrap());
    let ours = [h264(96, single), h264(97, BASELINE), other(98), other(99)];
    let theirs = [other(110), h264(111, BASELINE), other(112), h264(113, single)];
    assert_eq!(passes(&ours, &theirs), [(96, 113), (97, 111), (98, 110), (99, 112)]);
}

#[test]
fn lists_that_contradict_themselves_are_refused() {
    assert!(RelayParams::rtp([]).check().is_err());
    assert!(RelayParams::rtp([h264(99, BASELINE), h264(99, BASELINE)]).check().is_err());
    assert_eq!(RelayParams::rtp([h264(72, BASELINE)]).check(), Err(SessionError::PayloadType(72)));
    RelayParams::datagrams().check().unwrap();
}
