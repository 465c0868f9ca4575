//! Pure: the first packets of a stream, which tell less of the network than they seem to.
//!
//! Live pipelines send their first packet at once and the second when the source has found its pace: the first is early
//! by 40 ms and more against all that follow. What is waited for after it is neither late nor lost.

/// After so many packets the first is compared with the others.
const COMPARED: u8 = 4;
/// For so many blocks of 10 ms nothing is cut out or passed over.
const BLOCKS: i64 = 20;

/// The first packets; times in units of the RTP clock.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct StreamStart {
    packets: u8,
    /// Transit of the first, and the least of the others.
    first: i64,
    others: i64,
    began: i64,
    latest: i64,
}

impl StreamStart {
    /// Counts a packet; whether the first is to be forgotten, because it came more than a block earlier than any other.
    pub(super) fn add(&mut self, transit: i64, arrival: i64, block: i64) -> bool {
        self.packets = self.packets.saturating_add(1);
        self.latest = arrival;
        if self.packets == 1 {
            (self.first, self.others, self.began) = (transit, i64::MAX, arrival);
        } else if self.packets <= COMPARED {
            self.others = self.others.min(transit);
        }
        self.packets == COMPARED && self.others - self.first > block
    }

    /// Whether the stream has gone on for long enough.
    pub(super) const fn is_over(&self, block: i64) -> bool {
        self.latest - self.began >= BLOCKS * block
    }
}
