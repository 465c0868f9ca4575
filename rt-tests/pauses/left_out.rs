//! Real-time: discontinuous transmission: what is left out, and that no voice is.

use super::*;

#[test]
fn pauses_are_left_out_and_no_voice_is_lost() {
    let _alone = alone();
    let own = CustomCodec::new("OWN", 8_000, SampleRate::Hz8000, || {
        (Box::new(G711Encoder::new(Law::Mu)) as Box<dyn AudioEncoder>, Box::new(G711Decoder::new(Law::Mu)))
    });
    let custom = AudioFormat::custom(&own, 0).unwrap();
    let formats = [
        (AudioFormat::pcmu(), AudioFormat::pcmu(), 13, 20),
        (AudioFormat::pcma(), AudioFormat::pcmu(), 13, 30),
        (AudioFormat::g722(), AudioFormat::pcmu(), 13, 20),
        (AudioFormat::l16(SampleRate::Hz16000).unwrap(), AudioFormat::g722(), 98, 10),
        (custom, AudioFormat::pcma(), 13, 40),
    ];
    for (hears, speaks, payload_type, ms) in formats {
        let case = format!("{speaks} to {hears}");
        let ptime = Ptime::from_ms(ms).unwrap();
        let mut runs = Vec::new();
        for on in [true, false] {
            let mut params = with_noise(&hears, payload_type).ptime(ptime);
            if on {
                params = params.discontinuous_transmission(DiscontinuousTransmission::default());
            }
            if hears.encoding() == "OWN" {
                // The phone knows it as what it is.
                params.receive = AudioFormat::pcmu();
            }
            let (mut engine, mut one, mut two) = connected(MediaSessionParams::new(speaks.clone()), params);
            // Decoded both times, so that both follow the network alike.
            let pending = one.end.session.set_metering(true);
            done(&mut engine, pending);
            let says = phrases();
            run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 500);
            let before = trap::counts();
            run(&mut engine, &mut [(&mut one, Some(&says)), (&mut two, None)], 11_500);
            assert_eq!(trap::counts().since(before), Counts::default(), "{case}");
            let statistics = two.statistics(&mut engine);
            let samples = two.end.units();
            let pauses = one_stream(&two, samples);
            let noises = two.noises();
            assert_eq!(statistics.noise_packets_out, noises.len() as u64, "{case}");
            if on {
                assert!((3..=5).contains(&pauses) && statistics.pauses >= 4, "{case}: {pauses} {statistics}");
                assert!((12..60).contains(&noises.len()), "{case}: {noises:?}");
                // The hiss is at -58.8 dBov; G.711's own noise adds to it.
                let told = noises.iter().all(|(_, noise)| (-62.0..-54.0).contains(&noise.level().0));
                assert!(told, "{case}: {noises:?}");
            } else {
                assert_eq!((pauses, statistics.pauses, noises.len()), (0, 0, 0), "{case}");
            }
            runs.push((two.audio(), two.all.len(), two.end.format.sample_rate()));
            assert!(engine.stop());
        }
        let [(sparse, few, rate), (whole, all, _)] = &runs[..] else { unreachable!() };
        println!("{case}: {few} packets of {all}");
        assert!(few * 10 < all * 7, "{case}: {few} packets of {all}");
        // What is voice is the same, sample by sample; what differs is faint.
        let missing = sparse.iter().zip(whole).filter(|(a, b)| (*a - *b).abs() > 0.02).count();
        let ms = missing * 10 / rate.block_samples();
        assert!(ms <= 3, "{case}: {ms} ms of voice are missing");
    }
}

