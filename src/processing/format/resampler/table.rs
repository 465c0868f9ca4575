//! Control: the weights of a pair of sample rates, in the order in which the kernel takes them.
//!
//! With the rates' least common multiple as a common grid, input samples lie `up` grid points apart and output samples
//! `down`: every `up`-th output has the same weights, over inputs that lie `down` apart. So the input is split into
//! `down` streams, and each of the `up` output phases is a weighted sum of contiguous stretches of them.

use super::prototype::{HALF, response};
use crate::types::SampleRate;
use std::sync::OnceLock;
use std::time::Duration;

/// Weights for neighbouring stretches of a stream: the first goes with the stretch from `ahead` on, each further one
/// with a stretch that begins one sample later.
///
/// The response is symmetric, so that in most phases each weight goes with a second stretch as well: the first from
/// `behind` on, each further one begins one sample *earlier*.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) ahead: usize,
    pub(super) behind: Option<usize>,
    pub(super) weights: Box<[f32]>,
}

/// How a pair of rates is converted.
#[derive(Debug)]
pub(super) struct Table {
    /// Output phases, input streams.
    pub(super) up: usize,
    pub(super) down: usize,
    /// Samples of a stream (and of an output phase) in a block.
    pub(super) block: usize,
    /// Samples of a stream before the block.
    pub(super) past: usize,
    /// What makes up each output phase.
    pub(super) phases: Box<[Box<[Run]>]>,
    /// The response's length in grid points, and how many there are in a second.
    length: usize,
    grid_hz: u64,
}

/// A weight of an output phase before it joins a run: its place on the grid, and in the kernel's streams.
struct Tap {
    grid: usize,
    start: usize,
}

impl Table {
    fn new(from: SampleRate, to: SampleRate) -> Self {
        let common = gcd(from.hz(), to.hz());
        let (up, down) = ((to.hz() / common) as usize, (from.hz() / common) as usize);
        let grid_hz = u64::from(from.hz()) * up as u64;
        // Grid points per 1 / E, where E is half of the lower rate.
        let resolution = grid_hz as usize * 2 / from.min(to).hz() as usize;
        let length = (2.0 * HALF) as usize * resolution;
        let block = from.block_samples() / down;
        let past = length.div_ceil(up * down);
        let taps = |phase: usize, stream: usize| {
            // Places in the response of the inputs that an output sees, the oldest first. The newest input may be of the
            // same instant as the output; as the response begins with 0, that is its point 1.
            (0..=past).rev().filter_map(move |back| {
                let grid = (up * down * back + phase * down + 1).checked_sub(stream * up)?;
                let start = stream * (past + block) + past - back;
                (0 < grid && grid < length).then_some(Tap { grid, start })
            })
        };
        let weight = |grid: usize| {
            let time = grid as f64 / resolution as f64 - HALF;
            (response(time) * up as f64 / resolution as f64) as f32
        };
        let phase = |phase: usize| -> Box<[Run]> {
            let all: Vec<Tap> = (0..down).flat_map(|stream| taps(phase, stream)).collect();
            runs(&all, length, weight).into_boxed_slice()
        };
        Self { up, down, block, past, phases: (0..up).map(phase).collect(), length, grid_hz }
    }

    /// What a channel remembers: the past of each stream, stream after stream.
    pub(super) fn past_len(&self) -> usize {
        self.past * self.down
    }

    /// The filter's delay: half of the response without its first point. None between equal rates, which are copied.
    pub(super) fn delay(&self) -> Duration {
        if self.up == self.down {
            return Duration::ZERO;
        }
        Duration::from_secs_f64((self.length as f64 / 2.0 - 1.0) / self.grid_hz as f64)
    }
}

/// Gathers taps into runs, those with equal weights (at `length` - grid) two by two.
fn runs(taps: &[Tap], length: usize, weight: impl Fn(usize) -> f32) -> Vec<Run> {
    let mut runs: Vec<(Run, Vec<f32>)> = Vec::new();
    for tap in taps {
        let mirror = taps.iter().find(|other| other.grid == length - tap.grid && other.grid != tap.grid);
        if mirror.is_some_and(|mirror| mirror.grid > tap.grid) {
            continue;
        }
        let behind = mirror.map(|mirror| mirror.start);
        match runs.last_mut() {
            Some((run, weights))
                if run.ahead + weights.len() == tap.start
                    && run.behind.map(|start| start.checked_sub(weights.len())) == behind.map(Some) =>
            {
                weights.push(weight(tap.grid));
            }
            _ => runs.push((Run { ahead: tap.start, behind, weights: Box::default() }, vec![weight(tap.grid)])),
        }
    }
    runs.into_iter().map(|(run, weights)| Run { weights: weights.into(), ..run }).collect()
}

/// The table of a pair of rates, made when it is first asked for.
pub(super) fn shared(from: SampleRate, to: SampleRate) -> &'static Table {
    const RATES: usize = SampleRate::ALL.len();
    static TABLES: [[OnceLock<Table>; RATES]; RATES] = [const { [const { OnceLock::new() }; RATES] }; RATES];
    TABLES[from as usize][to as usize].get_or_init(|| Table::new(from, to))
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
