//! Pure: the index of a packet by its sequence number (RFC 3711 section 3.3.1), and which indices were seen (section 3.3.2).

use crate::rtp::SrtpFault;

/// Indices that are kept apart below the newest: 64 is the least (RFC 3711 section 3.3.2). At 20 ms a packet 2.5 s.
pub(super) const WINDOW: u64 = 128;
/// The first index that an RTP packet cannot have: rollover counter and sequence number are 48 bits.
pub(super) const RTP_INDICES: u64 = 1 << 48;
/// As much of RTCP.
pub(super) const RTCP_INDICES: u64 = 1 << 31;

/// Which indices of one stream were seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Window {
    highest: u64,
    /// Bit n: index `highest` - n was seen. 0: none was.
    seen: u128,
}

impl Window {
    /// Whether any was seen.
    pub fn is_begun(&self) -> bool {
        self.seen != 0
    }

    /// Whether a packet of that index may be taken.
    pub fn check(&self, index: u64) -> Result<(), SrtpFault> {
        let Some(behind) = self.highest.checked_sub(index).filter(|_| self.is_begun()) else { return Ok(()) };
        match behind {
            WINDOW.. => Err(SrtpFault::TooOld),
            _ if self.seen >> behind & 1 == 1 => Err(SrtpFault::Replayed),
            _ => Ok(()),
        }
    }

    /// A packet of that index was taken.
    pub fn note(&mut self, index: u64) {
        if let Some(behind) = self.highest.checked_sub(index).filter(|_| self.is_begun()) {
            self.seen |= if behind < WINDOW { 1 << behind } else { 0 };
            return;
        }
        let ahead = index - self.highest;
        self.seen = if self.is_begun() && ahead < WINDOW { self.seen << ahead | 1 } else { 1 };
        self.highest = index;
    }

    /// The index of the packet of that sequence number that is nearest to the highest one seen; `None` where it would lie
    /// before the first, or behind the last that there can be.
    pub fn estimate(&self, sequence: u16) -> Option<u64> {
        const HALF: u16 = 1 << 15;
        let (rollovers, last) = (self.highest >> 16, self.highest as u16);
        let rollovers = if last < HALF {
            if sequence.saturating_sub(last) > HALF { rollovers.checked_sub(1)? } else { rollovers }
        } else if last - HALF > sequence {
            rollovers + 1
        } else {
            rollovers
        };
        Some(rollovers << 16 | u64::from(sequence)).filter(|index| *index < RTP_INDICES)
    }

    /// As if `index` were the highest one seen, and the only one.
    #[cfg(test)]
    pub fn at(index: u64) -> Self {
        Self { highest: index, seen: 1 }
    }
}
