//! Real-time: the sending side of `telephone-event` (RFC 4733 section 2.5.1): one packet per interval while an event
//! lasts, three with the end bit, silence between events, segments where an event outlasts the duration field.

use super::{EventClock, EventFault, EventNotice, EventPayload, TelephoneEvent};
use crate::types::timestamp_delta;
use ringbuf::LocalRb;
use ringbuf::storage::Array;
use ringbuf::traits::Observer;
use std::fmt;

/// Events that can wait.
const QUEUE: usize = 32;
/// How often the final packet is sent (RFC 4733 section 2.5.1.4).
const END_PACKETS: u8 = 3;
/// The shortest event and the shortest pause in ms (Q.24 asks receivers for no less).
const SHORTEST_MS: u32 = 40;
/// The longest segment that the duration field can state.
const SEGMENT: u32 = 0xffff;

/// A packet to be sent with the payload type of `telephone-event` in place of audio, with the stream's next sequence
/// number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPacket {
    /// The RTP timestamp: the start of the event or segment.
    pub timestamp: u32,
    /// The RTP marker: the first packet of an event.
    pub marker: bool,
    /// The payload.
    pub payload: [u8; EventPayload::OCTETS],
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    event: TelephoneEvent,
    volume: u8,
    /// In units of the event clock; `None` while open.
    target: Option<u32>,
    /// The least pause after it.
    pause: u32,
}

#[derive(Debug, Clone, Copy)]
struct Active {
    what: Waiting,
    /// Start of the present segment.
    timestamp: u32,
    /// Duration of the segments before.
    carried: u32,
    /// The total duration reported so far: it never shrinks.
    reported: u32,
    /// End packets still to send, with their payload's duration.
    ending: Option<(u8, u16)>,
}

/// Sends events one after the other. Fixed size; every method is real-time safe.
pub struct EventSender {
    clock: EventClock,
    /// One packet's time in units of the event clock.
    interval: u32,
    pause: u32,
    queue: LocalRb<Array<Waiting, QUEUE>>,
    active: Option<Active>,
    /// No event may start before this timestamp.
    quiet_until: Option<u32>,
    /// The newest event has no end yet.
    open: bool,
}

impl EventSender {
    /// For a stream with a packet each `interval_ms`; between events there are at least 50 ms of audio.
    pub fn new(clock: EventClock, interval_ms: u32) -> Self {
        Self {
            clock,
            interval: clock.duration_of_ms(interval_ms).max(1),
            pause: clock.duration_of_ms(50),
            queue: LocalRb::default(),
            active: None,
            quiet_until: None,
            open: false,
        }
    }

    /// Sets the least pause between events, 40 ms or more.
    pub fn set_pause_ms(&mut self, ms: u32) {
        self.pause = self.clock.duration_of_ms(ms.max(SHORTEST_MS));
    }

    /// Queues an event of `duration_ms` (at least 40) at `volume` (dBm0 without the sign, 0..=63).
    ///
    /// # Errors
    /// [`EventFault::QueueFull`].
    pub fn send(&mut self, event: TelephoneEvent, duration_ms: u32, volume: u8) -> Result<(), EventFault> {
        self.begin(event, volume)?;
        self.finish(self.clock.duration_of_ms(duration_ms))
    }

    /// Queues an event with a pause of `pause_ms` (at least 40) after it.
    ///
    /// # Errors
    /// [`EventFault::QueueFull`].
    pub fn send_apart(
        &mut self,
        event: TelephoneEvent,
        duration_ms: u32,
        volume: u8,
        pause_ms: u32,
    ) -> Result<(), EventFault> {
        let usual = std::mem::replace(&mut self.pause, self.clock.duration_of_ms(pause_ms.max(SHORTEST_MS)));
        let sent = self.send(event, duration_ms, volume);
        self.pause = usual;
        sent
    }

    /// Queues an event whose end is not known yet. One that was still open ends now.
    ///
    /// # Errors
    /// [`EventFault::QueueFull`].
    pub fn begin(&mut self, event: TelephoneEvent, volume: u8) -> Result<(), EventFault> {
        if self.open {
            self.finish(0)?;
        }
        let waiting = Waiting { event, volume: volume.min(63), target: None, pause: self.pause };
        self.queue.try_push(waiting).map_err(|_| EventFault::QueueFull)?;
        self.open = true;
        Ok(())
    }

    /// Ends the open event after `duration` units of the event clock in all, or what was sent already, or 40 ms,
    /// whichever is longest.
    ///
    /// # Errors
    /// [`EventFault::NotOpen`].
    pub fn finish(&mut self, duration: u32) -> Result<(), EventFault> {
        if !std::mem::take(&mut self.open) {
            return Err(EventFault::NotOpen);
        }
        let target = Some(duration.max(self.clock.duration_of_ms(SHORTEST_MS)));
        match (self.queue.last_mut(), &mut self.active) {
            (Some(newest), _) => newest.target = target,
            (None, Some(active)) => active.what.target = target,
            (None, None) => {}
        }
        Ok(())
    }

