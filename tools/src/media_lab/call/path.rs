//! Control: one way through a network: when what is sent at a time arrives, by a trace or a network that is made.

use crate::jitter_lab::{Impairment, Network, Timeline, Trace, impair};
use anyhow::{Result, ensure};
use clap::ValueEnum as _;
use media_core::types::MediaTime;
use std::path::PathBuf;
use std::time::Duration;

/// Of a made network's packets, and of a trace of one packet.
const SLOT_MS: f64 = 20.0;

/// Which network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is lost, and nothing waits.
    Perfect,
    /// Made, by seed.
    Made(Network),
    /// Read from a file.
    Trace(PathBuf),
}

impl Kind {
    /// As it is given: `perfect`, the name of a network, or a file.
    ///
    /// # Errors
    /// It is none of them: says which there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "perfect" {
            return Ok(Self::Perfect);
        }
        if let Ok(network) = Network::from_str(text, false) {
            return Ok(Self::Made(network));
        }
        if is_file_name(text) {
            return Ok(Self::Trace(text.into()));
        }
        let names = Network::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
        let names: Vec<_> = names.map(|name| name.get_name().to_owned()).collect();
        Err(format!("must be perfect, {}, or a trace's file (seq,arrival_ms,lost,send_ms)", names.join(", ")))
    }

    /// The file that it is read from.
    #[must_use]
    pub const fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::Trace(path) => Some(path),
            _ => None,
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Perfect => f.write_str("perfect"),
            Self::Made(network) => f.write_str(network.to_possible_value().unwrap_or_default().get_name()),
            Self::Trace(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Whether it is meant for a file: nothing else that is named has an ending.
#[must_use]
pub fn is_file_name(text: &str) -> bool {
    text.contains(['.', '/'])
}

/// One way through it.
#[derive(Debug)]
pub struct Path {
    /// Of the packet that is sent in each slot, ms; none: it is lost.
    transits: Vec<Option<f64>>,
    slot_ms: f64,
    begun: MediaTime,
    sent: u64,
    lost: u64,
}

impl Path {
    /// A way that begins at `begun`, for so many seconds; a trace that is shorter begins anew.
    ///
    /// # Errors
    /// The trace cannot be read, or has no packet that arrives.
    pub fn new(kind: &Kind, seed: u64, seconds: f64, begun: MediaTime) -> Result<Self> {
        let packets = (seconds * 1e3 / SLOT_MS).ceil() as u64 + 1;
        let trace = match kind {
            Kind::Perfect => None,
            Kind::Made(network) => Some(impair(Impairment { seed, ..network.impairment() }, packets, SLOT_MS)),
            Kind::Trace(path) => Some(Trace::read(path)?),
        };
        let (transits, slot_ms) = match &trace {
            None => (vec![Some(0.0)], SLOT_MS),
            Some(trace) => {
                let slot_ms = spacing(trace);
                let timeline = Timeline::of(trace, slot_ms, 8_000.0)?;
                let transits = timeline.places.iter().map(|place| Some((place.arrival_ms? - place.send_ms).max(0.0)));
                (transits.collect::<Vec<_>>(), slot_ms)
            }
        };
        ensure!(transits.iter().any(Option::is_some), "{kind}: no packet of the trace arrives");
        Ok(Self { transits, slot_ms, begun, sent: 0, lost: 0 })
    }

    /// When what is sent at `at` arrives; `None`: never.
    pub fn arrival(&mut self, at: MediaTime) -> Option<MediaTime> {
        self.sent += 1;
        let since_ms = at.nanos_since(self.begun) as f64 / 1e6;
        let transit = self.transits[(since_ms / self.slot_ms) as usize % self.transits.len()];
        self.lost += u64::from(transit.is_none());
        transit.map(|ms| at + Duration::from_nanos((ms * 1e6) as u64))
    }

    /// Datagrams that were sent and lost.
    #[must_use]
    pub const fn counts(&self) -> [u64; 2] {
        [self.sent, self.lost]
    }
}

/// From one packet to the next at the sender, ms.
fn spacing(trace: &Trace) -> f64 {
    let mut steps: Vec<f64> = trace.0.windows(2).map(|pair| (pair[1].send_ms - pair[0].send_ms).abs()).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().filter(|step| *step >= 1.0).unwrap_or(SLOT_MS)
}
