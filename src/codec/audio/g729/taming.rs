//! Real-time: taming: how far an error of the far decoder's excitation could have grown through the adaptive codebook,
//! and whether its gain has to be held down.

use super::SUBFRAME;
use super::arith::Split;
use super::lag::Lag;

/// Zones of the past, a subframe each.
const ZONES: usize = 4;
/// 1.0 in Q14.
const ONE: i32 = 0x4000;
/// 60,000 in Q14.
const TOO_MUCH: i32 = 983_040_000;

/// Worst error of each of the last four subframes, newest first, Q14.
#[derive(Debug, Clone)]
pub struct ErrorBound {
    worst: [i32; ZONES],
}

impl Default for ErrorBound {
    fn default() -> Self {
        Self { worst: [ONE; ZONES] }
    }
}

fn zone(samples: i16) -> usize {
    (samples.max(0) as usize / SUBFRAME).min(ZONES - 1)
}

fn grown(error: i32, gain: i16) -> i32 {
    let product = Split::new(error).times(gain);
    ONE.saturating_add(super::arith::shl(product, 1))
}

impl ErrorBound {
    /// Whether the gain at this lag has to be held down.
    pub fn is_critical(&self, lag: Lag) -> bool {
        let longest = lag.whole + i16::from(lag.thirds > 0);
        let zones = zone(longest - 50)..=zone(longest + 8);
        self.worst[zones].iter().any(|&error| error > TOO_MUCH)
    }

    /// A subframe was coded with this lag and gain (Q14).
    pub fn update(&mut self, lag: i16, gain: i16) {
        let worst = if lag < SUBFRAME as i16 {
            let once = grown(self.worst[0], gain);
            once.max(grown(once, gain))
        } else {
            let zones = zone(lag - SUBFRAME as i16)..=zone(lag - 1);
            self.worst[zones].iter().fold(-1, |worst, &error| worst.max(grown(error, gain)))
        };
        self.worst.rotate_right(1);
        self.worst[0] = worst;
    }
}
