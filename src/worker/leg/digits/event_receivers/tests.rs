//! Pure: telephone events of a source that changes in the midst of a press, or between two.

use super::EventReceivers;
use crate::codec::audio::dtmf::{EventArrival, EventClock, EventNotice, EventPayload, TelephoneEvent};
use crate::types::MediaTime;

/// A packet: its SSRC is another than that of the one before, number, timestamp, digit, duration, end.
type Packet = (bool, u16, u32, char, u16, bool);

/// What packets 20 ms apart lead to: `+` before a digit that begins, `-` before one that ends.
fn told(packets: &[Packet]) -> String {
    let mut receivers = EventReceivers::new([(101, EventClock::new(8_000))]);
    let mut told = String::new();
    let mut tell = |notice: &EventNotice| match notice {
        EventNotice::Started { event, .. } => told.extend(['+', event.as_char()]),
        EventNotice::Ended { event, .. } => told.extend(['-', event.as_char()]),
    };
    for (n, &(fresh, sequence, timestamp, digit, duration, end)) in (0..).zip(packets) {
        let event = TelephoneEvent::from_char(digit).unwrap();
        let payload = EventPayload { event, end, volume: 10, duration }.write();
        let at = MediaTime::from_millis(1_000 + n * 20);
        let arrival = EventArrival { sequence: Some(sequence), timestamp, marker: false, at };
        let taken = receivers.take(101, fresh, arrival, &payload).unwrap();
        taken.before.iter().for_each(|(notice, _)| tell(notice));
        taken.notices.unwrap().iter().for_each(&mut tell);
    }
    told
}

#[test]
fn a_press_goes_on_under_another_ssrc() {
    let packets = [
        (true, 10, 1_000, '5', 160, false),
        (false, 11, 1_000, '5', 320, false),
        (true, 40_000, 1_000, '5', 480, false),
        (false, 40_001, 1_000, '5', 640, true),
    ];
    assert_eq!(told(&packets), "+5-5");
}

/// Its numbers lie just behind those of the source before: by them alone it would be taken for late packets of that.
#[test]
fn a_press_of_another_source_is_its_own_unless_digit_and_timestamp_are_those_that_last() {
    for (digit, timestamp) in [('5', 90_000), ('6', 1_000)] {
        let packets = [
            (true, 10, 1_000, '5', 160, false),
            (false, 11, 1_000, '5', 320, false),
            (true, 9, timestamp, digit, 160, false),
            (false, 10, timestamp, digit, 320, true),
        ];
        assert_eq!(told(&packets), format!("+5-5+{digit}-{digit}"), "{timestamp}");
    }
}