#[test]
fn silence_of_the_source_is_a_pause_too() {
    let _alone = alone();
    let params = with_noise(&AudioFormat::pcma(), 13)
        .discontinuous_transmission(DiscontinuousTransmission::default().refresh_ms(1_000));
    // A source that is muted, one whose packets cease, and a room where nobody speaks any more.
    for how in ["muted", "gone", "room"] {
        let mut engine = engine();
        let mut one = Phone::new(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()));
        let mut two = Phone::new(&mut engine, 2, params.clone());
        let pending = match how {
            "room" => {
                let pending = engine.handle().create_conference(SampleRate::Hz8000);
                let room = done(&mut engine, pending);
                let pending = room.join(&one.end.session);
                done(&mut engine, pending);
                room.join(&two.end.session)
            }
            _ => engine.handle().bridge(&one.end.session, &two.end.session),
        };
        done(&mut engine, pending);
        let say = tone(700.0);
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 1_500);
        assert!(two.noises().is_empty(), "{how}");
        let before = trap::counts();
        if how == "muted" {
            let pending = one.end.session.mute();
            done(&mut engine, pending);
            run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 10_000);
        } else {
            pause(&mut engine, &mut one, &mut two, 10_000);
        }
        assert_eq!(trap::counts().since(before), Counts::default(), "{how}");
        let noises = two.noises();
        assert!((9..=13).contains(&noises.len()), "{how}: {noises:?}");
        assert!(noises[noises.len() - 5..].iter().all(|(_, noise)| noise.level().0 == -127.0), "{how}: {noises:?}");
        if how == "muted" {
            let pending = one.end.session.unmute();
            done(&mut engine, pending);
        }
        run(&mut engine, &mut [(&mut one, Some(&say)), (&mut two, None)], 1_000);
        assert_eq!(one_stream(&two, 160), 1, "{how}");
        assert_eq!(two.statistics(&mut engine).pauses, 1, "{how}");
        assert!(engine.stop());
    }
}

/// Never hears voice, or always.
struct Deaf(f32);

impl VoiceDetector for Deaf {
    fn process(&mut self, _: &[f32]) -> Result<f32, StageFault> {
        Ok(self.0)
    }

    fn reset(&mut self) {}
}

#[test]
fn the_voice_detector_of_the_source_says_what_is_a_pause() {
    let _alone = alone();
    // A murmur that comes and goes ten times a second, by a factor of two: voice, to an ear for energy.
    let murmur = |t: f64| {
        let n = (t * 8_000.0) as u32;
        hiss(n) * if ((t * 10.0) as u32).is_multiple_of(2) { 0.008 } else { 0.012 }
    };
    let mut packets = Vec::new();
    for probability in [0.0, 1.0] {
        let params =
            with_noise(&AudioFormat::pcma(), 13).discontinuous_transmission(DiscontinuousTransmission::default());
        let (mut engine, mut one, mut two) = connected(MediaSessionParams::new(AudioFormat::pcmu()), params);
        let mut processing = ProcessingParams::default();
        processing.vad = Choice::Custom(CustomStage::<dyn VoiceDetector>::new(move |_| Box::new(Deaf(probability))));
        let pending = one.end.session.set_processing(processing);
        done(&mut engine, pending);
        run(&mut engine, &mut [(&mut one, Some(&murmur)), (&mut two, None)], 5_000);
        packets.push(two.all.len());
        assert_eq!(two.noises().is_empty(), probability == 1.0);
        assert!(engine.stop());
    }
    assert!(packets[0] < 120 && packets[1] > 240, "{packets:?}");
}

/// A hum is no pause by its own: it is a tone. What is made here of it, when its sender has gone, is one.
#[test]
fn a_source_that_went_is_a_pause_when_it_has_faded_to_its_background() {
    let _alone = alone();
    let params = with_noise(&AudioFormat::pcma(), 13).discontinuous_transmission(DiscontinuousTransmission::default());
    let (mut engine, mut one, mut two) = connected(MediaSessionParams::new(AudioFormat::pcmu()), params);
    let hum = |t: f64| 0.008 * (t * std::f64::consts::TAU * 400.0).sin() as f32;
    run(&mut engine, &mut [(&mut one, Some(&tone(700.0))), (&mut two, None)], 1_500);
    run(&mut engine, &mut [(&mut one, Some(&hum)), (&mut two, None)], 1_500);
    let came = two.all.len();
    assert!(came >= 145 && two.noises().is_empty(), "the hum is sent: {came} packets");
    run(&mut engine, &mut [(&mut one, None), (&mut two, None)], 2_000);
    let sent = two.all.len() - came - two.noises().len();
    // Concealment fades in 160 ms; for a second nobody knows whether the source has gone.
    assert!((8..=14).contains(&sent), "{sent} packets of audio");
    assert_eq!(two.statistics(&mut engine).pauses, 1);
    assert!(engine.stop());
}
