//! Tones of call progress as a phone hears them: frequencies, levels, cadences, against figures written down here once more. And prompts
//! to who has no phone, and on threads.

use super::*;
use media_core::{CallTone, ToneCadence, TonePlan};

/// The level of a frequency in `pcm`, dBm0.
fn level(pcm: &[f32], hz: f64) -> f64 {
    let (mut sin, mut cos) = (0.0, 0.0);
    for (n, x) in pcm.iter().enumerate() {
        let (s, c) = (n as f64 * std::f64::consts::TAU * hz / 8_000.0).sin_cos();
        (sin, cos) = (sin + f64::from(*x) * s, cos + f64::from(*x) * c);
    }
    20.0 * (2.0 * sin.hypot(cos) / pcm.len() as f64).log10() + 3.15
}

/// Stretches of sound and of silence, in ms; those of less than 3 ms are none.
fn stretches(pcm: &[f32]) -> Vec<(bool, f64)> {
    let mut found: Vec<(bool, usize)> = Vec::new();
    for block in pcm.chunks(24) {
        let sounds = block.iter().any(|x| x.abs() > 1e-3);
        match found.last_mut() {
            Some((last, length)) if *last == sounds => *length += block.len(),
            _ => found.push((sounds, block.len())),
        }
    }
    found.into_iter().map(|(sounds, samples)| (sounds, samples as f64 / 8.0)).collect()
}

#[test]
fn tones_of_each_plan_have_their_frequencies_levels_and_cadences() {
    let _alone = alone();
    let (us, eu, uk) = (TonePlan::NorthAmerica, TonePlan::Europe, TonePlan::UnitedKingdom);
    type Row = (TonePlan, CallTone, &'static [f64], f64, &'static [f64]);
    let cases: [Row; 12] = [
        (us, CallTone::Dial, &[350.0, 440.0], -13.0, &[]),
        (us, CallTone::Ringback, &[440.0, 480.0], -19.0, &[2_000.0, 4_000.0]),
        (us, CallTone::Busy, &[480.0, 620.0], -24.0, &[500.0, 500.0]),
        (us, CallTone::Congestion, &[480.0, 620.0], -24.0, &[250.0, 250.0]),
        (eu, CallTone::Dial, &[425.0], -10.0, &[]),
        (eu, CallTone::Ringback, &[425.0], -10.0, &[1_000.0, 4_000.0]),
        (eu, CallTone::Busy, &[425.0], -10.0, &[480.0, 480.0]),
        (eu, CallTone::Congestion, &[425.0], -10.0, &[240.0, 240.0]),
        (uk, CallTone::Dial, &[350.0, 440.0], -13.0, &[]),
        (uk, CallTone::Ringback, &[400.0, 450.0], -13.0, &[400.0, 200.0, 400.0, 2_000.0]),
        (uk, CallTone::Busy, &[400.0], -10.0, &[375.0, 375.0]),
        (uk, CallTone::Congestion, &[400.0], -10.0, &[400.0, 350.0, 225.0, 525.0]),
    ];
    for (plan, tone, hz, dbm0, cadence) in cases {
        let case = format!("{plan:?} {tone:?}");
        let mut call = Call::new();
        call.play(Prompt::tone(plan.tone(tone)));
        call.run(12_500);
        let pcm = linear(&call.phone.heard());
        // 0.2 s: whole periods of all of them.
        let some = &pcm[80..1_680];
        for hz in hz {
            assert!((level(some, *hz) - dbm0).abs() < 0.3, "{case}: {hz} Hz at {}", level(some, *hz));
        }
        let power: f64 = some.iter().map(|x| f64::from(x * x)).sum::<f64>() / 1_600.0;
        let total = 10.0 * (2.0 * power).log10() + 3.15;
        assert!((total - dbm0 - 10.0 * (hz.len() as f64).log10()).abs() < 0.3, "{case}: nothing beside them, {total}");
        let found = stretches(&pcm);
        let expected: Vec<_> = cadence.iter().copied().cycle().enumerate().take(found.len() - 1).collect();
        assert_eq!(found.len() > 1, !cadence.is_empty(), "{case}: {found:?}");
        for ((n, ms), (sounds, length)) in expected.into_iter().zip(&found) {
            assert!(*sounds == (n % 2 == 0) && (length - ms).abs() <= 4.0, "{case}: {found:?}");
        }
        call.end();
    }
}

#[test]
fn a_tone_that_lasts_ends_and_one_in_a_list_is_followed() {
    let _alone = alone();
    let mut call = Call::new();
    let ms = Duration::from_millis;
    let beep = ToneCadence::new(&[1_000.0], -10.0).on_off(ms(30), ms(30)).lasting(ms(150));
    let said = noise(800, 1);
    call.play(Prompt::list([PromptPart::tone(beep), PromptPart::samples(said.clone(), 8_000)]).start_at(ms(60)));
    call.run(500);
    let heard = call.phone.heard();
    assert_eq!(found(&heard, &mu_law(&said)), Some(720), "90 ms of the tone are left");
    assert_eq!(call.ends()[0].samples, 2_000);
    call.end();
}

/// A session of samples hears its prompts as a phone does, connected to nobody.
#[test]
fn a_session_of_samples_hears_them_to_the_sample() {
    let _alone = alone();
    let mut call = Call::new();
    let created = call.engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz16000));
    let bot = call.done(created);
    let (_says, mut hears) = bot.take_pcm().unwrap();
    let said = noise(1_600, 1);
    let played = bot.play(Prompt::samples(said.clone(), 16_000));
    call.done(played);
    call.run(150);
    let mut heard = vec![0.0; 6_400];
    let read = hears.read(&mut heard);
    // Before it and after it there is silence: samples run with time.
    let begins = heard.iter().position(|x| *x != 0.0).unwrap();
    assert!(read > begins + said.len() && heard[begins..][..said.len()] == said);
    assert!(heard[begins + said.len()..].iter().all(|x| *x == 0.0));
    call.end();
}

#[test]
fn on_threads_a_prompt_is_read_and_told_of_as_well() {
    let config = MediaEngineConfig::default().io_threads(0).pin_threads(false).lock_memory(false);
    let engine = media_core::MediaEngine::start(config.realtime_priority(None).max_sessions(8usize)).unwrap();
    let events = engine.handle().subscribe();
    let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000)).wait().unwrap();
    let path = std::env::temp_dir().join(format!("media-core-play-{}-thread.wav", std::process::id()));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(&path, spec).unwrap();
    (0..4_000i16).for_each(|n| file.write_sample(n).unwrap());
    file.finalize().unwrap();
    let playback = bot.play(Prompt::file(&path)).wait().unwrap();
    let finished = loop {
        let event = events.next_within(Duration::from_secs(60)).expect("it is told of");
        if let EventKind::PlaybackFinished(report) = event.kind {
            break report;
        }
    };
    assert_eq!((finished.playback, finished.end, finished.samples), (playback.id(), PlaybackEnd::Complete, 4_000));
    std::fs::remove_file(&path).unwrap();
    engine.stop().unwrap();
}