    /// Does here what happened at a receiver, whatever its clock: how digits pass between two legs.
    ///
    /// # Errors
    /// [`EventFault::QueueFull`]: the event is left out whole; [`EventFault::NotOpen`] for the end of one left out.
    pub fn relay(&mut self, notice: &EventNotice, from: EventClock) -> Result<(), EventFault> {
        match *notice {
            EventNotice::Started { event, volume, .. } => self.begin(event, volume),
            EventNotice::Ended { duration, held_ms, .. } => {
                let most = self.clock.duration_of_ms(EventNotice::relayed_ms(from.ms(duration), held_ms));
                self.finish(from.translate(duration, self.clock).min(most))
            }
        }
    }

    /// Sends what waits in a sender that this one follows, in its own units. What is being sent there is not begun again: its
    /// receiver has it already.
    pub fn continue_from(&mut self, former: &mut Self) {
        let translate = |units| former.clock.translate(units, self.clock);
        self.queue.clear();
        self.queue.push_iter(former.queue.iter().map(|what| Waiting {
            target: what.target.map(translate),
            pause: translate(what.pause),
            ..*what
        }));
        self.open = former.open && !former.queue.is_empty();
        former.cancel();
    }

    /// Whether packets of the other go on in these as they are.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.clock, self.interval) == (other.clock, other.interval)
    }

    /// Drops what waits and what is being sent.
    pub fn cancel(&mut self) {
        self.queue.clear();
        (self.active, self.open) = (None, false);
    }

    /// How many events can be queued now.
    pub fn room(&self) -> usize {
        self.queue.vacant_len()
    }

    /// Whether an event is being sent or waits.
    pub fn is_busy(&self) -> bool {
        self.active.is_some() || !self.queue.is_empty()
    }

    /// The packet to send for the interval that begins at `timestamp`, the timestamp that an audio packet would have;
    /// `None`: send audio. To be called once per outgoing packet.
    pub fn poll(&mut self, timestamp: u32) -> Option<EventPacket> {
        if self.quiet_until.is_some_and(|until| timestamp_delta(timestamp, until) >= 0) {
            self.quiet_until = None;
        }
        let (mut active, marker) = match self.active {
            Some(active) => (active, false),
            None if self.quiet_until.is_some() => return None,
            None => (self.start(timestamp)?, true),
        };
        let report = active.advance(timestamp, self.interval, self.clock);
        let payload = EventPayload {
            event: active.what.event,
            end: report.end,
            volume: active.what.volume,
            duration: report.duration,
        };
        let packet = EventPacket { timestamp: report.timestamp, marker, payload: payload.write() };
        self.active = Some(active);
        if matches!(active.ending, Some((0, _))) {
            let over = report.timestamp.wrapping_add(self.clock.span(u32::from(report.duration) + active.what.pause));
            (self.active, self.quiet_until) = (None, Some(over));
        }
        Some(packet)
    }

    fn start(&mut self, timestamp: u32) -> Option<Active> {
        let what = self.queue.try_pop()?;
        Some(Active { what, timestamp, carried: 0, reported: 0, ending: None })
    }
}

impl fmt::Debug for EventSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.queue.occupied_len();
        f.debug_struct("EventSender").field("active", &self.active).field("waiting", &waiting).finish_non_exhaustive()
    }
}

struct Report {
    timestamp: u32,
    duration: u16,
    end: bool,
}

impl Active {
    /// What to report at the end of the interval that begins at `now`.
    fn advance(&mut self, now: u32, interval: u32, clock: EventClock) -> Report {
        let timestamp = self.timestamp;
        if let Some((left, duration)) = &mut self.ending {
            *left = left.saturating_sub(1);
            return Report { timestamp, duration: *duration, end: true };
        }
        // A segment may begin within the interval: then its start lies ahead of `now`.
        let since = clock.duration_of_span(timestamp_delta(now, timestamp).max(0).cast_unsigned());
        let covered = since.saturating_add(interval);
        let total = self.carried.saturating_add(covered);
        let over = self.what.target.map(|target| target.max(self.reported)).filter(|&target| total >= target);
        let covered = over.map_or(covered, |target| target.saturating_sub(self.carried).max(1));
        if covered > SEGMENT {
            // Section 2.5.1.3: report the longest duration without the end bit, go on in a new segment.
            self.timestamp = timestamp.wrapping_add(clock.span(SEGMENT));
            self.carried = self.carried.saturating_add(SEGMENT);
            self.reported = self.carried;
            return Report { timestamp, duration: SEGMENT as u16, end: false };
        }
        self.reported = self.carried.saturating_add(covered);
        if over.is_some() {
            self.ending = Some((END_PACKETS - 1, covered as u16));
        }
        Report { timestamp, duration: covered as u16, end: over.is_some() }
    }
}
