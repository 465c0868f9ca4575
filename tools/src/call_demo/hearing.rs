//! Pure: finds each talker in what a party heard: with what delay, how loud, how much like what was said.
//!
//! What is heard is taken for a sum of delayed talkers. In windows of half a second each talker's delay is searched, the
//! clearest first, each being subtracted before the next is sought; then all gains are fitted together. A talker's
//! likeness is the correlation of what was said with what is left of the window when all others are taken away (a
//! partial correlation): near 1 for who is heard, also among others; near 0 for who is not. The median over the windows
//! counts, so that a lost packet or a shift of the jitter buffer in some of them does not. Chance finds a likeness in any
//! window, but at another delay in each; what is heard has about the same delay in all.

use super::RATE;

/// Samples of a window.
const WINDOW: usize = RATE / 2;
/// What is left out at the beginning, where the calls start: samples.
const SKIP: usize = RATE / 4;
/// Most windows looked at; spread evenly.
const MOST_WINDOWS: usize = 24;
/// Delays sought, in samples: none is negative but by the error of the clock line.
const EARLIEST: isize = -80;
const LATEST: isize = 4_000;
/// Delays are first sought in sums of so many samples, then in samples.
const COARSE: usize = 4;
/// A talker whose window is this much below the talker's mean power says nothing there.
const TALKS: f64 = 0.1;
/// Delays this near to the median are the same, in ms.
const SAME_MS: f64 = 20.0;

/// One talker.
#[derive(Debug, Clone, Copy)]
pub struct Talker<'a> {
    /// What is said, at 8 kHz.
    pub said: &'a [f32],
    /// When the first sample's packet left, in seconds.
    pub begin: f64,
}

/// How one talker is heard: medians over the windows in which the talker talks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Heard {
    /// Windows in which the talker talks.
    pub windows: usize,
    /// Partial correlation, -1..1.
    pub likeness: f64,
    /// Gain: 1 = as loud as said.
    pub gain: f64,
    /// From the departure of a sample's packet to the arrival of a packet with this sample, in ms.
    pub delay_ms: f64,
    /// Share of the windows that agree on the delay within 20 ms.
    pub steady: f64,
}

