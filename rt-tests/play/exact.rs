//! What is sent of a prompt, to the sample.

use super::*;

#[test]
fn a_prompt_is_sent_from_its_first_sample_to_its_last() {
    let _alone = alone();
    for samples in [4_000, 80, 79, 1] {
        let mut call = Call::new();
        let said = noise(samples, 1);
        let playback = call.play(Prompt::samples(said.clone(), 8_000));
        call.run(1_000);
        let heard = call.phone.heard();
        assert!(heard.starts_with(&mu_law(&said)), "{samples} samples");
        // Not more than what fills its last packet, and that is silence.
        assert_eq!(heard.len(), samples.next_multiple_of(160));
        assert!(heard[samples..].iter().all(|octet| *octet == 0xff), "{:?}", &heard[samples..]);
        let report = call.ends();
        assert_eq!(report.len(), 1, "{:?}", call.told);
        let (end, place) = ((report[0].playback, report[0].end), (report[0].samples, report[0].rounds));
        assert_eq!((end, place), ((playback.id(), PlaybackEnd::Complete), (samples as u64, 0)));
        assert_eq!(call.of_prompts()[0], EventKind::PlaybackStarted(playback.id()));
        call.end();
    }
}

#[test]
fn parts_and_rounds_follow_on_each_other_without_a_gap() {
    let _alone = alone();
    let mut call = Call::new();
    let (one, two) = (noise(333, 1), noise(1_001, 2));
    let parts = [
        PromptPart::samples(one.clone(), 8_000),
        PromptPart::silence(Duration::from_millis(25)),
        PromptPart::samples(two.clone(), 8_000),
    ];
    call.play(Prompt::list(parts).times(3).gain(Gain::linear(0.5).unwrap()));
    call.run(1_500);
    let round = [one, vec![0.0; 200], two].concat();
    let said: Vec<f32> = round.iter().map(|x| x * 0.5).cycle().take(3 * round.len()).collect();
    assert!(call.phone.heard().starts_with(&mu_law(&said)));
    let report = call.ends()[0];
    assert_eq!((report.samples, report.rounds, report.end), (round.len() as u64, 2, PlaybackEnd::Complete));
    assert_eq!(report.position, Duration::from_micros(round.len() as u64 * 125));
    call.end();
}

#[test]
fn one_that_is_played_for_ever_is_played_until_it_is_stopped_and_where_is_told() {
    let _alone = alone();
    let mut call = Call::new();
    let said = noise(1_003, 3);
    let playback = call.play(Prompt::samples(said.clone(), 8_000).forever());
    call.run(10_000);
    let stopped = playback.stop();
    call.done(stopped);
    call.run(200);
    let endless = mu_law(&said.iter().copied().cycle().take(100_000).collect::<Vec<_>>());
    let heard = call.phone.heard();
    let same = heard.iter().zip(&endless).take_while(|(a, b)| a == b).count();
    let report = call.ends()[0];
    let reached = u64::from(report.rounds) * 1_003 + report.samples;
    assert_eq!((report.end, report.playback), (PlaybackEnd::Stopped, playback.id()));
    assert!((80_000..82_000).contains(&reached), "{report:?}");
    // The last block is faded out: some of its first samples are nearly what they were.
    assert!(reached as usize - 80 <= same && same < reached as usize, "{same} as said, {report:?}");
    let last = &heard[reached as usize - 80..reached as usize];
    assert_eq!(last, mu_law(&faded(&said, reached as usize - 80, |n| 1.0 - (n + 1) as f32 / 80.0)));
    assert!(heard[reached as usize..].iter().all(|octet| *octet == 0xff));
    call.end();
}

/// 80 samples of endless `said` from `from` on, by a gain of each.
fn faded(said: &[f32], from: usize, gain: impl Fn(usize) -> f32) -> Vec<f32> {
    said.iter().copied().cycle().skip(from).take(80).enumerate().map(|(n, x)| x * gain(n)).collect()
}

