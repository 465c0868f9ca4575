//! I/O: the last packets of a session as they left, protected where they are: what is asked for again is the same to the bit.

use crate::types::MediaTime;
use std::ops::Range;
use std::time::Duration;

/// Packets that are kept, and their octets in all: a second and more of G.711.
const PACKETS: usize = 64;
const OCTETS: usize = 12 << 10;
/// A longer one is not kept.
const LONGEST: usize = OCTETS / 8;
/// An older one is of no use to a listener.
const OLDEST: Duration = Duration::from_millis(500);
/// How often one is sent again, and no sooner than so long after the time before: a peer's requests may cross.
const TIMES: u8 = 2;
const AGAIN: Duration = Duration::from_millis(20);
/// What is sent again at once at most, and the time in which one more may be: 50 a second.
const BURST: u32 = 16;
const STEP: Duration = Duration::from_millis(20);

#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    /// How many octets had been kept before it, since the begin.
    at: u64,
    length: u16,
    sequence: u16,
    times: u8,
    last: MediaTime,
    sent: MediaTime,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// It will be sent again.
    Yes,
    /// It is on its way, or was sent again as often as it is.
    Enough,
    /// It is not kept, or more is asked for than is sent again.
    No,
}

/// The packets.
#[derive(Debug)]
pub(crate) struct SentPackets {
    octets: Box<[u8; OCTETS]>,
    /// By sequence number.
    packets: [Kept; PACKETS],
    /// Octets kept since the begin, with those left out at the end of the room.
    end: u64,
    ssrc: u32,
    /// Of `packets`, those to be sent again.
    wanted: u64,
    /// When the next would be due at the greatest rate.
    due: MediaTime,
}

impl Default for SentPackets {
    fn default() -> Self {
        let packets = [Kept::default(); PACKETS];
        Self { octets: Box::new([0; OCTETS]), packets, end: 0, ssrc: 0, wanted: 0, due: MediaTime::ZERO }
    }
}

impl SentPackets {
    /// Keeps a packet that leaves. Another SSRC than before begins anew.
    pub fn keep(&mut self, (ssrc, sequence): (u32, u16), packet: &[u8], now: MediaTime) {
        if ssrc != self.ssrc {
            self.forget();
            self.ssrc = ssrc;
        }
        if packet.len() > LONGEST {
            return;
        }
        let room = OCTETS - self.end as usize % OCTETS;
        if room < packet.len() {
            self.end += room as u64;
        }
        let at = self.end;
        let (begin, place) = (at as usize % OCTETS, usize::from(sequence) % PACKETS);
        let (Some(octets), Some(kept)) =
            (self.octets.get_mut(begin..begin + packet.len()), self.packets.get_mut(place))
        else {
            return;
        };
        octets.copy_from_slice(packet);
        self.end += packet.len() as u64;
        *kept = Kept { at, length: packet.len() as u16, sequence, times: 0, last: MediaTime::ZERO, sent: now };
        self.wanted &= !(1 << place);
    }

    /// Nothing of what was sent is sent again.
    pub fn forget(&mut self) {
        self.packets = [Kept::default(); PACKETS];
        self.wanted = 0;
    }

    /// The peer asks for a packet.
    pub fn want(&mut self, sequence: u16, now: MediaTime) -> Wanted {
        let (end, place) = (self.end, usize::from(sequence) % PACKETS);
        let there = |kept: &&mut Kept| {
            let whole = kept.length > 0 && kept.sequence == sequence && end - kept.at <= OCTETS as u64;
            whole && now - kept.sent < OLDEST
        };
        let Some(kept) = self.packets.get_mut(place).filter(there) else { return Wanted::No };
        if kept.times >= TIMES || (kept.times > 0 && now - kept.last < AGAIN) {
            return Wanted::Enough;
        }
        let due = self.due.max(now);
        if due - now > STEP * (BURST - 1) {
            return Wanted::No;
        }
        self.due = due + STEP;
        (kept.times, kept.last) = (kept.times + 1, now);
        self.wanted |= 1 << place;
        Wanted::Yes
    }

    /// The next packet that is to be sent again.
    pub fn take_wanted(&mut self) -> Option<Range<usize>> {
        let place = self.wanted.trailing_zeros() as usize;
        let kept = self.packets.get(place)?;
        self.wanted &= self.wanted - 1;
        let begin = kept.at as usize % OCTETS;
        Some(begin..begin + usize::from(kept.length))
    }

    /// Its octets.
    pub fn octets(&self, place: Range<usize>) -> Option<&[u8]> {
        self.octets.get(place)
    }
}

#[cfg(test)]
mod tests;
