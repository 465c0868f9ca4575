//! Pure: a frame is on the wire as it is described.

use super::*;

#[test]
fn a_header_of_24_octets_then_samples() {
    let header = Header { tick: 0x0102_0304_0506_0708, time_ns: 9, voice: 0.5, lost: 3 };
    let frame = Frame { header, samples: vec![1, -2] };
    let Message::Binary(octets) = frame.message(AudioForm::Binary) else { panic!("no binary message") };
    let mut wanted = vec![8, 7, 6, 5, 4, 3, 2, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3f, 3, 0, 0, 0];
    wanted.extend([1, 0, 0xfe, 0xff]);
    assert_eq!(octets, wanted);
    assert_eq!(Frame::parse(&octets), Some(frame.clone()));
    assert_eq!(Frame::parse(&octets[..23]), None);
    let Message::Text(text) = frame.message(AudioForm::Json) else { panic!("no text") };
    let json = r#"{"event":"media","tick":72623859790382856,"time_ns":9,"voice":0.5,"lost":3,"payload":"AQD+/w=="}"#;
    assert_eq!(text.as_str(), json);
}

#[test]
fn samples_are_rounded_and_never_wrap() {
    let cases = [(0.0, 0), (1.0, 32_767), (-1.0, -32_768), (3.0, 32_767), (f32::NAN, 0), (1.0 / 32_768.0, 1)];
    for (sample, wanted) in cases {
        assert_eq!(linear16(sample), wanted, "{sample}");
    }
}
