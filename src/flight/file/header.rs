//! Control: the header of a flight file.

use crate::flight::machine::Machine;
use crate::flight::recipe::Recipe;
use crate::types::{LegKey, SessionId, WorkerId};
use serde::{Deserialize, Serialize};

/// What is said before the records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::flight) struct Header {
    pub(in crate::flight) machine: Machine,
    pub(in crate::flight) session: SessionId,
    pub(in crate::flight) dialog: String,
    pub(in crate::flight) blocks_per_tick: u8,
    pub(in crate::flight) payloads: bool,
    pub(in crate::flight) legs: Vec<(WorkerId, LegKey)>,
    pub(in crate::flight) orders: Vec<FileOrder>,
    pub(in crate::flight) parts: Vec<Part>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::flight) struct FileOrder {
    pub(in crate::flight) worker: WorkerId,
    pub(in crate::flight) seq: u32,
    /// It was applied before the first record.
    pub(in crate::flight) before: bool,
    pub(in crate::flight) recipe: Recipe,
}

/// The records of a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::flight) struct Part {
    pub(in crate::flight) worker: WorkerId,
    pub(in crate::flight) words: u64,
}

impl FileOrder {
    /// As it can be written: what cannot, or would not be read as it was, is unknown.
    pub(super) fn new(worker: WorkerId, seq: u32, before: bool, recipe: &Recipe) -> Self {
        let recipe = match recipe {
            Recipe::Together(steps) => Recipe::Together(steps.iter().map(writable).collect()),
            one => writable(one),
        };
        Self { worker, seq, before, recipe }
    }
}

fn writable(recipe: &Recipe) -> Recipe {
    let unknown = |why: &str| Recipe::Unknown { what: why.to_owned(), leg: recipe.leg(), bus: recipe.bus() };
    match serde_json::to_string(recipe) {
        Err(error) => unknown(&error.to_string()),
        Ok(text) => match serde_json::from_str::<Recipe>(&text) {
            Ok(read) if read == *recipe => read,
            _ => unknown("a parameter that cannot be written down"),
        },
    }
}
