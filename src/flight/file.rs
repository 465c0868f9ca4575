//! Control: a flight file: what made it, what was ordered, and what came in.
//!
//! Octets: `MCFLIGHT`, the format (u32), the length of the header (u32), the header (JSON), the records of each worker (u64), and
//! a digest of all that (u64). Numbers are little-endian.

mod header;
mod write;

pub(super) use header::{FileOrder, Header};
pub(crate) use write::Written;

use super::machine::Machine;
use super::recipe::Recipe;
use crate::error::FlightError;
use crate::types::{LegKey, SessionId, WorkerId};
use std::path::{Path, PathBuf};
use std::time::Duration;

const MAGIC: &[u8] = b"MCFLIGHT";
const FORMAT: u32 = 1;

/// What was written.
///
/// Example: [`flight`](crate::MediaSessionHandle::flight).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlightReport {
    /// The file.
    pub path: PathBuf,
    /// How much time is in it.
    pub length: Duration,
    /// Octets of it.
    pub octets: u64,
    /// Legs in it: the session's own, and those it has to do with.
    pub legs: usize,
    /// Whether all of them began within the time that is kept: the replay is exact from its first packet.
    pub from_the_start: bool,
    /// Notes that were lost within that time, because the supervisor was late.
    pub lost: u64,
}

/// An order that is in the file, but cannot be carried out in a replay.
///
/// Example: [`FlightFile`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownOrder {
    /// What was ordered.
    pub what: String,
    /// Of which worker.
    pub worker: WorkerId,
    /// Of which leg, if of one.
    pub leg: Option<LegKey>,
}

/// A file of the flight recorder.
///
/// ```
/// use media_core::{AudioFormat, FlightFile, MediaEngineConfig, MediaSessionParams, ReplayParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default().flight_seconds(30_u32), 1)?;
/// let handle = engine.handle();
/// let a = handle.create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let a = engine.complete(a)?;
/// engine.run_for(Duration::from_secs(1));
/// # let path = std::env::temp_dir().join(format!("media-core-doc-{}.flight", std::process::id()));
/// let written = engine.complete(a.flight(&path))?;
/// let file = FlightFile::read(&path)?;
/// assert!(written.from_the_start && file.unknown().is_empty());
/// assert!(file.replay(&ReplayParams::default())?.is_exact());
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FlightFile {
    pub(super) header: Header,
    /// Records, worker by worker.
    pub(super) records: Vec<Vec<u64>>,
}

impl FlightFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FlightError`]: it cannot be read, or is none.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FlightError> {
        let path = path.as_ref();
        let octets = std::fs::read(path).map_err(|error| FlightError::of_system(path, &error))?;
        Self::parse(&octets)
    }

    /// Parses what a file holds. Whatever it is, nothing panics.
    ///
    /// # Errors
    /// [`FlightError`]: it is none, of another format, or damaged.
    pub fn parse(octets: &[u8]) -> Result<Self, FlightError> {
        let damaged = |why: &str| FlightError::Damaged(why.to_owned());
        let rest = octets.strip_prefix(MAGIC).ok_or(FlightError::NoFlight)?;
        let (format, rest) = rest.split_first_chunk().ok_or_else(|| damaged("it ends in its first line"))?;
        let format = u32::from_le_bytes(*format);
        if format != FORMAT {
            return Err(FlightError::Format(format));
        }
        let (all, sum) = octets.split_last_chunk().ok_or_else(|| damaged("it has no end"))?;
        if write::digest(all) != u64::from_le_bytes(*sum) {
            return Err(damaged("its digest is not that of what is in it"));
        }
        let (length, rest) = rest.split_first_chunk().ok_or_else(|| damaged("it ends in its first line"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let header = rest.get(..length).ok_or_else(|| damaged("its header is not whole"))?;
        let header: Header =
            serde_json::from_slice(header).map_err(|error| damaged(&format!("its header: {error}")))?;
        let mut rest = rest.get(length..rest.len().saturating_sub(8)).ok_or_else(|| damaged("it has no records"))?;
        let mut records = Vec::new();
        for part in &header.parts {
            let octets = part.words.checked_mul(8).filter(|octets| *octets <= rest.len() as u64);
            let (own, others) = rest.split_at(octets.ok_or_else(|| damaged("its records are not whole"))? as usize);
            records.push(own.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).collect());
            rest = others;
        }
        if !rest.is_empty() {
            return Err(damaged("there is more in it than its header says"));
        }
        Ok(Self { header, records })
    }

    /// The session that it was asked for.
    pub fn session(&self) -> SessionId {
        self.header.session
    }

    /// Its dialog.
    pub fn dialog(&self) -> &str {
        &self.header.dialog
    }

    /// Whether payloads and samples are in it, or only how long they were.
    pub fn has_payloads(&self) -> bool {
        self.header.payloads
    }

    /// In which ways it was made by something else than what is here: a replay may differ for that.
    pub fn differences(&self) -> Vec<String> {
        self.header.machine.differences(&Machine::here())
    }

    /// Orders in it that a replay leaves out.
    pub fn unknown(&self) -> Vec<UnknownOrder> {
        let orders = self.header.orders.iter();
        let steps = orders.flat_map(|order| order.recipe.steps().iter().map(|step| (order.worker, step)));
        let unknown = steps.filter_map(|(worker, step)| match step {
            Recipe::Unknown { what, leg, .. } => Some(UnknownOrder { what: what.clone(), worker, leg: *leg }),
            _ => None,
        });
        unknown.collect()
    }
}

#[cfg(test)]
mod tests;
