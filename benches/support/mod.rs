//! Control: a small harness for measurements side by side: ours and its peers take turns in one run, in many short
//! batches, so that whatever else the machine does falls on both.
//!
//! A figure is given as *floor* (fastest batch: what the code costs) and *median* (what it costs on this machine now).
//! `cargo bench --bench NAME -- [--json] [--quick] [--filter TEXT]`: a table, or one JSON object a line
//! `{"name","value","unit","peer","peer_value"}` with the median under the row's name and the floor under `NAME_floor`;
//! `peer_value` is null where the peer is absent: unmeasured, not beaten.

// Each bench compiles this file into itself and uses its own part of it.
#![allow(dead_code)]

use std::time::{Duration, Instant};

/// One side of a comparison: what it is called, and one run of it.
pub type Side<'a> = (&'a str, &'a mut dyn FnMut());

/// How figures are given: one run's nanoseconds are divided by `per`.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// For example `"ns per 160 samples"`.
    pub name: &'static str,
    /// How many units of work one run does.
    pub per: f64,
}

/// Floor and median of one side, in the row's unit.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub floor: f64,
    pub median: f64,
}

impl Cost {
    pub fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        Self { floor: samples[0], median: samples[samples.len() / 2] }
    }

    /// Both times `factor`.
    pub fn times(self, factor: f64) -> Self {
        Self { floor: self.floor * factor, median: self.median * factor }
    }
}

/// The run of one bench target.
#[derive(Debug)]
pub struct Bench {
    json: bool,
    filter: String,
    batch: Duration,
    rounds: usize,
    shown: usize,
}

