//! Control: a flight file is written: by an ordinary thread, for its owner alone.

use super::header::{FileOrder, Header, Part};
use super::{FORMAT, FlightReport, MAGIC};
use crate::error::FlightError;
use crate::flight::call::{Call, is_before};
use crate::flight::history::{History, HistoryCopy};
use crate::flight::machine::Machine;
use crate::flight::recipe::Recipe;
use crate::rt::FlightRecord;
use crate::types::{LegKey, MediaTime, SessionId, WorkerId};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What is to be written.
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    pub(crate) session: SessionId,
    pub(crate) dialog: String,
    pub(crate) blocks_per_tick: u8,
    pub(crate) payloads: bool,
    pub(crate) call: Call,
    pub(crate) histories: Vec<Arc<Mutex<History>>>,
    /// Files are written one after the other.
    pub(crate) turn: Arc<Mutex<()>>,
    /// By worker, the newest tick that is written: what was ordered since is not in `call`.
    pub(crate) until: Vec<MediaTime>,
}

/// What a worker's part of a file comes to.
struct Taken {
    words: Vec<u64>,
    before: Option<u32>,
    times: Option<(MediaTime, MediaTime)>,
    lost: u64,
}

impl Written {
    /// Writes it. Takes as long as it takes to look through what is kept.
    pub(crate) fn write(self) -> Result<FlightReport, FlightError> {
        let turn = self.turn.clone();
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let workers: BTreeSet<WorkerId> = self.call.legs.iter().map(|(worker, _)| *worker).collect();
        let (mut parts, mut records, mut orders) = (Vec::new(), Vec::new(), Vec::new());
        let mut befores = BTreeMap::new();
        let (mut times, mut lost): (Option<(MediaTime, MediaTime)>, u64) = (None, 0);
        let mut all_begin = true;
        for worker in workers {
            let Some(history) = self.histories.get(worker.as_usize()) else { continue };
            // The supervisor waits for the copy only, not for what is looked for in it.
            let copy = history.lock().unwrap_or_else(PoisonError::into_inner).copy();
            let taken = self.take(worker, &copy);
            befores.insert(worker, taken.before);
            parts.push(Part { worker, words: taken.words.len() as u64 });
            records.extend(taken.words);
            lost += taken.lost;
            if let Some((begin, end)) = taken.times {
                let (from, to) = times.unwrap_or((begin, end));
                times = Some((from.min(begin), to.max(end)));
            }
        }
        // In the order in which they were posted: a leg departs before it arrives.
        for order in &self.call.orders {
            let Some(before) = befores.get(&order.worker) else { continue };
            let before = is_before(order.seq, *before);
            orders.push(FileOrder::new(order.worker, order.seq, before, &order.recipe));
        }
        let Some((begin, end)) = times else { return Err(FlightError::Nothing(self.session)) };
        for (worker, leg) in &self.call.legs {
            let made = |step: &Recipe| match step {
                Recipe::Insert { key, .. } | Recipe::Tap { key, .. } | Recipe::Arrive { key, .. } => key == leg,
                _ => false,
            };
            let own = orders.iter().find(|order| order.worker == *worker && order.recipe.steps().iter().any(made));
            all_begin &= own.is_some_and(|order| !order.before);
        }
        let legs = self.call.legs.len();
        let header = Header {
            machine: Machine::here(),
            session: self.session,
            dialog: self.dialog,
            blocks_per_tick: self.blocks_per_tick,
            payloads: self.payloads,
            legs: self.call.legs.into_iter().collect(),
            orders,
            parts,
        };
        let octets = octets(&header, &records)?;
        put(&self.path, |file| file.write_all(&octets)).map_err(|error| FlightError::of_system(&self.path, &error))?;
        let length = std::time::Duration::from_nanos(end.nanos_since(begin));
        let octets = octets.len() as u64;
        Ok(FlightReport { path: self.path, length, octets, legs, from_the_start: all_begin, lost })
    }

