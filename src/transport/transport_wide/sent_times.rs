//! I/O: when our packets left, by their transport-wide numbers, and what the peer says of them.

use super::delay_trend::DelayTrend;
use crate::rtp::rtcp::TransportFeedback;
use crate::types::MediaTime;

/// Packets that are remembered: 10 s of 20 ms. What is told of others is of no packet.
const KEPT: usize = 512;

#[derive(Debug, Clone, Copy, Default)]
struct Packet {
    sent: MediaTime,
    fate: Fate,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Fate {
    #[default]
    Unknown,
    Lost,
    Came,
}

/// What feedback brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Packets that were told of for the first time.
    pub packets: u64,
    /// How many more are lost now than before; less than none, where some came after all.
    pub lost: i64,
    /// Feedback before it that did not come, by its number.
    pub missing: u64,
}

/// The packets.
#[derive(Debug)]
pub(crate) struct SentTimes {
    packets: [Packet; KEPT],
    /// The number of the next packet, without end; and of the first one that was sent.
    next: u64,
    first: u64,
    /// Of the last feedback.
    heard: Option<u8>,
    trend: DelayTrend,
}

impl SentTimes {
    /// None yet; `first` is the first number.
    pub fn new(first: u16) -> Self {
        let first = u64::from(first);
        let packets = [Packet::default(); KEPT];
        Self { packets, next: first, first, heard: None, trend: DelayTrend::default() }
    }

    /// The number of the packet that leaves next.
    pub fn upcoming(&self) -> u16 {
        self.next as u16
    }

    /// It left.
    pub fn note(&mut self, now: MediaTime) {
        if let Some(place) = self.packets.get_mut(self.next as usize % KEPT) {
            *place = Packet { sent: now, fate: Fate::Unknown };
        }
        self.next += 1;
    }

    /// The packet of that number was sent again: what comes of it now left now.
    pub fn note_again(&mut self, sequence: u16, now: MediaTime) {
        let place = self.number(sequence).and_then(|number| self.packets.get_mut(number as usize % KEPT));
        place.into_iter().for_each(|place| place.sent = now);
    }

    /// A number as it was sent, if that is remembered.
    fn number(&self, sequence: u16) -> Option<u64> {
        let behind = u64::from(self.upcoming().wrapping_sub(sequence));
        let kept = (self.next - self.first).min(KEPT as u64);
        (1..=kept).contains(&behind).then(|| self.next - behind)
    }

    /// Takes what the peer says; `None`: it tells of packets that were not sent, or not lately. A packet that came once stays so, and
    /// counts once, however often and whatever is told of it.
    pub fn take(&mut self, feedback: &TransportFeedback<'_>) -> Option<Told> {
        let first = self.number(feedback.base_sequence())?;
        if u64::from(feedback.packet_count()) > self.next - first {
            return None;
        }
        let mut told = Told { missing: self.missing(feedback.number()), ..Told::default() };
        for ((_, arrival), number) in feedback.packets().zip(first..) {
            let Some(packet) = self.packets.get_mut(number as usize % KEPT) else { continue };
            let fate = match arrival {
                Some(_) => Fate::Came,
                None if packet.fate == Fate::Came => Fate::Came,
                None => Fate::Lost,
            };
            if fate == packet.fate {
                continue;
            }
            told.packets += u64::from(packet.fate == Fate::Unknown);
            told.lost += i64::from(fate == Fate::Lost) - i64::from(packet.fate == Fate::Lost);
            packet.fate = fate;
            arrival.into_iter().for_each(|arrival| self.trend.add(packet.sent, arrival));
        }
        Some(told)
    }

    /// How fast the delay grows, and how far it is above its least, µs a second and µs; `None`: too little is known.
    pub fn delay(&self) -> Option<(i64, u64)> {
        self.trend.growth().zip(self.trend.queue())
    }

    /// Feedback that is missing before one of that number.
    fn missing(&mut self, number: u8) -> u64 {
        let ahead = self.heard.map_or(1, |heard| number.wrapping_sub(heard));
        if ahead == 0 || ahead > 128 {
            return 0;
        }
        self.heard = Some(number);
        u64::from(ahead) - 1
    }
}

#[cfg(test)]
mod tests;