#[test]
fn one_that_begins_in_its_midst_and_one_that_is_sought_in_go_on_from_the_sample() {
    let _alone = alone();
    let mut call = Call::new();
    let said = noise(24_000, 4);
    let start = Duration::from_micros(8_001 * 125);
    let playback = call.play(Prompt::samples(said.clone(), 8_000).start_at(start));
    call.run(300);
    let heard = call.phone.heard();
    assert_eq!(heard[..80], mu_law(&faded(&said, 8_001, |n| (n + 1) as f32 / 80.0)), "faded in");
    assert_eq!(heard[80..], mu_law(&said[8_081..8_001 + heard.len()]));
    let sought = playback.seek(Duration::from_millis(2_500));
    call.done(sought);
    call.run(1_000);
    let heard = call.phone.heard();
    let last = mu_law(&said[20_080..]);
    let at = found(&heard, &last).expect("from behind its fade to its end");
    let before = &heard[..at - 160];
    assert_eq!(before[80..], mu_law(&said[8_081..8_001 + before.len()]), "and up to its fade what was before");
    let report = call.ends()[0];
    assert_eq!((call.ends().len(), report.samples, report.end), (1, 24_000, PlaybackEnd::Complete));
    assert_eq!(call.of_prompts().len(), 2, "begun once: {:?}", call.told);
    call.end();
}

#[test]
fn one_that_is_paused_goes_on_where_it_was() {
    let _alone = alone();
    let mut call = Call::new();
    let said = noise(8_000, 5);
    let playback = call.play(Prompt::samples(said.clone(), 8_000));
    call.run(300);
    let paused = playback.pause();
    call.done(paused);
    call.run(400);
    let half = call.phone.heard().len();
    let resumed = playback.resume();
    call.done(resumed);
    call.run(1_500);
    let heard = call.phone.heard();
    let plain = mu_law(&said);
    let before = heard.iter().zip(&plain).take_while(|(a, b)| a == b).count() / 80 * 80;
    assert!((2_000..3_200).contains(&before), "{before}");
    assert_eq!(heard[before..before + 80], mu_law(&faded(&said, before, |n| 1.0 - (n + 1) as f32 / 80.0)));
    assert!(heard[before + 80..half].iter().all(|octet| *octet == 0xff), "silence meanwhile, and a stream");
    let behind = found(&heard, &plain[before + 160..]).expect("the rest of it");
    assert!(behind > half && (behind - before).is_multiple_of(80), "{before} {half} {behind}");
    assert_eq!(heard[behind - 80..behind], mu_law(&faded(&said, before + 80, |n| (n + 1) as f32 / 80.0)));
    assert_eq!(call.ends()[0].samples, 8_000);
    let over = playback.pause();
    let over = call.engine.complete(over).unwrap_err();
    assert_eq!(over, PlaybackError::Over(playback.id()).into());
    call.end();
}

#[test]
fn one_in_place_of_another_begins_where_that_is_faded_out() {
    let _alone = alone();
    let mut call = Call::new();
    let (one, two) = (noise(8_000, 6), noise(2_000, 7));
    let first = call.play(Prompt::samples(one.clone(), 8_000));
    call.run(300);
    let second = call.play(Prompt::samples(two.clone(), 8_000));
    call.run(600);
    let heard = call.phone.heard();
    let at = found(&heard, &mu_law(&two)).expect("the second, whole");
    assert_eq!(heard[..at - 80], mu_law(&one[..at - 80]));
    let ends: Vec<_> = call.ends().iter().map(|report| (report.playback, report.end, report.samples)).collect();
    let expected =
        [(first.id(), PlaybackEnd::Replaced, at as u64), (second.id(), PlaybackEnd::Complete, two.len() as u64)];
    assert_eq!(ends, expected);
    let begun = EventKind::PlaybackStarted(second.id());
    let of_prompts = call.of_prompts();
    assert!(matches!(of_prompts[1], EventKind::PlaybackFinished(_)) && of_prompts[2] == begun, "{of_prompts:?}");
    call.end();
}

#[test]
fn samples_of_other_rates_come_in_time_and_as_long_as_they_are() {
    let _alone = alone();
    for hz in [16_000, 24_000, 48_000, 11_025, 22_050, 44_100, 96_000] {
        let mut call = Call::new();
        let sine = |n: usize, hz: f64| 0.5 * (n as f64 * std::f64::consts::TAU * 1_013.0 / hz).sin() as f32;
        let said: Vec<f32> = (0..hz as usize).map(|n| sine(n, f64::from(hz))).collect();
        call.play(Prompt::samples(said, hz));
        call.run(1_500);
        let heard = linear(&call.phone.heard());
        assert_eq!((call.ends()[0].samples, heard.len()), (8_000, 8_000), "{hz}");
        // In phase with what was said: no delay is left, to a tenth of a sample.
        let worst = (100..7_900).map(|n| (heard[n] - sine(n, 8_000.0)).abs()).fold(0.0, f32::max);
        assert!(worst < 0.06, "{hz}: {worst}");
        call.end();
    }
}
