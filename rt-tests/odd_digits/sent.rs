//! Control: digits that are sent by a verb, or refused with the reason.

use super::*;

/// Digits that a listener hears as tones.
fn tones(packets: &[support::phone::Packet]) -> String {
    let mut detector = DtmfDetector::new(SampleRate::Hz8000, DtmfParams::default()).unwrap();
    let (mut decoder, mut out) = (G711Decoder::new(Law::A), String::new());
    for packet in packets.iter().filter(|p| p.header.payload_type == 8) {
        let mut pcm = vec![0.0; packet.payload.len()];
        decoder.decode_into(&packet.payload, &mut pcm).unwrap();
        for block in pcm.chunks(80) {
            if let Some(ToneEvent::Begin { tone: Tone::Dtmf(digit), .. }) = detector.process(block).unwrap() {
                out.push(char::from(digit));
            }
        }
    }
    out
}

#[test]
fn digits_are_sent_as_asked_or_refused() {
    for bridged in [true, false] {
        let mut call = Call::of(with_events(AudioFormat::pcmu(), 8_000), MediaSessionParams::new(AudioFormat::pcma()));
        if !bridged {
            let pending = call.engine.handle().unbridge(&call.a);
            done(&mut call.engine, pending);
        }
        call.pass(100, true);
        let refused = |call: &mut Call, pending| call.engine.complete(pending).unwrap_err();
        for (digits, ms, fault) in [
            ("1", 39, DigitFault::OutOfRange { field: "digit length (ms)", value: 39, legal: "40 to 8000" }),
            ("1", 8_001, DigitFault::OutOfRange { field: "digit length (ms)", value: 8_001, legal: "40 to 8000" }),
            ("", 100, DigitFault::NotADigit(None)),
            ("1 2", 100, DigitFault::NotADigit(Some(' '))),
        ] {
            let pending = call.a.send_digits(digits, ms);
            let error = refused(&mut call, pending);
            assert_eq!(error, SessionError::Digits(digits.into(), fault).into());
        }
        let string = DigitString::parse("12", 100).unwrap();
        for wrong in [string.with_pause(39), string.with_pause(70_000), string.with_volume(64), string.with_volume(300)]
        {
            assert!(wrong.unwrap_err().to_string().contains("must be"));
        }
        // Without telephone events they are tones in the audio, which have one level and no flash.
        let (id, loud) = (call.b.id(), string.with_volume(3).unwrap());
        let pending = call.b.send_digit_string(loud);
        assert_eq!(refused(&mut call, pending), SessionError::NoTelephoneEvents(id).into());
        let pending = call.b.send_digits("1!", 100);
        assert_eq!(refused(&mut call, pending), SessionError::NoTelephoneEvents(id).into());
        let pending = call.b.send_digits("159*#D", 100);
        done(&mut call.engine, pending);
        call.pass(1_500, true);
        assert_eq!(tones(&call.two.got), "159*#D", "bridged: {bridged}");
        let pending = call.b.hold_outward();
        done(&mut call.engine, pending);
        let pending = call.b.send_digits("1", 100);
        assert_eq!(refused(&mut call, pending), SessionError::DigitsOnHold(id).into());
    }
    // Pause and level as asked.
    let mut call = Call::new();
    call.pass(100, true);
    let digits = DigitString::parse("77", 200).unwrap().with_pause(400).unwrap().with_volume(21).unwrap();
    let pending = call.b.send_digit_string(digits);
    done(&mut call.engine, pending);
    call.pass(1_500, true);
    let sent: Vec<_> = call.two.got.iter().filter(|p| p.header.payload_type == EVENTS).collect();
    assert!(sent.iter().all(|p| p.payload[1] & 0x3f == 21));
    let starts: Vec<u32> = sent.iter().filter(|p| p.header.marker).map(|p| p.header.timestamp).collect();
    assert!((4_800..=5_120).contains(&starts[1].wrapping_sub(starts[0])), "{starts:?}");
}
