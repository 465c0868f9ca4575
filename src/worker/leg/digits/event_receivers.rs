//! Real-time: the payload types under which a leg takes telephone events, each with its clock: those of all formats of
//! the answer, whichever of them is sent (RFC 4733 section 2.1: one for each clock rate). A party has one keypad: a
//! press under one of them ends what lasts under another.

use crate::codec::audio::dtmf::{EventArrival, EventClock, EventFault, EventNotice, EventNotices, EventReceiver};
use crate::types::MediaTime;

#[derive(Debug)]
struct Entry {
    payload_type: u8,
    receiver: EventReceiver,
}

/// What a packet of an event led to.
#[derive(Debug)]
pub(in crate::worker) struct Taken {
    /// The end of what lasted before, with the clock of its duration.
    pub(in crate::worker) before: Option<(EventNotice, EventClock)>,
    pub(in crate::worker) notices: Result<EventNotices, EventFault>,
    pub(in crate::worker) clock: EventClock,
}

/// The payload types under which a leg takes telephone events, each with its clock: those of all formats of the answer,
/// whichever of them is sent (RFC 4733 section 2.1: one for each clock rate). A party has one keypad: a press under one
/// of them ends what lasts under another.
///
/// Built by the control side.
#[derive(Debug, Default)]
pub(in crate::worker) struct EventReceivers(Box<[Entry]>);

impl EventReceivers {
    /// Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(in crate::worker) fn new(types: impl IntoIterator<Item = (u8, EventClock)>) -> Self {
        let entry = |(payload_type, clock)| Entry { payload_type, receiver: EventReceiver::new(clock) };
        Self(types.into_iter().map(entry).collect())
    }

    pub(in crate::worker) fn takes(&self, payload_type: u8) -> bool {
        self.0.iter().any(|entry| entry.payload_type == payload_type)
    }

    /// Whether an event lasts.
    pub(in crate::worker) fn is_open(&self) -> bool {
        self.0.iter().any(|entry| entry.receiver.is_open())
    }

    /// A packet of that payload type; `fresh`: its SSRC is another than that of the event before. `None`: not taken.
    pub(in crate::worker) fn take(
        &mut self,
        payload_type: u8,
        fresh: bool,
        arrival: EventArrival,
        payload: &[u8],
    ) -> Option<Taken> {
        let at = self.0.iter().position(|entry| entry.payload_type == payload_type)?;
        let mut before = None;
        let goes_on = self.0.get(at)?.receiver.is_open_at(arrival.timestamp, payload);
        if fresh && !goes_on {
            before = self.end_all(None, EventReceiver::reset);
        }
        let receiver = &mut self.0.get_mut(at)?.receiver;
        let (clock, notices) = (receiver.clock(), receiver.insert(arrival, payload));
        let starts = |notices: &EventNotices| notices.iter().any(|n| matches!(n, EventNotice::Started { .. }));
        if notices.as_ref().is_ok_and(starts) {
            before = before.or(self.end_all(Some(at), EventReceiver::finish));
        }
        Some(Taken { before, notices, clock })
    }

    /// Ends what lasts, but at `except`.
    fn end_all(
        &mut self,
        except: Option<usize>,
        end: impl Fn(&mut EventReceiver) -> Option<EventNotice>,
    ) -> Option<(EventNotice, EventClock)> {
        let mut ended = None;
        for (_, entry) in self.0.iter_mut().enumerate().filter(|(n, _)| Some(*n) != except) {
            ended = end(&mut entry.receiver).map(|notice| (notice, entry.receiver.clock())).or(ended);
        }
        ended
    }

    /// The end of an event whose own was lost. To be called once a tick.
    pub(in crate::worker) fn poll(&mut self, now: MediaTime) -> Option<(EventNotice, EventClock)> {
        self.0.iter_mut().find_map(|entry| Some((entry.receiver.poll(now)?, entry.receiver.clock())))
    }

    /// Goes on where those before are, by payload type and clock; the end of what lasts there under a type that is no more.
    pub(in crate::worker) fn take_over(&mut self, before: &mut Self) -> Option<(EventNotice, EventClock)> {
        for entry in &mut self.0 {
            let same =
                |b: &&mut Entry| b.payload_type == entry.payload_type && b.receiver.clock() == entry.receiver.clock();
            if let Some(before) = before.0.iter_mut().find(same) {
                std::mem::swap(&mut entry.receiver, &mut before.receiver);
            }
        }
        before.end_all(None, EventReceiver::finish)
    }
}

#[cfg(test)]
mod tests;
