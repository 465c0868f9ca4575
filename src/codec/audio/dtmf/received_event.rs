//! Real-time: one event as its packets tell of it, and which packets are of it, however their sender stamps them.
//!
//! By RFC 4733 an event is its timestamp. Senders are found that move the timestamp with each packet, or once in the middle,
//! or for the end packets; that use one timestamp for several presses; that set the marker always, or never. What decides
//! then: an event that begins inside the one before is no new event (section 2.5.1.2), nothing is pressed again within
//! some 40 ms, durations of a press grow and those of a new one start over.

use std::time::Duration;

use super::report::Report;
use super::{EventClock, EventNotice, TelephoneEvent};
use crate::types::{MediaTime, timestamp_delta};

/// No key is pressed again so soon after a packet that still had it down.
const AT_ONCE: Duration = Duration::from_millis(45);
/// End packets of one event follow one another within this.
const END_AGAIN: Duration = Duration::from_millis(60);
/// The least pause between two presses, also in ms.
const PAUSE: Duration = Duration::from_millis(40);
const PAUSE_MS: u32 = 40;
/// A further end with the marker so late is a press of its own.
const END_ALONE: Duration = Duration::from_millis(500);
/// For so long a packet that starts inside an event that is over belongs to it, and one with just its timestamp.
const INSIDE: Duration = Duration::from_secs(3);
const ITS_TIMESTAMP: Duration = Duration::from_secs(30);
/// Durations and timestamps that grow together do so to this, ms.
const LOCKSTEP_MS: u32 = 60;
/// What a first packet says of the time before it, at most, ms.
const FIRST_MS: u32 = 60;
/// The longest segment (section 2.5.1.3).
const SEGMENT: u32 = 0xffff;

/// An event that lasts, or did.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReceivedEvent {
    pub(super) event: TelephoneEvent,
    /// Start of the event.
    first: u32,
    /// The lowest timestamp that it had.
    lowest: u32,
    /// Start of its present segment, or where its sender moved the timestamp to.
    segment: u32,
    /// Duration of the segments before.
    carried: u32,
    /// Longest duration reported for the present segment.
    duration: u16,
    first_duration: u32,
    began: MediaTime,
    /// The last packet that said something new of it, and the last of it at all.
    until: MediaTime,
    pub(super) heard: MediaTime,
    /// The newest sequence number of it.
    number: Option<u16>,
    /// Its end came.
    pub(super) ended: bool,
}

impl ReceivedEvent {
    pub(super) fn new(report: &Report) -> Self {
        Self {
            event: report.event,
            first: report.timestamp,
            lowest: report.timestamp,
            segment: report.timestamp,
            carried: 0,
            duration: report.duration,
            first_duration: u32::from(report.duration),
            began: report.at,
            until: report.at,
            heard: report.at,
            number: report.number,
            ended: false,
        }
    }

    /// Whether a report of the same event code is of this event, which lasts.
    pub(super) fn continues_with(&self, report: &Report, clock: EventClock) -> bool {
        let (step, gap) = (timestamp_delta(report.timestamp, self.segment), report.at - self.heard);
        let starts_over = report.duration < self.duration;
        let begins = report.begins && starts_over;
        if self.has_begun_at(report.timestamp) {
            // Its end was lost, and its sender presses again without a new timestamp.
            return !(begins && self.is_older_than(report) && gap >= PAUSE);
        }
        if step < 0 {
            return !starts_over && gap < AT_ONCE && self.is_older_than(report);
        }
        let follows = |duration: u32| duration > 0 && step.cast_unsigned() == clock.span(duration);
        let near = self.is_near(step, clock);
        self.is_inside(report.timestamp, clock)
            || (!begins && (follows(u32::from(self.duration)) || follows(SEGMENT) || (gap < AT_ONCE && near)))
            || (!starts_over && (self.is_moved_end(report, clock) || self.grows_to(report, clock)))
    }

    /// Whether a report of the same event code is of this event, which is over.
    pub(super) fn included(&self, report: &Report, clock: EventClock) -> bool {
        let age = report.at - self.heard;
        if self.is_newer_than(report) {
            return true;
        }
        if self.has_begun_at(report.timestamp) {
            let alone = if report.end {
                report.begins && age >= END_ALONE
            } else {
                report.duration < self.duration && (report.begins || age >= PAUSE)
            };
            let exact = report.timestamp == self.first || report.timestamp == self.segment;
            return age < if exact { ITS_TIMESTAMP } else { INSIDE } && !(alone && self.is_older_than(report));
        }
        let grown = report.duration >= self.duration;
        let near = self.is_near(timestamp_delta(report.timestamp, self.segment), clock);
        let end_again = self.ended && report.end && grown && age < END_AGAIN && near;
        let after_a_gap = !self.ended && grown && !report.begins && self.grows_to(report, clock);
        end_again || (age < INSIDE && (after_a_gap || self.is_inside(report.timestamp, clock)))
    }