/// How each of `talkers` is heard in `heard`, whose first sample came at `begin` seconds.
pub fn find(heard: &[f32], begin: f64, talkers: &[Talker<'_>]) -> Vec<Heard> {
    let mut found = vec![Vec::new(); talkers.len()];
    let last = heard.len().saturating_sub(WINDOW);
    if heard.len() >= SKIP + WINDOW {
        let count = ((last - SKIP) / WINDOW + 1).min(MOST_WINDOWS);
        for nth in 0..count {
            let at = SKIP + (last - SKIP) * nth / (count - 1).max(1);
            window(&heard[at..at + WINDOW], begin + at as f64 / RATE as f64, talkers, &mut found);
        }
    }
    found.iter().map(|windows| medians(windows)).collect()
}

/// One talker around one window, with room for all delays.
struct Candidate {
    talker: usize,
    mean: f64,
    said: Vec<f32>,
    coarse: Vec<f32>,
    shift: usize,
    gain: f64,
}

const SPAN: usize = (LATEST - EARLIEST) as usize;

impl Candidate {
    /// What the talker said from the latest delay on; `None` if silent.
    fn of(talker: usize, from: &Talker<'_>, at: f64) -> Option<Self> {
        let first = ((at - from.begin) * RATE as f64).round() as isize - LATEST;
        let sample = |i: isize| usize::try_from(i).ok().and_then(|i| from.said.get(i)).copied().unwrap_or_default();
        let said: Vec<f32> = (first..first + (WINDOW + SPAN) as isize).map(sample).collect();
        if energy(&said) == 0.0 {
            return None;
        }
        let mean = energy(from.said) / from.said.len() as f64;
        let coarse = coarse(&said);
        Some(Self { talker, mean, said, coarse, shift: 0, gain: 0.0 })
    }

    /// The part that is heard with the current delay.
    fn aligned(&self) -> &[f32] {
        &self.said[self.shift..self.shift + WINDOW]
    }

    /// Finds the shift at which `rest` is most like this talker; returns the likeness.
    fn align(&mut self, rest: &[f32], rest_coarse: &[f32]) -> f64 {
        let length = rest_coarse.len();
        let rough = |shift: &usize| likeness(&self.coarse[*shift..shift + length], rest_coarse);
        let best = (0..=SPAN / COARSE).max_by(|a, b| rough(a).total_cmp(&rough(b))).unwrap_or_default() * COARSE;
        let fine = |shift: &usize| likeness(&self.said[*shift..shift + WINDOW], rest);
        let around = best.saturating_sub(2 * COARSE)..=(best + 2 * COARSE).min(SPAN);
        self.shift = around.max_by(|a, b| fine(a).total_cmp(&fine(b))).unwrap_or_default();
        fine(&self.shift)
    }

    /// Fits the gain to `rest` and takes away what it explains.
    fn subtract(&mut self, rest: &mut [f32]) {
        let more = dot(self.aligned(), rest) / energy(self.aligned()).max(1e-12);
        self.gain += more;
        let said = &self.said[self.shift..self.shift + WINDOW];
        rest.iter_mut().zip(said).for_each(|(r, s)| *r -= more as f32 * s);
    }
}

fn window(heard: &[f32], at: f64, talkers: &[Talker<'_>], found: &mut [Vec<[f64; 3]>]) {
    let mut open: Vec<_> = talkers.iter().enumerate().filter_map(|(i, talker)| Candidate::of(i, talker, at)).collect();
    let (mut rest, mut placed) = (heard.to_vec(), Vec::new());
    while !open.is_empty() {
        let sums = coarse(&rest);
        let clearest = (0..open.len())
            .map(|i| (open[i].align(&rest, &sums), i))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(0, |(_, i)| i);
        let mut candidate = open.swap_remove(clearest);
        candidate.subtract(&mut rest);
        placed.push(candidate);
    }
    // A few rounds of fitting each to what the others leave converge to the joint least squares.
    for _ in 0..6 {
        placed.iter_mut().for_each(|candidate| candidate.subtract(&mut rest));
    }
    let talks = |candidate: &&Candidate| energy(candidate.aligned()) > TALKS * candidate.mean * WINDOW as f64;
    for candidate in placed.iter().filter(talks) {
        let own: Vec<f32> = rest.iter().zip(candidate.aligned()).map(|(r, s)| r + candidate.gain as f32 * s).collect();
        let delay = LATEST as f64 - candidate.shift as f64;
        found[candidate.talker].push([likeness(candidate.aligned(), &own), candidate.gain, delay * 1e3 / RATE as f64]);
    }
}

fn medians(windows: &[[f64; 3]]) -> Heard {
    let median = |of: usize| {
        let mut values: Vec<f64> = windows.iter().map(|window| window[of]).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    let delay_ms = median(2);
    let same = windows.iter().filter(|window| (window[2] - delay_ms).abs() <= SAME_MS).count();
    let steady = same as f64 / windows.len().max(1) as f64;
    Heard { windows: windows.len(), likeness: median(0), gain: median(1), delay_ms, steady }
}

fn coarse(samples: &[f32]) -> Vec<f32> {
    samples.chunks_exact(COARSE).map(|chunk| chunk.iter().sum()).collect()
}

fn likeness(a: &[f32], b: &[f32]) -> f64 {
    dot(a, b) / (energy(a) * energy(b)).sqrt().max(1e-9)
}

fn energy(samples: &[f32]) -> f64 {
    dot(samples, samples)
}

/// In sixteen sums, which the compiler turns into vectors.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    let (mut sums, (a, a_rest), (b, b_rest)) = ([0.0f32; 16], a.as_chunks::<16>(), b.as_chunks::<16>());
    for (x, y) in a.iter().zip(b) {
        sums.iter_mut().zip(x.iter().zip(y)).for_each(|(sum, (x, y))| *sum += x * y);
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    f64::from(sums.iter().sum::<f32>() + rest)
}
