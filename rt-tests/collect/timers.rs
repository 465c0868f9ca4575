//! Timers, on the engine's clock: late by two ticks at most, never early.

use super::*;

pub fn on_time(at: MediaTime, from: MediaTime, limit: Duration) {
    let late = at.nanos_since(from) as i64 - limit.as_nanos() as i64;
    assert!((0..=20_000_000).contains(&late), "{late} ns late");
}

#[test]
fn who_presses_nothing_is_told_of_in_time() {
    let _alone = alone();
    for limit in [ms(10), ms(250), ms(5_000)] {
        let mut call = Call::new(true);
        // What is taken is in the tick before its answer.
        let before = call.engine.now();
        let (collection, after) = call.collect(CollectParams::new(4).first_digit_timeout(limit));
        call.run(6_000);
        let (digits, end, at) = call.one(&collection);
        assert_eq!((digits.as_str(), end), ("", CollectEnd::FirstDigitTimeout));
        assert!(at.nanos_since(before) >= limit.as_nanos() as u64);
        assert!(at.nanos_since(after) <= limit.as_nanos() as u64 + 20_000_000);
        call.end();
    }
}

#[test]
fn a_further_digit_has_its_time_from_the_end_of_the_one_before_on() {
    let _alone = alone();
    for by in [Keys::Events, Keys::Tones] {
        let mut call = Call::new(by == Keys::Events);
        let (collection, _) = call.collect(CollectParams::new(4).inter_digit_timeout(ms(700)));
        // A key that is held for longer than the timer, and pauses that are shorter.
        call.press('1', by, 1_000, 500);
        call.press('2', by, 100, 500);
        call.run(1_500);
        let (digits, end, at) = call.one(&collection);
        assert_eq!((digits.as_str(), end), ("12", CollectEnd::InterDigitTimeout), "{by:?}");
        let last = call.told.iter().rfind(|event| matches!(event.kind, EventKind::Digit(_))).unwrap().at;
        on_time(at, last, ms(700));
        call.end();
    }
}

#[test]
fn the_first_timer_waits_for_a_key_that_is_down() {
    let _alone = alone();
    let mut call = Call::new(true);
    let (collection, _) = call.collect(CollectParams::new(1).first_digit_timeout(ms(300)));
    call.run(200);
    call.press('5', Keys::Events, 600, 100);
    let (digits, end, _) = call.one(&collection);
    assert_eq!((digits.as_str(), end), ("5", CollectEnd::Complete));
    call.end();
}

#[test]
fn all_of_it_may_take_so_long_whatever_is_pressed_or_played() {
    let _alone = alone();
    let mut call = Call::new(true);
    let params = CollectParams::new(32).total_timeout(ms(1_500));
    let prompt = media_core::Prompt::samples(vec![0.1; 800], 8_000).forever();
    let (collection, from) = call.collect(params.clone().prompt(prompt));
    call.run(2_000);
    let (digits, end, at) = call.one(&collection);
    assert_eq!((digits.as_str(), end), ("", CollectEnd::TotalTimeout));
    assert!(at.nanos_since(from) <= 1_520_000_000);
    let stopped = |event: &MediaEvent| matches!(event.kind, EventKind::PlaybackFinished(report) if report.end == media_core::PlaybackEnd::Stopped);
    assert!(call.told.iter().any(stopped), "its prompt ends with it");
    call.told.clear();
    let (collection, _) = call.collect(params);
    call.type_in("1234567", Keys::Events);
    let (digits, end, _) = call.one(&collection);
    assert_eq!(end, CollectEnd::TotalTimeout);
    assert!("1234567".starts_with(&digits) && digits.len() > 3, "{digits}");
    call.end();
}
