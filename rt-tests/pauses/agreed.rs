//! Control: what peers agree on for their pauses, and what is refused without it.

use super::*;

#[test]
fn pauses_without_a_way_to_tell_of_them_are_refused() {
    let _alone = alone();
    let mut engine = engine();
    let pauses = DiscontinuousTransmission::default();
    let plain = MediaSessionParams::new(AudioFormat::pcmu());
    let refused = |engine: &mut VirtualEngine, params: MediaSessionParams| {
        let pending = engine.handle().create_media_session("refused", params);
        engine.complete(pending).unwrap_err()
    };
    let why = refused(&mut engine, plain.clone().discontinuous_transmission(pauses));
    assert_eq!(why, SessionError::NoPauses("0 PCMU/8000".into()).into());
    assert!(why.to_string().contains("comfort_noise"), "{why}");
    let why = refused(&mut engine, MediaSessionParams::pcm(SampleRate::Hz8000).discontinuous_transmission(pauses));
    assert!(matches!(why, media_core::Error::Session(SessionError::NoPauses(_))), "{why}");
    let often = pauses.refresh_ms(50);
    let why = refused(&mut engine, with_noise(&AudioFormat::pcmu(), 13).discontinuous_transmission(often));
    assert_eq!(why.to_string(), "refresh_ms = 50: must be 100 to 10000 ms");
    // And by update, in mid-call; it comes and goes.
    let mut phone = Phone::new(&mut engine, 1, plain.clone());
    let pending = phone.end.session.update(plain.clone().discontinuous_transmission(pauses));
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::NoPauses("0 PCMU/8000".into()).into());
    let mut two = Phone::new(&mut engine, 2, plain.clone());
    let pending = engine.handle().bridge(&phone.end.session, &two.end.session);
    done(&mut engine, pending);
    let says = phrases();
    run(&mut engine, &mut [(&mut phone, Some(&says)), (&mut two, None)], 3_000);
    let pending = two.end.session.update(with_noise(&AudioFormat::pcmu(), 13).discontinuous_transmission(pauses));
    done(&mut engine, pending);
    run(&mut engine, &mut [(&mut phone, Some(&says)), (&mut two, None)], 6_000);
    let told = two.noises().len();
    assert!(told > 4, "{told}");
    let pending = two.end.session.update(plain);
    done(&mut engine, pending);
    run(&mut engine, &mut [(&mut phone, Some(&says)), (&mut two, None)], 3_000);
    assert!(two.noises().len() <= told + 1);
    one_stream(&two, 160);
    assert!(engine.stop());
}

#[test]
fn noise_is_negotiated_at_the_clock_of_the_codec() {
    use media_core::codec::CodecManager;
    use media_core::codec::negotiation::NegotiationRules;
    use media_core::codec::{CapabilityList, CodecCapability};
    let manager = CodecManager::default();
    let lines = |lines: &[&str]| {
        let parse = |line: &&str| {
            let (pt, map) = line.split_once(' ').unwrap();
            CodecCapability::rtpmap(pt.parse().unwrap(), map).unwrap()
        };
        CapabilityList::audio(lines.iter().map(parse).collect())
    };
    let remote = lines(&["0 PCMU/8000", "13 CN/8000", "98 CN/16000"]);
    let result = manager.negotiate_codecs(&manager.registry().audio_offer(), &remote, &NegotiationRules::offerer());
    let params = MediaSessionParams::negotiated(&manager, &result.unwrap()).unwrap();
    assert_eq!(params.comfort_noise, Some(ComfortNoiseFormat::STATIC));
    assert_eq!(params.discontinuous_transmission, None, "off unless asked for");
}

#[cfg(feature = "opus")]
#[test]
fn opus_pauses_by_itself_where_the_peer_wishes_it() {
    use media_core::codec::CodecManager;
    use media_core::codec::negotiation::NegotiationRules;
    use media_core::codec::{CapabilityList, CodecCapability};
    let _alone = alone();
    let manager = CodecManager::default();
    let negotiated = |fmtp: &str| {
        let opus = CodecCapability::rtpmap(96, "opus/48000/2").unwrap().with_fmtp(fmtp);
        let remote = CapabilityList::audio(vec![opus]);
        let offer = manager.registry().audio_offer();
        let result = manager.negotiate_codecs(&offer, &remote, &NegotiationRules::offerer()).unwrap();
        MediaSessionParams::negotiated(&manager, &result).unwrap()
    };
    let pauses = DiscontinuousTransmission::default();
    let mut packets = Vec::new();
    for (fmtp, on) in [("usedtx=1", true), ("usedtx=1", false), ("useinbandfec=1", false)] {
        let mut params = negotiated(fmtp);
        params.discontinuous_transmission = on.then_some(pauses);
        let (mut engine, mut one, mut two) = connected(MediaSessionParams::new(AudioFormat::pcmu()), params);
        let says = |t: f64| if t % 3.0 < 1.0 { tone(700.0)(t) } else { 0.0 };
        run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 500);
        let before = trap::counts();
        run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 8_500);
        assert_eq!(trap::counts().since(before), Counts::default());
        packets.push(two.all.len());
        let statistics = two.statistics(&mut engine);
        assert_eq!(statistics.pauses > 0, on, "{fmtp}: {statistics}");
        assert_eq!(statistics.noise_packets_out, 0);
        for pair in two.all.windows(2) {
            assert_eq!(pair[1].header.sequence.wrapping_sub(pair[0].header.sequence), 1);
        }
        assert!(engine.stop());
    }
    assert!(packets[0] * 10 < packets[1] * 7 && packets[1] > 430 && packets[2] > 430, "{packets:?}");
    let mut engine = engine();
    let params = negotiated("useinbandfec=1").discontinuous_transmission(pauses);
    let pending = engine.handle().create_media_session("refused", params);
    let why = engine.complete(pending).unwrap_err();
    assert!(matches!(why, media_core::Error::Session(SessionError::NoPauses(_))), "{why}");
}
