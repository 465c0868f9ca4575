//! Real-time: silence between G.729 and codecs with comfort noise.

use super::*;

/// RFC 4856 section 2.1.9: what one side rules out is not sent, and what comes of another leg does not pass.
#[test]
fn annex_b_is_used_only_where_both_sides_take_it() {
    let _alone = alone();
    let pauses = DiscontinuousTransmission::default();
    let says = phrases();
    for (fmtp, used) in [("", true), ("annexb=yes", true), ("annexb=no", false)] {
        let two = negotiated(fmtp);
        assert_eq!((two.receive.payload_type(), two.send.pauses_by_itself()), (18, used));
        let mut call = Call::new(negotiated(""), two.clone()).with_annex_b();
        call.run(10_000, [Some(&says), None]);
        let short = call.came[1].iter().filter(|p| p.payload.len() % 10 != 0).count();
        assert_eq!(short > 0, used, "{fmtp}: {short} descriptors");
        let pending = call.one.session.statistics();
        let passed = done(&mut call.engine, pending).passed_packets;
        assert_eq!(passed > 100, used, "{fmtp}: {passed} packets passed");
        if used {
            check_stream(&call.came[1], 2, false);
        } else {
            assert!(call.came[1].len() > 480, "{} packets", call.came[1].len());
            let pending = call.engine.handle().create_media_session("no", two.discontinuous_transmission(pauses));
            let why = call.engine.complete(pending).unwrap_err();
            assert!(matches!(why, media_core::Error::Session(SessionError::NoPauses(_))), "{why}");
        }
        assert!(call.engine.stop());
    }
}

#[test]
fn silence_is_translated_to_comfort_noise_of_rfc_3389_and_back() {
    let _alone = alone();
    let pauses = DiscontinuousTransmission::default();
    let says = phrases();
    let pcmu = || {
        MediaSessionParams::new(AudioFormat::pcmu())
            .comfort_noise(ComfortNoiseFormat::STATIC)
            .discontinuous_transmission(pauses)
    };
    let mut call = Call::new(MediaSessionParams::new(AudioFormat::g729()), pcmu()).with_annex_b();
    call.run(16_000, [Some(&says), None]);
    let noises: Vec<_> = call.came[1].iter().filter(|p| p.header.payload_type == 13).collect();
    assert!(noises.len() > 5 && call.came[1].len() < 700, "{} of {}", noises.len(), call.came[1].len());
    let noise = level(&(0..8_000).map(hiss).collect::<Vec<_>>());
    let parse = |packet: &&Packet| ComfortNoise::parse(&packet.payload).unwrap().level().0;
    let mut levels: Vec<f32> = noises.iter().map(parse).collect();
    // The first of a pause may still hold the end of a word.
    levels.sort_by(f32::total_cmp);
    assert!((levels[levels.len() / 2] - noise).abs() < 6.0, "{levels:?} where {noise} were said");
    assert!(call.engine.stop());

    let g729 = MediaSessionParams::new(AudioFormat::g729()).discontinuous_transmission(pauses);
    let mut call = Call::new(pcmu(), g729.comfort_noise(ComfortNoiseFormat::STATIC));
    call.run(3_000, [Some(&says), None]);
    // Now in a pause of its own making: described once, then nothing.
    // Fainter than the pauses before: Annex B hears sudden noise that is louder as voice for many seconds.
    let described = ComfortNoise::new(Decibels(-55.0), &[]);
    let mut payload = [0; 16];
    let length = described.write(&mut payload).unwrap();
    let header = media_core::rtp::RtpHeader { payload_type: 13, ..call.one.phone.next };
    let now = call.engine.now();
    call.one.phone.post(&mut call.engine.network, now, header, &payload[..length]);
    let before = call.came[1].len();
    call.run(6_000, [None, None]);
    let packets = &call.came[1][before..];
    assert!(packets.iter().all(|p| p.header.payload_type == 18), "Annex B describes in its own way");
    assert!(packets.iter().any(|p| p.payload.len() == 2) && packets.len() < 200, "{} packets", packets.len());
    check_stream(&call.came[1], 2, true);
    let heard = decoded(&call.came[1]);
    let tail = level(&heard[heard.len() - 8_000..]);
    assert!((tail + 55.0).abs() < 6.0, "{tail} dB");
    assert!(call.engine.stop());
}
