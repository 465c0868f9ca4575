//! Real-time: interarrival jitter (RFC 3550 section 6.4.1 and appendix A.8).

/// A step of the transit time of more blocks of 10 ms than these is no jitter: the sender's clock jumped.
const NO_JITTER: i64 = 100;

/// Interarrival jitter of a stream.
#[derive(Debug, Default)]
pub(crate) struct ArrivalJitter {
    transit: Option<i64>,
    /// In 16ths of a unit of the clock.
    jitter: i64,
}

impl ArrivalJitter {
    /// A packet whose transit took so many units of the clock, of which a block of 10 ms has `block`.
    pub fn add(&mut self, transit: i64, block: i64) {
        if let Some(before) = self.transit.replace(transit) {
            let step = (transit - before).abs();
            if step <= NO_JITTER * block {
                self.jitter += step - ((self.jitter + 8) >> 4);
            }
        }
    }

    /// Another source begins, or the same one anew: what was measured stays until more is known.
    pub fn begin_anew(&mut self) {
        self.transit = None;
    }

    /// In ms.
    pub fn ms(&self, block: i64) -> f32 {
        self.jitter as f32 * 10.0 / (16 * block.max(1)) as f32
    }
}
