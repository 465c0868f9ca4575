//! Real-time: the state of a leg's telephone events (RFC 4733), both ways. Built by the control side.

use crate::codec::audio::dtmf::{EventClock, EventNotice, EventPacket, EventReceiver, EventSender};
use crate::types::DigitString;

/// Notices that wait at a leg for the supervisor.
const WAITING: usize = 32;

/// A leg's telephone events, both ways. Built by the control side.
#[derive(Debug)]
pub struct TelephoneEvents {
    pub(super) receive: Option<(u8, EventReceiver)>,
    pub(super) send: Option<(u8, EventSender)>,
    pub(super) ssrc: Option<u32>,
    pub(super) waiting: [Option<EventNotice>; WAITING],
    pub(super) count: usize,
}

impl TelephoneEvents {
    /// The payload types accepted and sent, with their clocks; a packet goes out each `ptime_ms`.
    pub fn new(receive: Option<(u8, EventClock)>, send: Option<(u8, EventClock)>, ptime_ms: u32) -> Self {
        Self {
            receive: receive.map(|(payload_type, clock)| (payload_type, EventReceiver::new(clock))),
            send: send.map(|(payload_type, clock)| (payload_type, EventSender::new(clock, ptime_ms))),
            ssrc: None,
            waiting: [None; WAITING],
            count: 0,
        }
    }

    /// The payload type that is sent.
    pub(super) fn payload_type(&self) -> Option<u8> {
        self.send.as_ref().map(|(payload_type, _)| *payload_type)
    }

    /// The event packet for the interval that begins at `timestamp`, in place of audio.
    pub(super) fn poll(&mut self, timestamp: u32) -> Option<EventPacket> {
        self.send.as_mut()?.1.poll(timestamp)
    }

    /// Queues digits; false, and none is queued, if there is not room for all, or nothing to send them by.
    pub(super) fn dial(&mut self, digits: &DigitString) -> bool {
        let Some((_, sender)) = &mut self.send else { return false };
        let room = sender.room() >= digits.events().count();
        room && digits.events().all(|event| sender.send(event, digits.milliseconds(), digits.volume()).is_ok())
    }

    pub(super) fn is_sending(&self) -> bool {
        self.send.as_ref().is_some_and(|(_, sender)| sender.is_busy())
    }

    /// Whether nothing is sent, received, or to be told.
    pub(super) fn is_at_rest(&self) -> bool {
        let open = self.receive.as_ref().is_some_and(|(_, receiver)| receiver.is_open());
        !open && !self.is_sending() && self.count == 0
    }

    /// False if more wait than it holds.
    pub(super) fn note(&mut self, notice: EventNotice) -> bool {
        let Some(place) = self.waiting.get_mut(self.count) else { return false };
        *place = Some(notice);
        self.count += 1;
        true
    }
}
