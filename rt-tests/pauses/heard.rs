//! Real-time: described noise as it is heard, passed on, or made for who knows none.

use super::*;

#[test]
fn a_caller_who_says_no_more_than_that_it_is_silent_falls_silent_after_a_minute() {
    let _alone = alone();
    let (mut engine, mut one, mut two) =
        connected(with_noise(&AudioFormat::pcmu(), 13), MediaSessionParams::new(AudioFormat::pcma()));
    let events = engine.handle().subscribe();
    run(&mut engine, &mut [(&mut one, Some(&tone(700.0))), (&mut two, None)], 500);
    one.describe(&mut engine, &ComfortNoise::new(Decibels(-50.0), &[]));
    let silent = |engine: &mut VirtualEngine, one: &mut Phone, two: &mut Phone, ms: u64| {
        run(engine, &mut [(one, None), (two, None)], ms);
        std::iter::from_fn(|| events.try_next()).filter(|event| event.kind == EventKind::FellSilent).count()
    };
    assert_eq!(silent(&mut engine, &mut one, &mut two, 59_000), 0);
    assert!((level(&two.audio()[470_000..]) + 50.0).abs() < 1.5);
    assert_eq!(silent(&mut engine, &mut one, &mut two, 3_000), 1);
    // And what it says then is heard.
    one.end.phone.next.timestamp = one.end.phone.next.timestamp.wrapping_add(62 * 8_000);
    run(&mut engine, &mut [(&mut one, Some(&tone(900.0))), (&mut two, None)], 1_000);
    let audio = two.audio();
    assert!(share(&audio[audio.len() - 4_000..audio.len() - 800], SampleRate::Hz8000, 900.0) > 0.98);
    assert!(engine.stop());
}

#[test]
fn noise_passes_where_both_sides_know_it_and_is_made_where_one_does_not() {
    let _alone = alone();
    for known in [true, false] {
        let mu = AudioFormat::pcmu();
        let two = if known { with_noise(&mu, 97) } else { MediaSessionParams::new(mu.clone()) };
        let (mut engine, mut one, mut two) = connected(with_noise(&mu, 13), two);
        let say = tone(700.0);
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 500);
        let noise = ComfortNoise::new(Decibels(-45.0), &[-0.5, 0.2]);
        let before = trap::counts();
        for _ in 0..5 {
            one.describe(&mut engine, &noise);
            run(&mut engine, &mut [(&mut one, None), (&mut two, None)], 20);
            pause(&mut engine, &mut one, &mut two, 400);
        }
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 500);
        assert_eq!(trap::counts().since(before), Counts::default());
        let (inward, outward) = (one.statistics(&mut engine), two.statistics(&mut engine));
        assert_eq!((inward.noise_packets_in, inward.lost, inward.concealed_blocks), (5, 0, 0), "{inward}");
        if !known {
            assert_eq!((inward.passed_packets, outward.noise_packets_out, two.noises().len()), (0, 0, 0));
            assert!((level(&two.audio()[6_000..19_000]) + 45.0).abs() < 1.0);
            continue;
        }
        assert!(inward.passed_packets > 40, "{inward}");
        assert_eq!((outward.noise_packets_out, outward.packets_out), (5, two.all.len() as u64));
        let came = two.noises();
        assert!(came.len() == 5 && came.iter().all(|(header, came)| *came == noise && !header.marker), "{came:?}");
        let times: Vec<_> = came.windows(2).map(|w| w[1].0.timestamp.wrapping_sub(w[0].0.timestamp)).collect();
        assert_eq!(times, [420 * 8; 4]);
        one_stream(&two, 160);
        assert!(engine.stop());
    }
}
