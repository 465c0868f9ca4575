//! Real-time: losses told into bursts and what lies between (RFC 3611 section 4.7.2, appendix A.2).

/// So many packets heard in a row end a burst.
pub(crate) const GMIN: u64 = 16;

/// Packets and losses by where they lay, as the counters of RFC 3611 appendix A.2. A loss is a packet that did not come or was
/// thrown away.
///
/// Example: [`BurstGapMetrics`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BurstGapCounts {
    /// Packets heard between bursts (c11).
    pub gap_packets: u64,
    /// Losses that stood alone between bursts (c14).
    pub gap_losses: u64,
    /// Bursts that ended (c13).
    pub bursts: u64,
    /// Packets heard within bursts (c22).
    pub burst_packets: u64,
    /// Losses within bursts behind a packet that was heard (c23).
    pub burst_losses: u64,
    /// Losses right behind another (c33).
    pub losses_in_row: u64,
}

impl BurstGapCounts {
    /// Of c11, c14, c13, c22, c23 and c33.
    pub fn new([gap_packets, gap_losses, bursts, burst_packets, burst_losses, losses_in_row]: [u64; 6]) -> Self {
        Self { gap_packets, gap_losses, bursts, burst_packets, burst_losses, losses_in_row }
    }

    /// What was counted since `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let since = |of: fn(&Self) -> u64| of(self).saturating_sub(of(before));
        Self::new([
            since(|of| of.gap_packets),
            since(|of| of.gap_losses),
            since(|of| of.bursts),
            since(|of| of.burst_packets),
            since(|of| of.burst_losses),
            since(|of| of.losses_in_row),
        ])
    }

    /// Packets that did not come, or were thrown away.
    pub fn losses(&self) -> u64 {
        self.gap_losses + self.bursts + self.burst_losses + self.losses_in_row
    }
}

/// Where the machine stands.
#[derive(Debug, Default)]
pub(crate) struct BurstGap {
    counts: BurstGapCounts,
    /// Packets that had been heard in all when the last was lost.
    mark: u64,
    /// Lost in the present burst.
    lost: u64,
}

impl BurstGap {
    /// So many packets are lost before one that is thrown away or not, after so many that were heard in all. Nothing is to be told
    /// of one that is heard with none lost before it.
    pub fn lose(&mut self, missing: u64, thrown_away: bool, heard: u64) {
        if missing > 0 {
            self.lose_one(heard);
            // The others are right behind it. A source that jumped has no such losses.
            let others = missing.min(1_000) - 1;
            self.lost += others;
            self.counts.losses_in_row += others;
        }
        if thrown_away {
            self.lose_one(heard);
        }
    }

    fn lose_one(&mut self, in_all: u64) {
        let heard = in_all - self.mark;
        let counts = &mut self.counts;
        if heard >= GMIN || self.lost == 0 {
            *(if self.lost == 1 { &mut counts.gap_losses } else { &mut counts.bursts }) += u64::from(self.lost > 0);
            self.lost = 1;
            counts.gap_packets += heard;
        } else {
            self.lost += 1;
            if heard == 0 {
                counts.losses_in_row += 1;
            } else {
                counts.burst_losses += 1;
                counts.burst_packets += heard - 1;
            }
        }
        self.mark = in_all;
    }

    /// The counts as they would be if what is under way ended now, after so many packets that were heard in all.
    pub fn counts(&self, heard: u64) -> BurstGapCounts {
        let mut counts = self.counts;
        counts.gap_packets += heard - self.mark;
        match self.lost {
            0 => {}
            1 => counts.gap_losses += 1,
            _ => counts.bursts += 1,
        }
        counts
    }
}

/// Bursts and gaps as RFC 3611 section 4.7.2 tells them.
///
/// ```
/// use media_core::quality::{BurstGapCounts, BurstGapMetrics};
///
/// let none = BurstGapMetrics::of(&BurstGapCounts::default(), 20.0);
/// assert_eq!((none.burst_density, none.gap_density, none.burst_ratio), (0.0, 0.0, 1.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct BurstGapMetrics {
    /// Losses within bursts, 0.0..=1.0 of their packets.
    pub burst_density: f64,
    /// Losses outside of them.
    pub gap_density: f64,
    /// Mean length of a burst, ms; 0: there was none.
    pub burst_ms: f64,
    /// Mean length of what lies between two, ms.
    pub gap_ms: f64,
    /// BurstR of ITU-T G.107 clause 7.4: the mean length of a run of losses against what chance would make of as many; 1 where
    /// nothing was lost.
    pub burst_ratio: f64,
}

impl BurstGapMetrics {
    /// Of counts, or of the difference of two, where a packet is `packet_ms` long.
    pub fn of(counts: &BurstGapCounts, packet_ms: f64) -> Self {
        let BurstGapCounts { gap_packets, gap_losses, bursts, burst_packets, burst_losses, losses_in_row } = *counts;
        let [gap_packets, gap_losses, bursts] = [gap_packets, gap_losses, bursts].map(|count| count as f64);
        let [burst_packets, burst_losses, losses_in_row] =
            [burst_packets, burst_losses, losses_in_row].map(|count| count as f64);
        // p32 and p23 of the appendix.
        let out = burst_losses / (bursts + burst_losses + losses_in_row).max(1.0);
        let back = if burst_packets + burst_losses < 1.0 { 1.0 } else { burst_losses / (burst_packets + burst_losses) };
        let all = gap_packets + gap_losses + 2.0 * bursts + burst_packets + 2.0 * burst_losses + losses_in_row;
        let gap_ms = (gap_packets + gap_losses + bursts) * packet_ms / bursts.max(1.0);
        let losses = gap_losses + bursts + burst_losses + losses_in_row;
        let share = losses / (losses + gap_packets + burst_packets).max(1.0);
        let runs = losses - losses_in_row;
        let in_bursts = bursts > 0.0;
        Self {
            burst_density: if in_bursts { back / (back + out) } else { 0.0 },
            gap_density: gap_losses / (gap_packets + gap_losses).max(1.0),
            burst_ms: if in_bursts { (all * packet_ms / bursts - gap_ms).max(0.0) } else { 0.0 },
            gap_ms,
            burst_ratio: if runs > 0.0 { (losses / runs * (1.0 - share)).max(1.0) } else { 1.0 },
        }
    }
}
