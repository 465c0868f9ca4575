//! Pure: two halves of a press are one, two presses are two.

use crate::codec::audio::dtmf::TelephoneEvent;
use crate::types::TickNumber;
use crate::worker::leg::digits::press::{Presses, Way};

/// Digit, way, and when it begins and ends, in blocks: which ones are told.
fn told(halves: &[(char, Way, u64, u64)]) -> Vec<bool> {
    let mut order: Vec<(u64, usize, bool)> = Vec::new();
    for (n, (_, _, begin, end)) in halves.iter().enumerate() {
        order.extend([(*begin, n, true), (*end, n, false)]);
    }
    order.sort_by_key(|(at, _, begins)| (*at, *begins));
    let (mut presses, mut told, mut ended) = (Presses::default(), vec![false; halves.len()], vec![false; halves.len()]);
    for (at, n, begins) in order {
        let (digit, way, ..) = halves[n];
        if begins {
            told[n] = presses.begin(TelephoneEvent::from_char(digit).unwrap(), way, TickNumber(at));
        } else {
            ended[n] = presses.end(way);
        }
    }
    assert_eq!(told, ended, "a begin and its end are told alike");
    told
}

#[test]
fn a_press_that_comes_both_ways_is_told_by_the_first() {
    use Way::{Event, Tone};
    assert_eq!(told(&[('1', Event, 0, 10), ('1', Tone, 8, 18)]), [true, false]);
    assert_eq!(told(&[('1', Tone, 0, 10), ('1', Event, 4, 14)]), [true, false]);
    // Dialled by a machine, 50 ms on and 50 off, with a lag longer than that.
    let fast = [('9', Event, 0, 5), ('9', Event, 10, 15), ('9', Tone, 16, 21), ('9', Tone, 26, 31)];
    assert_eq!(told(&fast), [true, true, false, false]);
}

#[test]
fn other_digits_other_times_and_further_presses_are_their_own() {
    use Way::{Event, Tone};
    assert_eq!(told(&[('1', Event, 0, 10), ('2', Tone, 8, 18)]), [true, true]);
    assert_eq!(told(&[('1', Event, 0, 10), ('1', Tone, 60, 70)]), [true, true]);
    assert_eq!(told(&[('1', Tone, 0, 10), ('1', Tone, 20, 30), ('1', Tone, 40, 50)]), [true; 3]);
    assert_eq!(told(&[('1', Event, 0, 10), ('1', Tone, 8, 18), ('1', Tone, 28, 38)]), [true, false, true]);
}
