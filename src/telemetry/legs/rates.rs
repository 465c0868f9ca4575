//! Control: what a leg counts, as rates.

use super::LegRow;
use crate::rt::Gauge;
use crate::telemetry::counters::{LegGauges, TransportGauges};
use crate::types::MediaTime;

/// Rates are renewed no more often than this, in ns: counters are published every 160 ms.
const SHORTEST_NS: u64 = 500_000_000;
/// Counters that become rates.
const RATES: usize = 6;

/// Counts of a leg at its last look, and the rates since the look before.
#[derive(Debug, Clone)]
pub(in crate::telemetry) struct Meter {
    at: MediaTime,
    /// As of which block of its worker's clock.
    block: u64,
    counts: [u64; RATES],
    rates: Option<[f32; RATES]>,
}

impl Meter {
    /// Of a leg that begins now.
    pub(in crate::telemetry) fn new(now: MediaTime) -> Self {
        Self { at: now, block: 0, counts: [0; RATES], rates: None }
    }

    /// Takes what is counted by now.
    pub(in crate::telemetry) fn look(&mut self, media: &LegGauges, transport: &TransportGauges, now: MediaTime) {
        let since = now.nanos_since(self.at);
        if since < SHORTEST_NS {
            return;
        }
        let counts = [&media.packets_in, &media.packets_out, &media.lost, &media.concealed_blocks, &transport.refused];
        let [packets_in, packets_out, lost, concealed, refused] = counts.map(Gauge::get);
        let undecodable = media.unknown_payload_type.get() + media.bad_payload.get();
        let counts = [packets_in, packets_out, lost, concealed, refused, undecodable];
        // Counters come in steps: the time that counts is the one between two of them. On another worker its clock is another.
        let block = media.as_of_block.get();
        let blocks = block.checked_sub(self.block).filter(|blocks| self.block > 0 && *blocks < 6_000);
        let seconds = blocks.map_or(since as f32 / 1e9, |blocks| blocks.max(1) as f32 / 100.0);
        let fresh: [f32; RATES] = std::array::from_fn(|n| counts[n].saturating_sub(self.counts[n]) as f32 / seconds);
        self.block = block;
        self.rates = Some(match self.rates {
            None => fresh,
            Some(former) => std::array::from_fn(|n| 0.5 * (former[n] + fresh[n])),
        });
        (self.at, self.counts) = (now, counts);
    }

    /// A row with what was found at the last look.
    pub(in crate::telemetry) fn row(&self, media: &LegGauges) -> LegRow {
        let [packets_in_s, packets_out_s, lost_s, concealed_s, refused_s, undecodable_s] =
            self.rates.unwrap_or_default();
        let (concealed_ms_s, delay_ms) = (concealed_s * 10.0, media.buffer_us.get() as f32 / 1e3);
        LegRow {
            packets_in_s,
            packets_out_s,
            lost_s,
            concealed_ms_s,
            delay_ms,
            refused_s,
            undecodable_s,
            ..LegRow::default()
        }
    }
}