impl Bench {
    /// Reads the command line; cargo's own `--bench` is ignored. `title` heads the table.
    pub fn from_args(title: &str) -> Self {
        let mut bench =
            Self { json: false, filter: String::new(), batch: Duration::from_micros(50), rounds: 2_000, shown: 0 };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--bench" => {}
                "--json" => bench.json = true,
                "--quick" => bench.rounds = 200,
                "--filter" => bench.filter = args.next().unwrap_or_default(),
                other => usage(&format!("unknown argument {other}")),
            }
        }
        if !bench.json {
            println!("{title}: floor / median of {} batches of about {:?}", bench.rounds, bench.batch);
            println!("{:<44} {:>16}   {:<28} {:>16} {:>13}  unit", "name", "ours", "peer", "peer", "ours/peer");
        }
        bench
    }

    /// Whether `--filter` lets `name` through: to skip a costly set-up.
    pub fn wants(&self, name: &str) -> bool {
        name.contains(&self.filter)
    }

    /// Whether a short run was asked for: for what the bench measures by itself.
    pub fn quick(&self) -> bool {
        self.rounds < 2_000
    }

    /// Measures all `sides` in turn: the first is ours, the others are peers. The first peer is that of row `name`; a
    /// further one, called `p`, makes row `name_vs_p` with the same figures of ours. Returns the costs in the order of
    /// `sides`, or `None` where the filter leaves the row out.
    pub fn compare(&mut self, name: &str, unit: Unit, sides: &mut [Side<'_>]) -> Option<Vec<Cost>> {
        let rows: Vec<String> = sides.iter().enumerate().skip(1).map(|(i, side)| row_name(name, i, side.0)).collect();
        if !self.wants(name) && !rows.iter().any(|row| self.wants(row)) {
            return None;
        }
        let costs = self.measure(sides, unit);
        if rows.is_empty() {
            self.show(name, unit.name, costs[0], None);
        }
        for (i, row) in rows.iter().enumerate() {
            self.show(row, unit.name, costs[0], Some((sides[i + 1].0, costs[i + 1])));
        }
        Some(costs)
    }

    /// Reports a figure that the bench worked out itself (a percentage, a count).
    pub fn figure(&mut self, name: &str, value: f64, unit: &str, peer: Option<(&str, Option<f64>)>) {
        if !self.wants(name) {
            return;
        }
        if self.json {
            self.line(name, value, unit, peer.map(|p| p.0), peer.and_then(|p| p.1));
        } else {
            let peer = peer.map_or(String::new(), |(p, v)| match v {
                Some(v) => format!("{p}: {v:.2}"),
                None => format!("{p}: not measured here"),
            });
            println!("{name:<44} {value:>16.2}   {peer:<60}  {unit}");
        }
        self.shown += 1;
    }

    /// Reports what whole periods cost: the median in row "NAME " and the floor in "NAME _floor", beside the peer's.
    /// A filter that ends with a space means this row only.
    pub fn periods(&mut self, name: &str, unit: &str, ours: Cost, peer: Option<(&str, Option<Cost>)>) {
        let of = |figure: fn(Cost) -> f64| peer.map(|(name, cost)| (name, cost.map(figure)));
        self.figure(&format!("{name} "), ours.median, unit, of(|cost| cost.median));
        self.figure(&format!("{name} _floor"), ours.floor, unit, of(|cost| cost.floor));
    }

    /// Ends the run: a filter that fits nothing is an error, not an empty success.
    pub fn finish(self) {
        if self.shown == 0 {
            usage(&format!("no row has \"{}\" in its name", self.filter));
        }
    }

    fn measure(&self, sides: &mut [Side<'_>], unit: Unit) -> Vec<Cost> {
        let runs: Vec<usize> = sides.iter_mut().map(|side| runs_per_batch(side.1, self.batch)).collect();
        let mut samples = vec![Vec::with_capacity(self.rounds); sides.len()];
        for round in 0..self.rounds {
            for turn in 0..sides.len() {
                // The order rotates, so that no side always runs in the other's cache.
                let k = (round + turn) % sides.len();
                samples[k].push(time(sides[k].1, runs[k]).as_nanos() as f64 / runs[k] as f64 / unit.per);
            }
        }
        samples.into_iter().map(Cost::of).collect()
    }

    fn show(&mut self, name: &str, unit: &str, ours: Cost, peer: Option<(&str, Cost)>) {
        if !self.wants(name) {
            return;
        }
        self.shown += 1;
        if self.json {
            let peer_name = peer.map(|p| p.0);
            self.line(name, ours.median, unit, peer_name, peer.map(|p| p.1.median));
            self.line(&format!("{name}_floor"), ours.floor, unit, peer_name, peer.map(|p| p.1.floor));
            return;
        }
        let pair = |c: Cost| format!("{:.1} / {:.1}", c.floor, c.median);
        match peer {
            None => println!("{name:<44} {:>16}   {:<28} {:>16} {:>13}  {unit}", pair(ours), "-", "-", "-"),
            Some((peer, cost)) => {
                let ratio = format!("{:.2} / {:.2}", ours.floor / cost.floor, ours.median / cost.median);
                println!("{name:<44} {:>16}   {peer:<28} {:>16} {ratio:>13}  {unit}", pair(ours), pair(cost));
            }
        }
    }

    fn line(&self, name: &str, value: f64, unit: &str, peer: Option<&str>, peer_value: Option<f64>) {
        let round = |v: f64| (v * 1_000.0).round() / 1_000.0;
        let line = Line { name, value: round(value), unit, peer, peer_value: peer_value.map(round) };
        println!("{}", serde_json::to_string(&line).expect("plain data"));
    }
}

/// A figure as it is printed with `--json`.
#[derive(serde::Serialize)]
struct Line<'a> {
    name: &'a str,
    value: f64,
    unit: &'a str,
    peer: Option<&'a str>,
    peer_value: Option<f64>,
}

fn row_name(name: &str, side: usize, peer: &str) -> String {
    if side == 1 { name.to_owned() } else { format!("{name}_vs_{peer}") }
}

/// Doubles the runs until a batch takes long enough for the clock; that warms caches and branch predictors as well.
fn runs_per_batch(side: &mut dyn FnMut(), batch: Duration) -> usize {
    let mut runs = 1;
    while runs < 1 << 24 && time(side, runs) < batch {
        runs *= 2;
    }
    runs
}

fn time(side: &mut dyn FnMut(), runs: usize) -> Duration {
    let start = Instant::now();
    for _ in 0..runs {
        side();
    }
    start.elapsed()
}

fn usage(error: &str) -> ! {
    eprintln!("{error}\nusage: cargo bench --bench NAME -- [--json] [--quick] [--filter TEXT]");
    std::process::exit(2);
}
