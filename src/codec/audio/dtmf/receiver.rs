//! Real-time: the receiving side of `telephone-event` (RFC 4733 section 2.5.2): each event is reported once when it
//! starts and once when it ends, however often and in whatever order its packets came.

use std::time::Duration;

use super::{EventClock, EventFault, EventPayload, TelephoneEvent};
use crate::types::{MediaTime, timestamp_delta};

/// No packet for so long while an event lasts: its end was lost.
const LOST_AFTER: Duration = Duration::from_millis(200);
/// A timestamp that lies back by no more than this is a late packet; further back, the sender has a new clock.
const LATE: i32 = 2 * 0xffff;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventNotice {
    /// An event started.
    Started {
        /// Which.
        event: TelephoneEvent,
        /// Its power level in dBm0 without the sign.
        volume: u8,
        /// Its RTP timestamp.
        timestamp: u32,
    },
    /// It ended.
    Ended {
        /// Which.
        event: TelephoneEvent,
        /// Its RTP timestamp.
        timestamp: u32,
        /// How long it lasted, in units of the receiver's event clock.
        duration: u32,
        /// No end packet came: another event began, or nothing came any more.
        lost: bool,
    },
}

/// What one packet leads to, at most three: the end of the event before, a start and an end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventNotices([Option<EventNotice>; 3]);

impl EventNotices {
    /// The notices in order.
    pub fn iter(&self) -> impl Iterator<Item = &EventNotice> {
        self.0.iter().flatten()
    }
}

/// Packets counted by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventCounters {
    /// Payloads received.
    pub packets: u64,
    /// Packets of an event that had ended, or that came too late to matter.
    pub superfluous: u64,
    /// Payloads that could not be read.
    pub malformed: u64,
    /// Events above 16.
    pub unknown: u64,
    /// Events whose end never came.
    pub lost_ends: u64,
}

#[derive(Debug, Clone, Copy)]
struct Current {
    event: TelephoneEvent,
    /// Start of the event.
    first: u32,
    /// Start of its present segment.
    segment: u32,
    /// Duration of the segments before.
    carried: u32,
    /// Longest duration reported for the present segment.
    duration: u16,
    heard: MediaTime,
}

/// Receives events of one RTP stream. Fixed size; every method is real-time safe.
#[derive(Debug)]
pub struct EventReceiver {
    clock: EventClock,
    current: Option<Current>,
    /// The newest event that is over: its last segment's timestamp.
    done: Option<(u32, TelephoneEvent)>,
    counters: EventCounters,
}

impl EventReceiver {
    /// For a stream with that clock.
    pub fn new(clock: EventClock) -> Self {
        Self { clock, current: None, done: None, counters: EventCounters::default() }
    }

    /// The clock of the durations that it reports.
    pub fn clock(&self) -> EventClock {
        self.clock
    }

    /// Whether an event lasts.
    pub fn is_open(&self) -> bool {
        self.current.is_some()
    }

    /// What became of the packets.
    pub fn counters(&self) -> EventCounters {
        self.counters
    }

    /// Takes the payload of a packet with the RTP `timestamp` and `marker`, arrived at `now`.
    ///
    /// # Errors
    /// [`EventFault::ShortPayload`] or [`EventFault::UnknownEvent`], counted; the state is unchanged then.
    pub fn receive(
        &mut self,
        timestamp: u32,
        marker: bool,
        payload: &[u8],
        now: MediaTime,
    ) -> Result<EventNotices, EventFault> {
        self.counters.packets += 1;
        let report = EventPayload::parse(payload).inspect_err(|fault| match fault {
            EventFault::UnknownEvent(_) => self.counters.unknown += 1,
            _ => self.counters.malformed += 1,
        })?;
        let mut notices = EventNotices::default();
        let mut current = match self.current {
            Some(current) if current.event == report.event && current.takes(timestamp, marker, self.clock) => current,
            _ if self.is_superfluous(timestamp, report.event) => {
                self.counters.superfluous += 1;
                return Ok(notices);
            }
            _ => {
                notices.0[0] = self.end(true);
                notices.0[1] = Some(EventNotice::Started { event: report.event, volume: report.volume, timestamp });
                let (event, first, segment) = (report.event, timestamp, timestamp);
                Current { event, first, segment, carried: 0, duration: 0, heard: now }
            }
        };
        if timestamp != current.segment {
            let step = timestamp.wrapping_sub(current.segment);
            current.carried = current.carried.saturating_add(self.clock.duration_of_span(step));
            (current.segment, current.duration) = (timestamp, 0);
        }
        current.duration = current.duration.max(report.duration);
        current.heard = now;
        self.current = Some(current);
        if report.end {
            notices.0[2] = self.end(false);
        }
        Ok(notices)
    }

    /// Ends an event of which nothing has come for 200 ms. To be called once a tick.
    pub fn poll(&mut self, now: MediaTime) -> Option<EventNotice> {
        let current = self.current.as_ref()?;
        if now - current.heard >= LOST_AFTER { self.end(true) } else { None }
    }

    /// For a new RTP source: ends what lasts and forgets what was.
    pub fn reset(&mut self) -> Option<EventNotice> {
        let notice = self.end(true);
        self.done = None;
        notice
    }

    /// Whether a packet that does not belong to the present event is of an older one.
    fn is_superfluous(&self, timestamp: u32, event: TelephoneEvent) -> bool {
        let late = |newest: u32| (-LATE..0).contains(&timestamp_delta(timestamp, newest));
        match (self.current, self.done) {
            (Some(current), _) => late(current.segment),
            (None, Some((newest, last))) => late(newest) || (timestamp == newest && event == last),
            (None, None) => false,
        }
    }

    fn end(&mut self, lost: bool) -> Option<EventNotice> {
        let current = self.current.take()?;
        self.done = Some((current.segment, current.event));
        self.counters.lost_ends += u64::from(lost);
        let duration = current.carried.saturating_add(u32::from(current.duration));
        Some(EventNotice::Ended { event: current.event, timestamp: current.first, duration, lost })
    }
}

impl Current {
    /// Whether a report of the same event code belongs to this event: the same segment, or the one that follows it
    /// without a gap and without the marker (section 2.5.1.3).
    fn takes(&self, timestamp: u32, marker: bool, clock: EventClock) -> bool {
        let step = timestamp.wrapping_sub(self.segment);
        let follows = |duration: u32| duration > 0 && step == clock.span(duration);
        step == 0 || (!marker && (follows(u32::from(self.duration)) || follows(0xffff)))
    }
}