    fn take(&self, worker: WorkerId, history: &HistoryCopy) -> Taken {
        let before = history.order_before;
        let until = self.until.get(worker.as_usize()).copied().unwrap_or_default();
        let mut taken = Taken { words: Vec::new(), before, times: None, lost: 0 };
        let own = self.call.orders.iter().filter(|order| order.worker == worker);
        let orders: BTreeMap<u32, &Recipe> = own.map(|order| (order.seq, &order.recipe)).collect();
        let legs: BTreeSet<LegKey> =
            self.call.legs.iter().filter(|(at, _)| *at == worker).map(|(_, leg)| *leg).collect();
        // Whose a place is changes with orders, of which only this call's are known.
        let mut places = BTreeSet::new();
        let own = self.call.orders.iter().filter(|order| order.worker == worker && is_before(order.seq, before));
        let mut seen = BTreeSet::new();
        for order in own {
            occupy(&mut places, &order.recipe);
            seen.insert(order.seq);
        }
        let mut over = false;
        history.for_each(|record, words| {
            let keep = match record {
                FlightRecord::Tick { now, lost, .. } => {
                    if lost > 0 {
                        // Among what was lost may be that a leg left: what comes from its place may be another call's by now.
                        let unseen = orders.iter().filter(|(seq, _)| !seen.contains(*seq));
                        unseen.for_each(|(_, recipe)| vacate(&mut places, recipe));
                    }
                    over |= now > until;
                    if !over {
                        let begin = taken.times.map_or(now, |(begin, _)| begin);
                        taken.times = Some((begin, now));
                        taken.lost += u64::from(lost);
                    }
                    true
                }
                FlightRecord::Order(seq) => orders.get(&seq).is_some_and(|recipe| {
                    seen.insert(seq);
                    occupy(&mut places, recipe);
                    true
                }),
                FlightRecord::Packet { header, .. } => legs.contains(&header.key.leg()),
                FlightRecord::Samples { leg, .. } => places.contains(&leg),
                FlightRecord::Sent(sent) => places.contains(&sent.leg),
            };
            if keep && !over {
                taken.words.extend_from_slice(words);
            }
        });
        taken
    }
}

/// Makes a file of whole contents, or none. It holds the callers' voices: nobody else may read it.
fn put(path: &Path, write: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    write(&mut file).inspect_err(|_| {
        // A disk that is full has no room for a part of a call, and the next attempt none for its name.
        let _ = std::fs::remove_file(path);
    })
}

/// Which places are this call's after an order of it.
fn occupy(places: &mut BTreeSet<u32>, recipe: &Recipe) {
    for step in recipe.steps() {
        match step {
            Recipe::Insert { key, .. } | Recipe::Tap { key, .. } | Recipe::Arrive { key, .. } => {
                places.insert(key.index);
            }
            Recipe::Unknown { leg: Some(key), .. } => {
                places.insert(key.index);
            }
            Recipe::Remove(key) | Recipe::Depart(key) => {
                places.remove(&key.index);
            }
            _ => {}
        }
    }
}

/// Which are not, once it is carried out.
fn vacate(places: &mut BTreeSet<u32>, recipe: &Recipe) {
    for step in recipe.steps() {
        if let Recipe::Remove(key) | Recipe::Depart(key) = step {
            places.remove(&key.index);
        }
    }
}

pub(super) fn octets(header: &Header, records: &[u64]) -> Result<Vec<u8>, FlightError> {
    let header = serde_json::to_vec(header).map_err(|error| FlightError::Damaged(error.to_string()))?;
    let mut octets = Vec::with_capacity(header.len() + records.len() * 8 + 32);
    octets.extend_from_slice(MAGIC);
    octets.extend_from_slice(&FORMAT.to_le_bytes());
    octets.extend_from_slice(&(header.len() as u32).to_le_bytes());
    octets.extend_from_slice(&header);
    records.iter().for_each(|word| octets.extend_from_slice(&word.to_le_bytes()));
    let sum = digest(&octets);
    octets.extend_from_slice(&sum.to_le_bytes());
    Ok(octets)
}

/// FNV-1a, 64 bits: tells what was changed by chance.
pub(super) fn digest(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |sum, octet| (sum ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests;
