//! Real-time: packets that carry older ones again (RFC 2198, in-band error correction): the delay that makes them of use.

/// Over how many packets the loss is averaged.
const AVERAGE: f32 = 128.0;
/// Above this loss waiting for redundancy pays, below the other no longer.
const PAYS: f32 = 0.03;
const PAYS_NO_MORE: f32 = 0.015;
/// For how long redundancy that was there once is reckoned with, in s.
const REMEMBER_S: i64 = 30;
/// Deep redundancy: over how many holes their length is averaged, and how long it is waited for at most, in blocks: the last packets
/// of a hole are worth more than the delay that the first would cost.
const HOLES: f32 = 16.0;
const MOST_WAIT: i64 = 6;

/// What is known of redundancy and of the loss that it is for.
#[derive(Debug, Default)]
pub(super) struct Redundancy {
    /// Share of packets missing lately.
    loss: f32,
    /// When an older packet was last found in a newer one, and how much newer, in units of the RTP clock.
    seen: Option<(i64, i64)>,
    /// The same of redundancy that reaches over holes of any length; and the mean length of a hole less one, in packets.
    deep: Option<(i64, i64)>,
    longer: f32,
    /// It is waited for.
    waits: bool,
}

impl Redundancy {
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// A packet is played, `missing` before it were not. Returns by how much the delay should exceed what packets
    /// themselves need.
    pub(super) fn played(&mut self, missing: i64, now: i64, rate: i64) -> i64 {
        for _ in 0..missing.min(20) {
            self.missed();
        }
        self.loss -= self.loss / AVERAGE;
        self.waits = self.loss > if self.waits { PAYS_NO_MORE } else { PAYS };
        let fresh = |seen: Option<(i64, i64)>| match seen {
            Some((at, distance)) if now - at < REMEMBER_S * rate => distance,
            _ => 0,
        };
        if self.waits { fresh(self.seen).max(fresh(self.deep)) } else { 0 }
    }

    /// A packet did not come itself.
    pub(super) const fn missed(&mut self) {
        self.loss += (1.0 - self.loss) / AVERAGE;
    }

    /// Redundancy was found that is, or might have been, of use.
    pub(super) const fn found(&mut self, now: i64, distance: i64) {
        self.seen = Some((now, distance));
    }

    /// Redundancy was found that reaches back over `reach` units, behind a hole of `missing` packets of `length` units. It is waited
    /// for as long as holes usually are.
    pub(super) fn found_deep(&mut self, now: i64, missing: i64, length: i64, reach: i64, block: i64) {
        self.longer += ((missing.clamp(1, 20) - 1) as f32 - self.longer) / HOLES;
        let usual = (1.0 + self.longer).round() as i64 * length;
        self.deep = Some((now, usual.min(reach).min(length.max(MOST_WAIT * block))));
    }
}
