//! Who answered, human or machine, and when the machine has beeped: greetings made here, through the handle.

use super::support::random::Random;
use super::support::speech::talker;
use super::*;
use media_core::processing::{AmdCause, AmdEvent, AmdParams, AnsweredBy};

/// What is told of a party that sounds like this from the moment on in which it is asked.
fn told(line: &mut Line, pcm: Vec<f32>, params: Option<AmdParams>) -> Vec<AmdEvent> {
    let time = pcm.len() as u64 / 8 + 500;
    let pending = line.near.set_answering_machine_detection(params);
    line.done(pending);
    line.told();
    line.play(Prompt::samples(pcm, 8_000));
    line.run(time);
    let all = line.told();
    all.iter().filter_map(|kind| if let EventKind::Amd(event) = kind { Some(*event) } else { None }).collect()
}

fn verdict(events: &[AmdEvent]) -> Option<(AnsweredBy, AmdCause, u32)> {
    events.iter().find_map(|event| match *event {
        AmdEvent::Answered { by, cause, greeting_ms, .. } => Some((by, cause, greeting_ms)),
        _ => None,
    })
}

/// Somebody who says something for so long without a pause.
fn says(number: u64, seconds: f64) -> Vec<f32> {
    let voice: Vec<f32> = talker(number, 2.0 * seconds as f32 + 3.0).into_iter().filter(|x| *x != 0.0).collect();
    voice[..(seconds * 8_000.0) as usize].to_vec()
}

fn pause(seconds: f64) -> Vec<f32> {
    samples(seconds, |_| 0.0)
}

fn beep(hz: f64, seconds: f64) -> Vec<f32> {
    samples(seconds, |t| 0.1 * sine(hz, t))
}

/// Over a line with a little noise.
fn on_a_line(pcm: &[f32], random: &mut Random) -> Vec<f32> {
    pcm.iter().map(|x| x + 1e-3 * (random.below(2_001) as f32 / 1_000.0 - 1.0)).collect()
}

#[test]
fn a_human_greets_and_waits_and_a_machine_talks_on_and_beeps_behind_every_codec() {
    let _alone = alone();
    let mut random = Random(1);
    for format in codecs() {
        let mut line = Line::of(&format);
        let human = on_a_line(&[pause(0.5), says(1, 0.6), pause(3.0)].concat(), &mut random);
        let events = told(&mut line, human, Some(AmdParams::default()));
        let (by, cause, after) = verdict(&events).expect("a verdict");
        assert_eq!((by, cause, events.len()), (AnsweredBy::Human, AmdCause::AfterGreetingSilence, 1), "{format:?}");
        assert!((1_000..=1_500).contains(&after), "{format:?}: {after} ms");
        // To begin anew it is taken away first.
        let nothing = told(&mut line, says(2, 2.0), None);
        assert_eq!(nothing, [], "{format:?}: nobody asked");
        let machine = [pause(0.6), says(2, 0.9), pause(0.2), says(3, 4.0), pause(0.6), beep(1_000.0, 0.4), pause(1.0)];
        let machine = on_a_line(&machine.concat(), &mut random);
        let events = told(&mut line, machine, Some(AmdParams::default()));
        let found = verdict(&events).expect("a verdict");
        assert_eq!((found.0, found.1), (AnsweredBy::Machine, AmdCause::LongGreeting), "{format:?}");
        assert!(found.2 <= 1_500, "{format:?}: {} ms", found.2);
        let [_, AmdEvent::BeepEnded { hz, length_ms }] = events[..] else { panic!("{format:?}: {events:?}") };
        assert!((980..=1_020).contains(&hz) && (370..=430).contains(&length_ms), "{format:?}: {hz} Hz {length_ms} ms");
        line.end();
    }
}

