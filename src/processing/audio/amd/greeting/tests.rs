//! Pure: verdicts on words and pauses of known lengths.

use super::{AmdCause, AmdParams, AnsweredBy, Greeting};
use AmdCause::{AfterGreetingSilence, InitialSilence, LongGreeting, MaximumWords, TooLong};
use AnsweredBy::{Human, Machine, NotSure};

/// The verdict on silence and speech by turns, in ms, and ms since the greeting's begin.
fn verdict(params: AmdParams, turns: &[u32]) -> (AnsweredBy, AmdCause, u32) {
    let mut greeting = Greeting::new(params);
    let blocks = turns.iter().enumerate().flat_map(|(n, ms)| std::iter::repeat_n(n % 2 == 1, *ms as usize / 10));
    for speaks in blocks.chain(std::iter::repeat_n(false, 2_000)) {
        let (voice, level) = if speaks { (0.9, -25.0) } else { (0.1, -70.0) };
        if let Some((by, cause)) = greeting.update(voice, level) {
            return (by, cause, greeting.times_ms().1);
        }
    }
    panic!("no verdict on {turns:?}");
}

fn default(turns: &[u32]) -> (AnsweredBy, AmdCause, u32) {
    verdict(AmdParams::default(), turns)
}

#[test]
fn who_greets_and_waits_is_a_human_and_who_talks_on_a_machine() {
    assert!(matches!(default(&[300, 400]), (Human, AfterGreetingSilence, 950..=1_050)));
    assert!(matches!(default(&[300, 250, 200, 400]), (Human, AfterGreetingSilence, 1_380..=1_480)), "hello? it is me");
    assert_eq!(default(&[300, 1_100]).0, Human);
    assert!((1_400..1_650).contains(&default(&[300, 1_100]).2), "sooner once it is late");
    assert_eq!(default(&[300, 4_000]), (Machine, LongGreeting, 1_400));
    assert_eq!(default(&[300, 500, 400, 3_000]), (Machine, LongGreeting, 1_400), "hi. you have reached");
    let (by, cause, late) = default(&[300, 1_150, 350, 3_000]);
    assert!((by, cause) == (Machine, LongGreeting) && late > 1_400, "the end came in a pause: {late}");
}

#[test]
fn silence_words_and_time_decide_too() {
    assert_eq!(default(&[]), (Machine, InitialSilence, 0));
    let words = &[200, 150, 100, 150, 100, 150, 100, 150, 100, 150];
    assert!(matches!(default(words), (Machine, MaximumWords, 1_050..=1_200)));
    let patient = AmdParams::default().after_greeting_silence_ms(5_000).greeting_ms(20_000).total_analysis_ms(2_000);
    assert!(matches!(verdict(patient, &[300, 400]), (NotSure, TooLong, 1_650..=1_750)));
}

#[test]
fn a_click_is_no_greeting_and_ends_no_silence() {
    assert!(matches!(default(&[300, 60, 500, 400]), (Human, AfterGreetingSilence, 950..=1_050)));
    assert_eq!(default(&[300, 400, 300, 60]).0, Human);
    assert_eq!(default(&[300, 60]), (Machine, InitialSilence, 0));
}

#[test]
fn what_is_far_fainter_than_the_voice_is_a_pause_however_sure_the_detector_is() {
    let mut greeting = Greeting::new(AmdParams::default());
    let levels = std::iter::repeat_n(-25.0, 40).chain(std::iter::repeat_n(-50.0, 100));
    let verdict = levels.enumerate().find_map(|(n, level)| Some((n, greeting.update(0.9, level)?)));
    assert!(matches!(verdict, Some((95..=110, (Human, AfterGreetingSilence)))), "{verdict:?}");
}
