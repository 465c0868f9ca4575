//! Control: how much memory the payloads that wait in one receive path may need.
//!
//! A path may hold what its codec sends in its greatest delay, whatever the peer's packet times, which may change from
//! packet to packet: audio that comes up to 150 ms ahead of its time is taken as well, and one packet more, of any length,
//! is at either end. Payloads lie in whole cells, so each packet time is looked at and the worst one counts.

use super::packet_ring::MAX_RECEIVED;

/// Most cells of a receive path.
pub(super) const MAX_CELLS: usize = 256;

const LEAST_CELL: usize = 64;
/// How far ahead of its time audio is taken for the stream's.
const AHEAD_MS: usize = 150;
/// The longest packet.
const LONGEST_MS: usize = 200;

/// The memory of one receive path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadPlan {
    pub(super) cell: usize,
    pub(super) cells: usize,
}

impl PayloadPlan {
    /// For a codec of at most so many bits a second, and a jitter buffer of that greatest delay.
    pub fn new(bits_per_second: u32, max_delay_ms: u32) -> Self {
        let octets = |ms: usize| (bits_per_second as usize * ms).div_ceil(8_000).clamp(1, MAX_RECEIVED);
        let span = max_delay_ms as usize + AHEAD_MS;
        let mut cell = LEAST_CELL;
        loop {
            let cells = |ms: usize| octets(ms).div_ceil(cell);
            let waiting = |ms: usize| cells(ms) * span.div_ceil(ms);
            let cells = (10..=LONGEST_MS).step_by(10).map(waiting).max().unwrap_or(1) + 2 * cells(LONGEST_MS);
            if cells <= MAX_CELLS {
                return Self { cell, cells };
            }
            cell *= 2;
        }
    }

    /// Octets of memory.
    pub fn octets(self) -> usize {
        self.cell * self.cells
    }
}
