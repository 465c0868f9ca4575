//! Real-time: what one packet says of an event.

use super::notice::MOST_REPORTS;
use super::{EventClock, EventFault, EventPayload, TelephoneEvent};
use crate::types::MediaTime;

/// A packet of events as it came.
#[derive(Debug, Clone, Copy)]
pub struct EventArrival {
    /// Its sequence number; `None` where that tells nothing: for what a later packet carries again (RFC 2198).
    pub sequence: Option<u16>,
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// Its marker.
    pub marker: bool,
    /// When it came.
    pub at: MediaTime,
}

/// One report of a packet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report {
    pub(super) event: TelephoneEvent,
    pub(super) volume: u8,
    pub(super) end: bool,
    pub(super) duration: u16,
    /// When the event began.
    pub(super) timestamp: u32,
    pub(super) number: Option<u16>,
    /// The marker, where it tells anything.
    pub(super) begins: bool,
    pub(super) at: MediaTime,
}

impl Report {
    /// The reports of a payload: each begins where the one before ended (RFC 4733 section 2.5.1.5). What follows a report
    /// that is not an ended one, or says nothing, is padding.
    pub(super) fn read(
        arrival: EventArrival,
        begins: bool,
        payload: &[u8],
        clock: EventClock,
    ) -> Result<impl Iterator<Item = Self> + '_, EventFault> {
        let first = EventPayload::parse(payload)?;
        let mut before: Option<EventPayload> = None;
        let mut timestamp = arrival.timestamp;
        let reports = payload.chunks_exact(EventPayload::OCTETS).take(MOST_REPORTS).map_while(move |octets| {
            let said = match before {
                None => first,
                Some(before) => {
                    timestamp = timestamp.wrapping_add(clock.span(u32::from(before.duration)));
                    EventPayload::parse(octets).ok().filter(|said| before.end && said.duration > 0)?
                }
            };
            before = Some(said);
            let (event, volume, end, duration) = (said.event, said.volume, said.end, said.duration);
            Some(Self { event, volume, end, duration, timestamp, number: arrival.sequence, begins, at: arrival.at })
        });
        Ok(reports)
    }
}
