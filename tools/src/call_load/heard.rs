//! Pure: what has come of one stream: counted by sequence number and by the kernel's time of arrival.

use hdrhistogram::Histogram;
use media_core::rtp::RtpHeader;

/// Between packets of a stream, in ns.
const PACKET_TIME: u64 = 20_000_000;

/// A packet that was kept, to be listened to.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// Its place among the packets since the first one.
    pub(super) place: i64,
    /// When it arrived, ns since 1970.
    pub(super) stamp: u64,
    pub(super) payload: Vec<u8>,
}

/// Of one stream, in one window.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    pub(super) packets: u64,
    pub(super) duplicates: u64,
    pub(super) reordered: u64,
    /// Packets that belong to another source than the first one's.
    pub(super) strange: u64,
    /// The longest time between two packets, in ns.
    pub(super) longest_gap: u64,
    pub(super) kept: Option<Vec<Kept>>,
    first: Option<(u32, u16)>,
    /// The highest place, and which of the 64 before it have come.
    highest: i64,
    seen: u64,
    last_stamp: u64,
}

/// A histogram of times in ns, to within a thousandth.
pub(super) fn times() -> Histogram<u64> {
    let bounds = Histogram::new_with_bounds(1_000, 100_000_000_000, 3);
    bounds.unwrap_or_else(|_| unreachable!("constants within the crate's bounds"))
}

impl Heard {
    /// Nothing yet; `kept`: what comes is kept.
    pub(super) fn new(kept: bool) -> Self {
        Self { kept: kept.then(Vec::new), ..Self::default() }
    }

    /// Takes a packet; how far its distance from the one before is from 20 ms goes to `gaps`.
    pub(super) fn take(&mut self, header: &RtpHeader, payload: &[u8], stamp: u64, gaps: &mut Histogram<u64>) {
        let (ssrc, first) = *self.first.get_or_insert((header.ssrc, header.sequence));
        if ssrc != header.ssrc {
            self.strange += 1;
            return;
        }
        // From the highest so far: wraps as the numbers do.
        let expected = first.wrapping_add(self.highest as u16);
        let place = self.highest + i64::from(header.sequence.wrapping_sub(expected) as i16);
        let ahead = place - self.highest;
        if self.packets == 0 {
            self.seen = 1;
        } else if ahead > 0 {
            self.seen = if ahead < 64 { self.seen << ahead | 1 } else { 1 };
            self.highest = place;
        } else {
            let bit = if ahead > -64 { 1 << -ahead } else { 0 };
            if self.seen & bit != 0 {
                self.duplicates += 1;
                return;
            }
            self.seen |= bit;
            self.reordered += 1;
        }
        if self.packets > 0 {
            let gap = stamp.saturating_sub(self.last_stamp);
            self.longest_gap = self.longest_gap.max(gap);
            gaps.saturating_record(gap.abs_diff(PACKET_TIME));
        }
        self.packets += 1;
        self.last_stamp = stamp;
        if let Some(kept) = &mut self.kept {
            kept.push(Kept { place, stamp, payload: payload.to_vec() });
        }
    }

    /// Packets that did not come, though later ones did.
    pub(super) fn lost(&self) -> u64 {
        let expected = if self.packets > 0 { self.highest as u64 + 1 } else { 0 };
        expected.saturating_sub(self.packets)
    }

    /// Packets that were not even sent: how many fewer numbers there are than so many ms hold. Two are no matter: where a
    /// window begins and ends.
    pub(super) fn unsent(&self, ms: u64) -> u64 {
        (ms / 20).saturating_sub(2).saturating_sub(self.packets + self.lost())
    }
}
