//! Real-time: the receiving side of `telephone-event` (RFC 4733 section 2.5.2): each event is reported once when it
//! starts and once when it ends, however often and in whatever order its packets came, and however they are stamped.

use std::time::Duration;

use super::notice::{EventCounters, EventNotice, EventNotices};
use super::received_event::ReceivedEvent;
use super::report::{EventArrival, Report};
use super::{EventClock, EventFault};
use crate::types::MediaTime;

/// No packet for so long while an event lasts: its end was lost. Longer for a peer that was found to pause, up to the most.
const LOST_AFTER: Duration = Duration::from_millis(200);
const MOST_PATIENCE: Duration = Duration::from_millis(1_500);
/// Events that are over and remembered.
const REMEMBERED: usize = 8;
/// So long must an event have grown to tell which clock its durations are of.
const TELLING: Duration = Duration::from_millis(40);

/// What is known of how a peer sends.
#[derive(Debug, Clone, Copy)]
struct SenderQuirks {
    /// It sets the marker in every packet: that tells nothing.
    marks_all: bool,
    /// How long nothing may come while an event lasts.
    patience: Duration,
    /// Its durations are of the clock of timestamps.
    counts_timestamps: bool,
}

const NO_QUIRKS: SenderQuirks = SenderQuirks { marks_all: false, patience: LOST_AFTER, counts_timestamps: false };

/// Receives events of one RTP stream. Fixed size; every method is real-time safe.
#[derive(Debug)]
pub struct EventReceiver {
    clock: EventClock,
    current: Option<ReceivedEvent>,
    /// Events that are over, the newest last.
    done: [Option<ReceivedEvent>; REMEMBERED],
    quirks: SenderQuirks,
    counters: EventCounters,
}

impl EventReceiver {
    /// For a stream with that clock.
    pub fn new(clock: EventClock) -> Self {
        Self { clock, current: None, done: [None; REMEMBERED], quirks: NO_QUIRKS, counters: EventCounters::default() }
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

    /// Takes the payload of a packet with the RTP `timestamp` and `marker`, arrived at `now`, whose sequence number is not
    /// known: an event that is over cannot begin again under its timestamp then.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub fn receive(
        &mut self,
        timestamp: u32,
        marker: bool,
        payload: &[u8],
        now: MediaTime,
    ) -> Result<EventNotices, EventFault> {
        self.insert(EventArrival { sequence: None, timestamp, marker, at: now }, payload)
    }

    /// Takes the payload of a packet.
    ///
    /// # Errors
    /// [`EventFault::ShortPayload`] or [`EventFault::UnknownEvent`], counted; the state is unchanged then.
    pub fn insert(&mut self, arrival: EventArrival, payload: &[u8]) -> Result<EventNotices, EventFault> {
        self.counters.packets += 1;
        let begins = arrival.marker && !self.quirks.marks_all;
        let reports = Report::read(arrival, begins, payload, self.clock).inspect_err(|fault| match fault {
            EventFault::UnknownEvent(_) => self.counters.unknown += 1,
            _ => self.counters.malformed += 1,
        })?;
        let mut notices = EventNotices::default();
        for report in reports {
            self.update_with(&report, arrival.marker, &mut notices);
        }
        Ok(notices)
    }

    fn update_with(&mut self, report: &Report, marker: bool, notices: &mut EventNotices) {
        let clock = self.clock;
        let goes_on = |press: &&mut ReceivedEvent| press.event == report.event && press.continues_with(report, clock);
        if let Some(press) = self.current.as_mut().filter(goes_on) {
            self.quirks.marks_all |= marker && press.is_older_than(report);
            press.update(report, clock);
        } else if self.is_superfluous(report) {
            self.counters.superfluous += 1;
            return;
        } else {
            notices.add(self.end());
            notices.add(Some(EventNotice::Started {
                event: report.event,
                volume: report.volume,
                timestamp: report.timestamp,
            }));
            let mut press = ReceivedEvent::new(report);
            press.ended = report.end;
            self.current = Some(press);
        }
        if report.end {
            notices.add(self.end());
        }
    }

    /// Ends an event of which nothing has come for 200 ms, or longer from a peer that was found to pause. To be called
    /// once a tick.
    pub fn poll(&mut self, now: MediaTime) -> Option<EventNotice> {
        let current = self.current.as_ref()?;
        if now - current.heard >= self.quirks.patience { self.end() } else { None }
    }

    /// Ends what lasts: nothing more of it is to be told.
    pub fn finish(&mut self) -> Option<EventNotice> {
        self.end()
    }

    /// For a new RTP source: ends what lasts and forgets what was.
    pub fn reset(&mut self) -> Option<EventNotice> {
        let notice = self.end();
        (self.done, self.quirks) = ([None; REMEMBERED], NO_QUIRKS);
        notice
    }

    /// Whether a packet is of the event that lasts, by code and timestamp, whatever stream it comes in.
    pub fn is_open_at(&self, timestamp: u32, payload: &[u8]) -> bool {
        let began =
            |press: &ReceivedEvent| payload.first() == Some(&press.event.code()) && press.has_begun_at(timestamp);
        self.current.as_ref().is_some_and(began)
    }

    /// Whether a report that does not belong to the present event is of an older one.
    fn is_superfluous(&mut self, report: &Report) -> bool {
        let clock = self.clock;
        let was = |press: &&mut ReceivedEvent| press.event == report.event && press.included(report, clock);
        if let Some(press) = self.done.iter_mut().rev().flatten().find(was) {
            if !press.ended && report.at - press.heard < 2 * MOST_PATIENCE {
                // It was given up too soon: its sender pauses.
                let pause = 2 * (report.at - press.heard);
                self.quirks.patience = self.quirks.patience.max(pause).min(MOST_PATIENCE);
            }
            press.record(report);
            return true;
        }
        // Of an event before the present one, of which nothing else came: its turn is over.
        let newest = self.done.iter().rev().flatten().next();
        self.current.as_ref().or(newest).is_some_and(|press| press.is_newer_than(report))
    }

    fn end(&mut self) -> Option<EventNotice> {
        let press = self.current.take()?;
        self.done.rotate_left(1);
        if let Some(place) = self.done.last_mut() {
            *place = Some(press);
        }
        self.counters.lost_ends += u64::from(!press.ended);
        let (growth, took) = press.growth();
        if took >= TELLING {
            self.quirks.counts_timestamps = self.clock.is_rather_of_timestamps(growth, took);
        }
        let clock = self.clock;
        let told = |total| if self.quirks.counts_timestamps { clock.duration_of_span(total) } else { total };
        Some(press.end(told, clock))
    }
}
