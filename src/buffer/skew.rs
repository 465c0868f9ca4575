//! Real-time: how fast the sender's clock runs against ours.

/// What an older point keeps of its weight at each new one: with points half a second apart, about 25 s.
const KEEP: f64 = 0.98;
/// Points before the estimate is given out.
const ENOUGH: u32 = 20;

/// The slope of the fastest transit over time: a straight line through its points by least squares, old ones forgotten.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew {
    points: u32,
    /// Where the sums are taken from, so that they stay small.
    origin: (i64, i64),
    last: f64,
    weight: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
}

impl ClockSkew {
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// A point: the fastest transit of the time around `at`, both in units of the RTP clock. One that is `jump` or more
    /// from the last begins anew: the route changed.
    pub(crate) fn add(&mut self, at: i64, transit: i64, jump: i64) {
        if self.points == 0 {
            self.origin = (at, transit);
        }
        let (x, y) = ((at - self.origin.0) as f64, (transit - self.origin.1) as f64);
        if self.points > 0 && (y - self.last).abs() >= jump as f64 {
            self.reset();
            self.origin = (at, transit);
            self.points = 1;
            self.weight = 1.0;
            return;
        }
        self.last = y;
        self.points = self.points.saturating_add(1);
        self.weight = self.weight * KEEP + 1.0;
        self.x = self.x * KEEP + x;
        self.y = self.y * KEEP + y;
        self.xx = self.xx * KEEP + x * x;
        self.xy = self.xy * KEEP + x * y;
    }

    /// By how much our clock runs faster than the sender's, in parts per million; 0 until known.
    pub(crate) fn ppm(&self) -> f32 {
        let spread = self.weight * self.xx - self.x * self.x;
        if self.points < ENOUGH || spread <= 0.0 {
            return 0.0;
        }
        ((self.weight * self.xy - self.x * self.y) / spread * 1e6) as f32
    }
}
