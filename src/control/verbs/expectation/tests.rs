//! Control: which payload types a peer may send, and which one none of both uses.

use super::*;
use crate::session::{AnsweredFormat, AudioFormat, ComfortNoiseFormat};

fn inward(params: &MediaSessionParams) -> Vec<u8> {
    let mut types = params.inward_payload_types();
    types.sort_unstable();
    types
}

#[test]
fn every_format_of_the_answer_is_expected_and_the_other_law() {
    let params = MediaSessionParams::new(AudioFormat::pcmu());
    assert_eq!(inward(&params), [0, 8]);
    let mut second = AnsweredFormat::new(AudioFormat::g722());
    second.telephone_events = Some(TelephoneEventFormat::new(100, 8_000));
    second.redundancy = Some(RedundancyFormat::new(121, 1));
    let params = params.telephone_events(TelephoneEventFormat::new(101, 8_000)).also(second);
    assert_eq!(inward(&params), [0, 8, 9, 100, 101, 121]);
}

#[test]
fn keep_alives_are_of_a_type_that_neither_side_uses() {
    let mut second = AnsweredFormat::new(AudioFormat::g722());
    second.telephone_events = Some(TelephoneEventFormat::new(127, 8_000));
    second.redundancy = Some(RedundancyFormat { receive_payload_type: 126, send_payload_type: 125, level: 1 });
    second.comfort_noise = Some(ComfortNoiseFormat { receive_payload_type: 124, send_payload_type: 123 });
    let params = MediaSessionParams::new(AudioFormat::pcmu()).also(second);
    assert_eq!(params.keep_alive_payload_type(KeepAliveKind::Rtp), 122);
    let noise = params.comfort_noise(ComfortNoiseFormat::new(13));
    assert_eq!(noise.keep_alive_payload_type(KeepAliveKind::ComfortNoise), 13);
}
