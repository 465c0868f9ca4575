//! Control: one leg's figures as rates, and which of many legs stand out.

use crate::telemetry::counters::LegGauges;
use crate::types::{DialogId, MediaTime, SessionId, WorkerId};
use serde::{Deserialize, Serialize};

/// So many of each [`LegOrder`] are kept.
pub const TOP: usize = 16;
/// Rates are renewed no more often than this, in ns: counters are published every 160 ms.
const SHORTEST_NS: u64 = 500_000_000;
/// Octets of a dialog's name that a row keeps.
const NAME: usize = 40;

/// A leg in one row. Rates are of the last seconds.
///
/// Example: [`LegOrder`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LegRow {
    /// The number of its session, as in `/session/17`.
    pub session: u32,
    /// The begin of its dialog's name.
    pub dialog: String,
    /// The worker that plays it.
    pub worker: u8,
    /// Packets that came, per second.
    pub packets_in_s: f32,
    /// Packets sent, per second.
    pub packets_out_s: f32,
    /// Packets that never came, per second.
    pub lost_s: f32,
    /// Milliseconds of audio made up, per second.
    pub concealed_ms_s: f32,
    /// What waits in its jitter buffer, in ms.
    pub delay_ms: f32,
}

/// By what legs are ordered, the greatest first.
///
/// ```
/// use media_core::telemetry::{LegOrder, LegRow};
///
/// let mut rows = vec![LegRow::default(), LegRow::default()];
/// rows[1].lost_s = 2.5;
/// LegOrder::Lost.sort(&mut rows);
/// assert_eq!(LegOrder::Lost.of(&rows[0]), 2.5);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LegOrder {
    /// Packets in and out.
    #[default]
    Packets,
    /// Packets lost.
    Lost,
    /// Audio made up.
    Concealed,
    /// Delay in the jitter buffer.
    Delay,
}

impl LegOrder {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Packets, Self::Lost, Self::Concealed, Self::Delay];

    /// What a row counts for.
    pub fn of(self, row: &LegRow) -> f32 {
        match self {
            Self::Packets => row.packets_in_s + row.packets_out_s,
            Self::Lost => row.lost_s,
            Self::Concealed => row.concealed_ms_s,
            Self::Delay => row.delay_ms,
        }
    }

    /// Sorts, equal ones by their number.
    pub fn sort(self, rows: &mut [LegRow]) {
        rows.sort_by(|a, b| self.of(b).total_cmp(&self.of(a)).then(a.session.cmp(&b.session)));
    }
}

/// The numbers of the legs that stood out last.
#[derive(Debug, Default)]
pub(super) struct Tops(Vec<u32>);

impl Tops {
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().copied()
    }

    /// The [`TOP`] first of each order, each row once.
    pub(super) fn choose(&mut self, mut rows: Vec<LegRow>) -> Vec<LegRow> {
        rows.sort_by_key(|row| row.session);
        rows.dedup_by_key(|row| row.session);
        let mut chosen: Vec<LegRow> = Vec::new();
        for order in LegOrder::ALL {
            let first = TOP.min(rows.len());
            if first > 0 && first < rows.len() {
                rows.select_nth_unstable_by(first - 1, |a, b| order.of(b).total_cmp(&order.of(a)));
            }
            chosen.extend_from_slice(&rows[..first]);
        }
        chosen.sort_by_key(|row| row.session);
        chosen.dedup_by_key(|row| row.session);
        self.0 = chosen.iter().map(|row| row.session).collect();
        chosen
    }
}

/// Counts of a leg at its last look, and the rates since the look before.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    at: MediaTime,
    /// As of which block of its worker's clock.
    block: u64,
    counts: [u64; 4],
    rates: Option<[f32; 4]>,
}

impl Meter {
    /// Of a leg that begins now.
    pub(super) fn new(now: MediaTime) -> Self {
        Self { at: now, block: 0, counts: [0; 4], rates: None }
    }

    pub(super) fn row(
        &mut self,
        id: SessionId,
        dialog: &DialogId,
        worker: WorkerId,
        gauges: &LegGauges,
        now: MediaTime,
    ) -> LegRow {
        let since = now.nanos_since(self.at);
        if since >= SHORTEST_NS {
            let counts = [&gauges.packets_in, &gauges.packets_out, &gauges.lost, &gauges.concealed_blocks];
            let counts = counts.map(crate::rt::Gauge::get);
            // Counters come in steps: the time that counts is the one between two of them. On another worker its clock is another.
            let block = gauges.as_of_block.get();
            let blocks = block.checked_sub(self.block).filter(|blocks| self.block > 0 && *blocks < 6_000);
            let seconds = blocks.map_or(since as f32 / 1e9, |blocks| blocks.max(1) as f32 / 100.0);
            let fresh: [f32; 4] = std::array::from_fn(|n| counts[n].saturating_sub(self.counts[n]) as f32 / seconds);
            self.block = block;
            self.rates = Some(match self.rates {
                None => fresh,
                Some(former) => std::array::from_fn(|n| 0.5 * (former[n] + fresh[n])),
            });
            (self.at, self.counts) = (now, counts);
        }
        let [packets_in_s, packets_out_s, lost_s, concealed_s] = self.rates.unwrap_or_default();
        LegRow {
            session: id.index(),
            dialog: prefix(dialog.as_str()).to_owned(),
            worker: worker.0,
            packets_in_s,
            packets_out_s,
            lost_s,
            concealed_ms_s: concealed_s * 10.0,
            delay_ms: gauges.buffer_us.get() as f32 / 1e3,
        }
    }
}

fn prefix(name: &str) -> &str {
    let end = name.char_indices().map(|(at, _)| at).take_while(|at| *at <= NAME).last().unwrap_or(0);
    if name.len() <= NAME { name } else { &name[..end] }
}
