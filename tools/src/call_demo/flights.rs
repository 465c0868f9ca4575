//! Control: each leg's call as the flight recorder wrote it, replayed: what goes out must be what went out, bit for bit.

use super::run::PARTIES;
use anyhow::{Context as _, Result, bail};
use media_core::{FlightFile, MediaEngineConfig, MediaSessionHandle, ReplayParams};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What came of a leg's replay.
#[derive(Debug, Clone, Serialize)]
pub struct Flight {
    /// Packets that went out in the call, and again in the replay.
    pub compared: u64,
    /// Those among them that are the same, bit for bit.
    pub same: u64,
    /// All of them are, and nothing of the call is missing.
    pub exact: bool,
    /// What the replay lacks.
    pub not_replayed: Vec<String>,
}

/// Where a party's call is written.
fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.flight"))
}

/// The files that are written, if any are.
pub fn files(folder: Option<&Path>) -> Vec<PathBuf> {
    folder.map(|folder| PARTIES.iter().map(|(name, ..)| path(folder, name)).collect()).unwrap_or_default()
}

/// Has the engine keep the calls, if they are to be written: longer than they last.
pub fn kept(config: MediaEngineConfig, folder: Option<&Path>, seconds: u64) -> MediaEngineConfig {
    match folder {
        Some(_) => config.flight_seconds(seconds as u32 + 10),
        None => config,
    }
}

/// Makes the folder.
///
/// # Errors
/// It cannot be made, or holds calls of another run: they are not written over.
pub fn make(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let there = files(Some(folder)).into_iter().find(|file| file.exists());
    there.map_or(Ok(()), |file| bail!("{} is there already: remove it, or take another folder", file.display()))
}

/// Writes what is kept of each session.
///
/// # Errors
/// A file cannot be made.
pub fn write(folder: &Path, sessions: &[MediaSessionHandle]) -> Result<()> {
    for (session, (name, ..)) in sessions.iter().zip(PARTIES) {
        session.flight(path(folder, name)).wait()?;
    }
    Ok(())
}

/// Replays what was written of a party's call.
///
/// # Errors
/// The file cannot be read, or not replayed.
pub fn replay(folder: &Path, name: &str) -> Result<Flight> {
    let path = path(folder, name);
    let file = FlightFile::read(&path).with_context(|| path.display().to_string())?;
    let replay = file.replay(&ReplayParams::default()).with_context(|| path.display().to_string())?;
    Ok(Flight {
        compared: replay.compared,
        same: replay.same,
        exact: replay.is_exact() && replay.compared > 0,
        not_replayed: file.unknown().into_iter().map(|order| order.what).collect(),
    })
}
