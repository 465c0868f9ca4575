//! Real-time: digits that callers send as tones, and what of them leaves the audio.

use super::*;

#[test]
fn digits_in_the_audio_become_events_and_leave_it() {
    let _alone = alone();
    // Other stages hold the audio back by a time of their own.
    let mut stages = ProcessingParams::default();
    stages.ns = NsParams::default().into();
    stages.compressor = CompressorParams::default().into();
    let l16 = AudioFormat::l16(SampleRate::Hz16000).unwrap();
    for (format, stages) in [
        (AudioFormat::pcmu(), None),
        (l16, None),
        (AudioFormat::pcmu(), Some(stages.clone())),
        (AudioFormat::g722(), Some(stages)),
    ] {
        let mut leaks = Vec::new();
        for on in [true, false] {
            let (mut engine, mut one, mut two) = connected([&format, &AudioFormat::pcma()], [false, true]);
            if on {
                process(&mut engine, &one, stages.clone().unwrap_or_default(), true);
            }
            run(&mut engine, &mut [&mut one, &mut two], 1_200, Some(nines));
            let pending = one.end.session.tap();
            let (mut tap, mut tapped) = (done(&mut engine, pending), Vec::new());
            let before = trap::counts();
            for _ in 0..26 {
                run(&mut engine, &mut [&mut one, &mut two], 100, Some(nines));
                let mut samples = [0.0; 1_700];
                let count = tap.read(&mut samples);
                tapped.extend_from_slice(&samples[..count]);
            }
            assert_eq!(trap::counts().since(before), Counts::default());
            // How much of each tone is heard, ms: where the audio is louder than a hundredth of it. The peer hears events in
            // place of some of it, who only listens hears all that leaks.
            let loud = |audio: &[f32], rate: SampleRate| {
                audio.iter().filter(|x| x.abs() > 4e-3).count() as f64 * 1e3 / f64::from(rate.hz()) / 5.0
            };
            leaks.push(loud(&two.audio(), two.end.format.sample_rate()));
            leaks.push(loud(&tapped, one.end.format.sample_rate()));
            let statistics = one.statistics(&mut engine);
            let (told, events) = (one.told(&mut engine), text(&two.events));
            if on {
                assert_eq!((text(&told), events), ("99999".into(), "99999".into()), "{told:?}");
                assert!(two.events.iter().all(|(_, ms)| (90..=115).contains(ms)), "{:?}", two.events);
                assert!(two.tones().is_empty(), "{:?}", two.tones());
                assert_eq!(statistics.tone_delay_us, 20_000);
                assert!((5 * 80..5 * 140).contains(&statistics.suppressed_tone_ms), "{statistics}");
                turn_digits(&mut engine, &one, false);
                run(&mut engine, &mut [&mut one, &mut two], 500, Some(hum));
                assert_eq!(one.statistics(&mut engine).tone_delay_us, 0);
            } else {
                assert_eq!((told.len(), events.len(), text(&two.tones())), (0, 0, "99999".into()));
                assert_eq!((statistics.tone_delay_us, statistics.suppressed_tone_ms), (0, 0));
            }
            assert!(engine.stop());
        }
        let others = stages.is_some();
        println!("{format}, other stages: {others}: {leaks:.1?} ms of each tone leak to peer and tap, without it");
        let [peer, tap, peer_without, tap_without] = leaks[..] else { unreachable!() };
        assert!(peer <= 20.0 && tap <= 20.0, "{format}: {leaks:?} ms leak");
        assert!(peer_without > 90.0 && tap_without > 90.0, "{format}: {leaks:?} ms leak");
    }
}

#[test]
fn digits_taken_out_of_the_audio_are_made_again_for_who_has_no_events() {
    let _alone = alone();
    let (mut engine, mut one, mut two) = connected([&AudioFormat::pcmu(), &AudioFormat::pcma()], [false, false]);
    turn_digits(&mut engine, &one, true);
    run(&mut engine, &mut [&mut one, &mut two], 3_800, Some(nines));
    let heard = two.tones();
    assert_eq!(text(&heard), "99999", "{heard:?}");
    assert!(heard.iter().all(|(_, ms)| (85..=125).contains(ms)), "{heard:?}");
    assert_eq!(text(&one.told(&mut engine)), "99999");
    assert!(engine.stop());
}

/// A peer that sends events, and leaves the tone in its audio: one press, told and done once, whichever way is sooner.
#[test]
fn a_press_that_comes_both_ways_is_one() {
    let _alone = alone();
    for event_at_ms in [1_600, 1_660] {
        let (mut engine, mut one, mut two) = connected([&AudioFormat::pcmu(), &AudioFormat::pcma()], [true, true]);
        turn_digits(&mut engine, &one, true);
        // The tones last from 100 to 200 ms of each 300 from 1,500 on: the first is digit 9, and so is the event.
        run(&mut engine, &mut [&mut one, &mut two], event_at_ms, Some(nines));
        let timestamp = one.end.phone.next.timestamp;
        for n in 0..4u32 {
            let end = n == 3;
            let duration = (160 * (n + 1)).min(640) as u16;
            let [high, low] = duration.to_be_bytes();
            let payload = [9, if end { 0x8a } else { 0x0a }, high, low];
            let header = RtpHeader { timestamp, marker: n == 0, payload_type: EVENTS, ..one.end.phone.next };
            let now = engine.now();
            one.end.phone.post(&mut engine.network, now, header, &payload);
            one.end.phone.next.sequence = one.end.phone.next.sequence.wrapping_add(1);
            run(&mut engine, &mut [&mut one, &mut two], 20, Some(nines));
        }
        run(&mut engine, &mut [&mut one, &mut two], 3_500 - event_at_ms - 80, Some(nines));
        let told = one.told(&mut engine);
        assert_eq!((text(&told), text(&two.events)), ("99999".into(), "99999".into()), "{event_at_ms}: {told:?}");
        assert!(two.tones().is_empty());
        assert!(engine.stop());
    }
}
