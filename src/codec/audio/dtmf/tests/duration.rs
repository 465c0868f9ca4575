//! Pure: how long a press is said to have lasted, in segments and clocks of all kinds; and several reports in a payload.

use super::super::*;
use super::odd_sender::Odd;
use crate::types::MediaTime;

#[test]
fn segments_and_a_duration_that_stops_or_runs_over_are_one_long_press() {
    for kind in 0..4 {
        let (mut odd, mut segment) = (Odd::new(), 0u32);
        for k in 1..=900u32 {
            if kind < 2 && k * 160 - segment > 0xffff {
                segment += 0xffff;
            }
            let duration = match kind {
                0 | 1 => k * 160 - segment,
                2 => (k * 160).min(0xffff),
                _ => (k * 160) & 0xffff,
            };
            odd.send(segment, k == 1 || kind == 1, '8', false, duration as u16);
            odd.wait(20);
        }
        let duration = if kind == 2 { 0xffff } else { (144_000 - segment) & 0xffff };
        (0..3).for_each(|_| odd.send(segment, false, '8', true, duration as u16));
        assert_eq!(odd.told.len(), 1, "{kind}");
        assert_eq!(odd.told[0].1, if kind == 2 { 8_192 } else { 18_000 }, "{kind}");
        assert_eq!(odd.text(), "8");
    }
}

#[test]
fn durations_of_nothing_and_of_another_clock_are_measured_by_our_own() {
    let mut odd = Odd::new();
    (0..5).for_each(|k| {
        odd.send(0, k == 0, '6', false, 0);
        odd.wait(20);
    });
    (0..3).for_each(|_| odd.send(0, false, '6', true, 0));
    assert_eq!(odd.told, [('6', 100, false)]);
    // Opus with telephone-event/8000: 960 for 20 ms, as the audio's timestamps have it.
    for (unit, moves) in [(960, 0), (160, 0), (960, 960), (160, 960)] {
        let mut odd = Odd::at(EventClock::mixed(8_000, 48_000));
        for (n, digit) in "11223".chars().enumerate() {
            let start = n as u32 * 26_880;
            for k in 1..=13u16 {
                odd.send(start + moves * u32::from(k - 1), k == 1, digit, false, k * unit);
                odd.wait(20);
            }
            (0..3).for_each(|_| odd.send(start + moves * 12, false, digit, true, 13 * unit));
            odd.wait(300);
        }
        assert!(odd.told.iter().all(|(_, ms, lost)| *ms == 260 && !lost), "{unit} {moves}: {:?}", odd.told);
        assert_eq!(odd.text(), "11223", "{unit} {moves}");
    }
}

#[test]
fn several_reports_in_a_payload_are_several_events_and_padding_is_none() {
    let report = |digit, end, duration| {
        let event = TelephoneEvent::from_char(digit).unwrap();
        EventPayload { event, end, volume: 10, duration }.write()
    };
    let told = |payloads: &[Vec<u8>]| {
        let mut odd = Odd::new();
        for (n, payload) in payloads.iter().enumerate() {
            let at = MediaTime::from_millis(odd.ms);
            let arrival = EventArrival { sequence: Some(n as u16), timestamp: 0, marker: n == 0, at };
            let notices = odd.receiver.insert(arrival, payload).unwrap();
            notices.iter().for_each(|notice| odd.note(notice));
            odd.wait(20);
        }
        odd.text()
    };
    let both = [report('4', true, 400), report('2', true, 480)].concat();
    assert_eq!(told(&[both.clone(), both.clone(), both]), "42");
    let padded = |end| [report('3', end, 800), [0; 4]].concat();
    assert_eq!(told(&[padded(false), padded(true), padded(true)]), "3");
    let odd_octets = [report('3', true, 800).as_slice(), &[7, 0x8a]].concat();
    assert_eq!(told(&[odd_octets.clone(), odd_octets]), "3");
}
