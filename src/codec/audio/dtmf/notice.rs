//! Real-time: what a receiver of telephone events says, and what it counts.

use super::TelephoneEvent;

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
        /// How long it lasted as its sender says, in units of the receiver's event clock; by the receiver's own clock if the
        /// sender says nothing.
        duration: u32,
        /// How long it lasted by the receiver's own clock, ms: less than the truth where its first packets were lost.
        held_ms: u32,
        /// No end packet came: another event began, or nothing came any more.
        lost: bool,
    },
}

impl EventNotice {
    /// The length in ms for whoever does the same elsewhere: what the sender says, but no later than about the end of the
    /// press by our own clock, whatever unit the sender counts in.
    pub(crate) fn relayed_ms(reported_ms: u32, held_ms: u32) -> u32 {
        reported_ms.min(held_ms.max(LEAST_TRUSTED_MS) + LEEWAY_MS)
    }
}

/// An end alone may say so much: the packets before it were lost.
const LEAST_TRUSTED_MS: u32 = 60;
/// Network jitter, and the packet that was under way.
const LEEWAY_MS: u32 = 40;

/// Reports of one payload that are read.
pub(super) const MOST_REPORTS: usize = 4;
const MOST: usize = 1 + 2 * MOST_REPORTS;

/// What one packet leads to: the end of the event before, starts and ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventNotices([Option<EventNotice>; MOST]);

impl EventNotices {
    /// The notices in order.
    pub fn iter(&self) -> impl Iterator<Item = &EventNotice> {
        self.0.iter().flatten()
    }

    pub(super) fn add(&mut self, notice: Option<EventNotice>) {
        if let Some(place) = self.0.iter_mut().find(|place| place.is_none()) {
            *place = notice;
        }
    }
}

/// Packets counted by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventCounters {
    /// Payloads received.
    pub packets: u64,
    /// Reports of an event that had ended, or that came too late to matter.
    pub superfluous: u64,
    /// Payloads that could not be read.
    pub malformed: u64,
    /// Events above 16.
    pub unknown: u64,
    /// Events whose end never came.
    pub lost_ends: u64,
}
