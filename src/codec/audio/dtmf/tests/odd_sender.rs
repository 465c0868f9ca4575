//! Pure: a sender of telephone events whose every bit is free, for tests, and what is told of it.

use super::super::*;
use crate::types::MediaTime;

/// A sender whose every bit is free: (ms, sequence, timestamp, marker, code, end, duration).
pub(super) struct Odd {
    pub(super) receiver: EventReceiver,
    pub(super) ms: u64,
    pub(super) sequence: u16,
    clock: EventClock,
    pub(super) told: Vec<(char, u32, bool)>,
    began: String,
}

const START: u32 = u32::MAX - 300;

impl Odd {
    pub(super) fn new() -> Self {
        Self::at(EventClock::new(8_000))
    }

    pub(super) fn at(clock: EventClock) -> Self {
        let receiver = EventReceiver::new(clock);
        // Both numbers run over on the way.
        Self { receiver, ms: 1_000, sequence: 0xfffd, clock, told: Vec::new(), began: String::new() }
    }

    pub(super) fn note(&mut self, notice: &EventNotice) {
        match *notice {
            EventNotice::Started { event, .. } => self.began.push(event.as_char()),
            EventNotice::Ended { event, duration, lost, .. } => {
                self.told.push((event.as_char(), self.clock.ms(duration), lost));
            }
        }
    }

    pub(super) fn send(&mut self, timestamp: u32, marker: bool, digit: char, end: bool, duration: u16) {
        self.sequence = self.sequence.wrapping_add(1);
        self.send_numbered(self.sequence, timestamp, marker, digit, end, duration);
    }

    pub(super) fn send_numbered(
        &mut self,
        sequence: u16,
        timestamp: u32,
        marker: bool,
        digit: char,
        end: bool,
        duration: u16,
    ) {
        let event = TelephoneEvent::from_char(digit).unwrap();
        let payload = EventPayload { event, end, volume: 10, duration }.write();
        let at = MediaTime::from_millis(self.ms);
        let timestamp = START.wrapping_add(timestamp);
        let arrival = EventArrival { sequence: Some(sequence), timestamp, marker, at };
        let notices = self.receiver.insert(arrival, &payload).unwrap();
        notices.iter().for_each(|notice| self.note(notice));
    }

    pub(super) fn wait(&mut self, ms: u64) {
        for _ in 0..ms {
            self.ms += 1;
            let notice = self.receiver.poll(MediaTime::from_millis(self.ms));
            notice.iter().for_each(|notice| self.note(notice));
        }
    }

    pub(super) fn text(mut self) -> String {
        self.wait(3_000);
        let text: String = self.told.iter().map(|(digit, ..)| digit).collect();
        assert_eq!(self.began, text, "what begins ends");
        text
    }

    /// A press as it should be, of `packets` packets of 20 ms.
    pub(super) fn press(&mut self, timestamp: u32, digit: char, packets: u16, marker: bool) {
        for k in 1..=packets {
            self.send(timestamp, marker && k == 1, digit, false, k * 160);
            self.wait(20);
        }
        for _ in 0..3 {
            self.send(timestamp, false, digit, true, packets * 160);
        }
    }
}
