//! Pure: digits and timers of a collection, in the order of their times.

use super::*;

fn at(ms: u64) -> MediaTime {
    MediaTime::ZERO + Duration::from_millis(ms)
}

fn key(c: char) -> TelephoneEvent {
    TelephoneEvent::from_char(c).unwrap()
}

fn collecting(params: &CollectParams, held: bool) -> Collecting {
    Collecting::new(CollectionId(1), params, vec![key('#')], at(0), held)
}

fn params() -> CollectParams {
    CollectParams::new(3).first_digit_timeout(Duration::from_secs(5)).inter_digit_timeout(Duration::from_secs(2))
}

#[test]
fn it_is_complete_with_its_last_digit_or_by_a_terminator() {
    let mut one = collecting(&params(), false);
    assert_eq!((one.take(key('1'), at(10)), one.take(key('2'), at(20))), (None, None));
    assert_eq!(one.take(key('3'), at(30)), Some(CollectEnd::Complete));
    let mut two = collecting(&params(), false);
    two.take(key('*'), at(10));
    assert_eq!(two.take(key('#'), at(20)), Some(CollectEnd::Terminator(key('#'))));
    assert_eq!((one.digits.as_str(), two.digits.as_str()), ("123", "*"));
}

#[test]
fn the_first_digit_has_its_time_from_the_end_of_the_prompt_on() {
    let mut one = collecting(&params(), false);
    assert_eq!((one.run_out(at(4_999)), one.run_out(at(5_000))), (None, Some(CollectEnd::FirstDigitTimeout)));
    one.prompt = Some(PlaybackId(7));
    assert_eq!(one.run_out(at(60_000)), None);
    one.prompt_over(PlaybackId(6), at(60_000));
    assert_eq!(one.run_out(at(90_000)), None, "another's prompt");
    one.prompt_over(PlaybackId(7), at(100_000));
    assert_eq!((one.run_out(at(104_999)), one.run_out(at(105_000))), (None, Some(CollectEnd::FirstDigitTimeout)));
}

#[test]
fn a_further_digit_has_its_time_from_the_end_of_the_one_before_on() {
    let mut one = collecting(&params(), false);
    one.prompt = Some(PlaybackId(7));
    one.press(at(3_000));
    one.take(key('1'), at(3_200));
    // The prompt that it interrupts is over a little later: that restarts nothing, and holds nothing up.
    assert_eq!(one.run_out(at(5_200)), Some(CollectEnd::InterDigitTimeout));
    one.prompt_over(PlaybackId(7), at(3_500));
    assert_eq!((one.run_out(at(5_199)), one.run_out(at(5_200))), (None, Some(CollectEnd::InterDigitTimeout)));
}

#[test]
fn no_timer_runs_out_while_a_key_is_down_but_the_total_one() {
    let total = params().total_timeout(Duration::from_secs(14));
    for params in [params(), total] {
        let mut one = collecting(&params, false);
        one.press(at(4_990));
        assert_eq!(
            (one.run_out(at(13_999)), params.total_timeout.and(one.run_out(at(14_000)))),
            (None, params.total_timeout.map(|_| CollectEnd::TotalTimeout))
        );
        // Its end is never told.
        assert!(one.run_out(at(14_990)).is_some());
        one.take(key('1'), at(9_000));
        assert_eq!((one.run_out(at(10_999)), one.run_out(at(11_000))), (None, Some(CollectEnd::InterDigitTimeout)));
    }
}

#[test]
fn a_press_that_is_under_way_counts_unless_what_was_typed_ahead_is_dropped() {
    let mut counts = collecting(&params(), true);
    let mut drops = collecting(&params().discard_typed_ahead(), true);
    for one in [&mut counts, &mut drops] {
        assert_eq!(one.run_out(at(9_999)), None);
        assert_eq!(one.take(key('5'), at(9_999)), None);
    }
    assert_eq!((counts.digits.as_str(), drops.digits.as_str()), ("5", ""));
    // The next press is its own, whether the end of the one before was told or not.
    let mut lost = collecting(&params().discard_typed_ahead(), true);
    lost.press(at(100));
    lost.take(key('6'), at(200));
    assert_eq!(lost.digits.as_str(), "6");
}