    /// Takes a report of it.
    pub(super) fn update(&mut self, report: &Report, clock: EventClock) {
        let step = timestamp_delta(report.timestamp, self.segment);
        let newer = self.is_older_than(report) || report.number.is_none();
        if step > 0 && report.duration < self.duration && self.follows_on(step, clock) {
            // A new segment counts from its own start; a timestamp that was moved for another reason does not.
            let since = report.timestamp.wrapping_sub(self.first);
            (self.carried, self.duration) = (clock.duration_of_span(since), 0);
        } else if step == 0 && newer && self.duration > 0xc000 && report.duration < 0x4000 && !report.end {
            // The duration field ran over.
            (self.carried, self.duration) = (self.carried.saturating_add(SEGMENT + 1), 0);
        }
        self.until = report.at;
        self.ended |= report.end;
        self.record(report);
    }

    /// A further packet of it came.
    pub(super) fn record(&mut self, report: &Report) {
        if timestamp_delta(report.timestamp, self.segment) > 0 {
            self.segment = report.timestamp;
        } else if timestamp_delta(report.timestamp, self.lowest) < 0 {
            self.lowest = report.timestamp;
        }
        // A late one may be of the segment before, or from before the duration ran over.
        if !self.is_newer_than(report) {
            self.duration = self.duration.max(report.duration);
        }
        self.heard = self.heard.max(report.at);
        if self.number.is_none() || self.is_older_than(report) {
            self.number = report.number.or(self.number);
        }
    }

    /// What it reports in all, less what came with its first packet; and the time by our own clock that took.
    pub(super) fn growth(&self) -> (u32, Duration) {
        (self.total().saturating_sub(self.first_duration), self.until - self.began)
    }

    /// Its end as a notice, `duration` being what is to be believed of what it reports.
    pub(super) fn end(&self, duration: impl FnOnce(u32) -> u32, clock: EventClock) -> EventNotice {
        let held_ms = self.held_ms(clock);
        let duration = match self.total() {
            0 => clock.duration_of_ms(held_ms),
            total => duration(total),
        };
        EventNotice::Ended { event: self.event, timestamp: self.first, duration, held_ms, lost: !self.ended }
    }

    /// Whether the newest packet of it is older than `report`.
    pub(super) fn is_older_than(&self, report: &Report) -> bool {
        self.distance(report).is_some_and(|distance| distance > 0)
    }

    /// Whether it is newer than `report`, which came late.
    pub(super) fn is_newer_than(&self, report: &Report) -> bool {
        self.distance(report).is_some_and(|distance| (-64..0).contains(&distance)) && report.at - self.heard < END_ALONE
    }

    fn distance(&self, report: &Report) -> Option<i16> {
        Some(report.number?.wrapping_sub(self.number?) as i16)
    }

    fn total(&self) -> u32 {
        self.carried.saturating_add(u32::from(self.duration))
    }

    fn held_ms(&self, clock: EventClock) -> u32 {
        let ms = (self.until - self.began).as_millis().min(u128::from(u32::MAX / 2)) as u32;
        ms + clock.ms(self.first_duration).min(FIRST_MS)
    }

    /// Whether that was a timestamp of it.
    pub(super) fn has_begun_at(&self, timestamp: u32) -> bool {
        timestamp.wrapping_sub(self.lowest) <= self.segment.wrapping_sub(self.lowest)
    }

    /// Whether a later timestamp lies inside it, by what it reports and by our own clock.
    fn is_inside(&self, timestamp: u32, clock: EventClock) -> bool {
        let held = clock.duration_of_ms(self.held_ms(clock) + LOCKSTEP_MS);
        timestamp.wrapping_sub(self.first) < clock.span(self.total().min(held))
    }

    /// Whether duration and timestamp have grown by as much.
    fn grows_to(&self, report: &Report, clock: EventClock) -> bool {
        let by = clock.span(u32::from(report.duration.saturating_sub(self.duration)));
        let step = report.timestamp.wrapping_sub(self.segment);
        step.abs_diff(by) <= clock.span(clock.duration_of_ms(LOCKSTEP_MS))
    }

    /// Whether a timestamp lies no further ahead than a packet's time, and too near for another press.
    fn is_near(&self, step: i32, clock: EventClock) -> bool {
        (0..=clock.span(clock.duration_of_ms(PAUSE_MS)).cast_signed()).contains(&step)
    }

    /// Whether it is an end of this event that was given the time of the end as its timestamp.
    fn is_moved_end(&self, report: &Report, clock: EventClock) -> bool {
        let most = u32::from(report.duration) + clock.duration_of_ms(PAUSE_MS);
        report.end && report.timestamp.wrapping_sub(self.first) < clock.span(self.carried.saturating_add(most))
    }

    fn follows_on(&self, step: i32, clock: EventClock) -> bool {
        let step = step.cast_unsigned();
        step == clock.span(u32::from(self.duration)) || step == clock.span(SEGMENT)
    }
}
