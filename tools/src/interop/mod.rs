//! Control: calls of the engine with other programs over loopback: who hears whom, by the tone's ratio to all else.
//!
//! `phones` are baresip in calls with each other through `pbx-node`, `pacing` looks at when its packets leave; `call` is our side of a case, `programs` the command lines of the others, `sip` answers those that need a call to be set
//! up, `tone` judges.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

pub mod call;
pub mod pacing;
pub mod phones;
pub mod programs;
pub mod sip;

pub use crate::tone;
use anyhow::Result;
use media_core::{MediaEngine, MediaEngineConfig};
use programs::{CASES, Case};
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;

/// What came of a case.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The program and the direction.
    pub name: String,
    /// The codec.
    pub codec: &'static str,
    /// The tone's ratio to all else in dB: the median of pieces of 200 ms.
    pub snr_db: Option<f64>,
    /// At least so much is wanted.
    pub wanted_db: f64,
    /// Packets received, lost, concealed blocks and digits, as far as they are known.
    pub note: String,
    /// `false` where it failed, `None` where the program is not there.
    pub good: Option<bool>,
}

/// Runs the cases whose name holds `only`.
///
/// # Errors
/// The engine does not start.
pub fn run(only: &str, mut told: impl FnMut(&Row)) -> Result<Vec<Row>> {
    let config = MediaEngineConfig::default()
        .bind_address(IpAddr::V4(Ipv4Addr::LOCALHOST))
        .load_limit_percent(100_u32)
        .shed_load_percent(None);
    let engine = MediaEngine::start(config)?;
    let mut rows = phones::run(only, &mut told)?;
    rows.extend(pacing::run(only, &mut told));
    for case in CASES.iter().filter(|case| case.name().contains(only)) {
        let row = one(&engine, case);
        told(&row);
        rows.push(row);
    }
    engine.stop()?;
    Ok(rows)
}

fn one(engine: &MediaEngine, case: &Case) -> Row {
    let name = case.name();
    let mut row =
        Row { name, codec: case.codec, snr_db: None, wanted_db: case.wanted_db, note: String::new(), good: None };
    if !is_there(case.program.command()) {
        row.note = format!("skipped: {} is not installed", case.program.command());
        return row;
    }
    match call::run(&engine.handle(), case) {
        Ok(outcome) => {
            let digits = outcome.digits == case.digits() && outcome.told == case.told();
            row.good = Some(outcome.snr_db.is_none_or(|db| db >= case.wanted_db) && digits);
            (row.snr_db, row.note) = (outcome.snr_db, outcome.note);
        }
        Err(why) => (row.good, row.note) = (Some(false), format!("{why:#}")),
    }
    row
}

/// Whether a program can be started.
fn is_there(program: &str) -> bool {
    Command::new("sh").args(["-c", &format!("command -v {program}")]).output().is_ok_and(|found| found.status.success())
}
