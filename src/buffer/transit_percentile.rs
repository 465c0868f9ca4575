//! Real-time: the transit that nearly all packets keep to: 95 of 100, followed by small steps.

/// Fixed point of the value.
const SCALE: i64 = 64;
/// Steps up for one that was slower, against one down for one that was not: 95 of 100.
const UP: i64 = 19;

/// The transit that nearly all packets keep to: 95 of 100, followed by small steps.
///
/// In units of the RTP clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TransitPercentile {
    /// Times [`SCALE`].
    value: Option<i64>,
    /// 1/16 ms, times [`SCALE`].
    step: i64,
}

impl TransitPercentile {
    /// `ms` are the units in 1 ms.
    pub(crate) const fn new(ms: i64) -> Self {
        Self { value: None, step: ms * SCALE / 16 }
    }

    pub(crate) const fn reset(&mut self) {
        self.value = None;
    }

    /// Counts a packet.
    pub(crate) fn add(&mut self, transit: i64) {
        let scaled = transit * SCALE;
        let value = self.value.unwrap_or(scaled);
        self.value = Some(if scaled > value { (value + UP * self.step).min(scaled) } else { value - self.step });
    }

    /// Once there was a packet.
    pub(crate) const fn get(&self) -> Option<i64> {
        match self.value {
            Some(value) => Some(value / SCALE),
            None => None,
        }
    }
}
