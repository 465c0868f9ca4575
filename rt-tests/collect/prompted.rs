//! A prompt meanwhile, and what was typed ahead.

use super::*;
use media_core::{PlaybackEnd, PlaybackReport, Prompt};

fn menu() -> Prompt {
    Prompt::samples(vec![0.1; 16_000], 8_000)
}

fn ends(call: &Call) -> Vec<PlaybackReport> {
    let end = |event: &MediaEvent| match event.kind {
        EventKind::PlaybackFinished(report) => Some(report),
        _ => None,
    };
    call.told.iter().filter_map(end).collect()
}

#[test]
fn the_first_digit_ends_the_prompt_and_the_time_for_it_begins_behind_that() {
    let _alone = alone();
    let mut call = Call::new(true);
    let params = CollectParams::new(2).first_digit_timeout(ms(500)).prompt(menu());
    let (first, _) = call.collect(params.clone());
    call.run(1_000);
    call.type_in("42", Keys::Events);
    assert_eq!((call.one(&first).0, ends(&call)[0].end), ("42".into(), PlaybackEnd::InterruptedByDigit));
    assert!((7_500..8_500).contains(&ends(&call)[0].samples), "as it goes down: {:?}", ends(&call));
    call.told.clear();
    // Two seconds of prompt, and half a second.
    let (second, _) = call.collect(params);
    call.run(3_000);
    let (digits, end, at) = call.one(&second);
    assert_eq!((digits.as_str(), end), ("", CollectEnd::FirstDigitTimeout));
    assert_eq!(ends(&call)[0].end, PlaybackEnd::Complete);
    let over = |event: &&MediaEvent| matches!(event.kind, EventKind::PlaybackFinished(_));
    let over = call.told.iter().find(over).unwrap().at;
    timers::on_time(at, over, ms(500));
    call.end();
}

#[test]
fn what_cannot_be_played_does_not_end_it() {
    let _alone = alone();
    let mut call = Call::new(true);
    let (collection, _) =
        call.collect(CollectParams::new(1).first_digit_timeout(ms(500)).prompt(Prompt::file("/no/such.wav")));
    call.run(200);
    assert!(matches!(ends(&call)[0].end, PlaybackEnd::Failed(_)));
    call.type_in("3", Keys::Events);
    assert_eq!(call.one(&collection).0, "3");
    call.end();
}

#[test]
fn what_was_typed_ahead_counts_or_is_dropped() {
    let _alone = alone();
    // All of it typed ahead, and more: the rest waits.
    let mut call = Call::new(true);
    call.type_in("12#9", Keys::Events);
    let (collection, _) = call.collect(CollectParams::new(4).terminators("#").prompt(menu()));
    call.run(100);
    let (digits, end, _) = call.one(&collection);
    assert_eq!((digits.as_str(), end, ends(&call).len()), ("12", terminator('#'), 0));
    // Some of it: the prompt is not played, and the time for a further one runs.
    call.told.clear();
    let (collection, _) = call.collect(CollectParams::new(2).prompt(menu()));
    call.type_in("7", Keys::Events);
    assert_eq!((call.one(&collection).0, ends(&call).len(), call.left()), ("97".into(), 0, String::new()));
    // Dropped.
    call.type_in("55", Keys::Events);
    call.told.clear();
    let (collection, _) = call.collect(CollectParams::new(2).discard_typed_ahead().prompt(menu()));
    call.run(300);
    call.type_in("81", Keys::Events);
    assert_eq!((call.one(&collection).0, ends(&call).len()), ("81".into(), 1));
    call.end();
}

#[test]
fn a_key_that_is_down_as_it_begins_counts_or_is_dropped() {
    let _alone = alone();
    for discards in [false, true] {
        let mut call = Call::new(true);
        let mut sender = EventSender::new(EventClock::new(8_000), 20);
        sender.send(TelephoneEvent::from_char('3').unwrap(), 400, 10).unwrap();
        (0..10).for_each(|_| call.key_packet(&mut sender, Some('3'), Keys::Events));
        let params = CollectParams::new(2).prompt(menu());
        let params = if discards { params.discard_typed_ahead() } else { params };
        assert!(!call.told.iter().any(|event| matches!(event.kind, EventKind::Digit(_))), "it is down");
        let (collection, _) = call.collect(params);
        (0..20).for_each(|_| call.key_packet(&mut sender, None, Keys::Events));
        call.type_in("81", Keys::Events);
        call.run(3_500);
        let (digits, end, _) = call.one(&collection);
        let expected = if discards { "81" } else { "38" };
        assert_eq!((digits.as_str(), end), (expected, CollectEnd::Complete), "{discards}");
        assert_eq!(ends(&call).len(), usize::from(discards), "a key that is down interrupts the prompt");
        call.end();
    }
}