#[test]
fn the_end_of_the_beep_is_told_within_60_ms_of_it() {
    let mut line = Line::of(&AudioFormat::pcmu());
    let pending = line.near.set_answering_machine_detection(Some(AmdParams::default()));
    line.done(pending);
    let greeting = [pause(0.3), says(7, 3.0), pause(0.5), beep(1_400.0, 0.5)].concat();
    let length = greeting.len() as u64 / 8;
    let from = line.engine.now();
    line.play(Prompt::samples([greeting, pause(2.0)].concat(), 8_000));
    line.run(length + 1_000);
    let at = std::iter::from_fn(|| line.events.try_next())
        .find(|event| matches!(event.kind, EventKind::Amd(AmdEvent::BeepEnded { .. })))
        .expect("a beep")
        .at;
    let late = (at.as_nanos() - from.as_nanos()) as i64 / 1_000_000 - length as i64;
    // The packets' way, the jitter buffer, and 30 ms to be sure.
    println!("told {late} ms after its end was sent");
    assert!((0..=160).contains(&late), "{late} ms");
    line.end();
}

#[test]
fn silence_counts_by_the_clock_whether_packets_come_or_not() {
    for silent in [true, false] {
        let mut line = if silent {
            Line::new(&MediaSessionParams::new(AudioFormat::pcmu()))
        } else {
            Line::of(&AudioFormat::pcmu())
        };
        let pending = line.near.set_answering_machine_detection(Some(AmdParams::default()));
        line.done(pending);
        line.run(2_400);
        assert_eq!(line.told().iter().filter(|kind| matches!(kind, EventKind::Amd(_))).count(), 0);
        line.run(300);
        let told = line.told();
        let silence = |kind: &EventKind| {
            let EventKind::Amd(AmdEvent::Answered { by, cause, after_ms, .. }) = *kind else { return false };
            (by, cause, after_ms) == (AnsweredBy::Machine, AmdCause::InitialSilence, 2_500)
        };
        assert!(told.iter().any(silence), "{told:?}");
        line.end();
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    let mut line = Line::of(&AudioFormat::pcmu());
    for params in [
        AmdParams::default().greeting_ms(0),
        AmdParams::default().maximum_number_of_words(0),
        AmdParams::default().beep_within_ms(700_000),
    ] {
        let pending = line.near.set_answering_machine_detection(Some(params));
        assert!(line.engine.complete(pending).is_err(), "{params:?}");
    }
    line.end();
}

/// Calls with seeds that nothing was chosen on. Made by program: see PERFORMANCE.md for recordings.
#[test]
fn of_sixty_made_calls_at_least_95_in_100_are_judged_right_and_soon() {
    let (mut right, mut soon, mut confusion) = (0, 0, [[0; 3]; 2]);
    let calls = 60;
    for seed in 0..calls {
        let mut random = Random(9_000 + seed);
        let mut between = |low: f64, high: f64| low + (high - low) * random.below(1_000) as f64 / 1_000.0;
        let human = seed % 2 == 0;
        let mut pcm = pause(between(0.2, 1.2));
        if human {
            pcm.extend(says(500 + seed, between(0.25, 0.9)));
        } else {
            for _ in 0..4 {
                pcm.extend(says(500 + seed, between(0.5, 2.0)));
                pcm.extend(pause(between(0.1, 0.4)));
            }
        }
        let gain = 10f32.powf(between(-18.0, 3.0) as f32 / 20.0);
        pcm.extend(pause(2.5));
        let pcm: Vec<f32> = pcm.iter().map(|x| x * gain).collect();
        let mut line = Line::of(&AudioFormat::pcma());
        let events = told(&mut line, on_a_line(&pcm, &mut random), Some(AmdParams::default()));
        let (by, _, after) = verdict(&events).expect("a verdict");
        let column =
            [AnsweredBy::Human, AnsweredBy::Machine, AnsweredBy::NotSure].iter().position(|b| *b == by).unwrap();
        confusion[usize::from(!human)][column] += 1;
        right += usize::from(column == usize::from(!human));
        soon += usize::from(after <= 1_500);
        line.end();
    }
    println!(
        "human, machine, not sure: of humans {:?}, of machines {:?}; {soon} within 1.5 s",
        confusion[0], confusion[1]
    );
    assert!(right >= 57 && soon >= 54, "{confusion:?}, {soon} within 1.5 s");
}
