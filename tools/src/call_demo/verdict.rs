//! Pure: judges what a party heard: those of its call, and nobody else.

use std::fmt;

use serde::Serialize;

use super::hearing::Heard;

/// Likeness from which on someone is heard. G.711 both ways costs 0.001; a window in three may be damaged.
pub const HEARD: f64 = 0.8;
/// Gain below which nobody would say that someone is heard: -12 dB.
pub const LOUD: f64 = 0.25;
/// Likeness from which on someone who should not be heard is. Chance makes 0.15 of unlike voices.
pub const STRAY: f64 = 0.3;
/// Gain below which that does not matter: -40 dB.
pub const AUDIBLE: f64 = 0.01;

/// What is wrong with what a party heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Complaint {
    /// Does not hear a talker of its call.
    DoesNotHear(String),
    /// Hears itself.
    HearsItself,
    /// Hears a talker of another call.
    HearsStranger(String),
    /// The talker said nothing, or too little was heard: there is nothing to judge.
    NothingToJudge(String),
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoesNotHear(name) => write!(f, "does not hear {name}"),
            Self::HearsItself => f.write_str("hears itself"),
            Self::HearsStranger(name) => write!(f, "hears {name}, who is in another call"),
            Self::NothingToJudge(name) => write!(f, "cannot tell whether it hears {name}: too little audio"),
        }
    }
}

/// What a talker is to the party that hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// In the same call: must be heard.
    Partner,
    /// The party itself: must not.
    Itself,
    /// In another call: must not.
    Stranger,
}

/// Judges one party: each talker's name, relation, and how it was heard.
pub fn judge<'n>(talkers: impl IntoIterator<Item = (&'n str, Relation, Heard)>) -> Vec<Complaint> {
    talkers.into_iter().filter_map(|(name, relation, heard)| complaint(name, relation, &heard)).collect()
}

fn complaint(name: &str, relation: Relation, heard: &Heard) -> Option<Complaint> {
    let hears = heard.likeness >= HEARD && heard.gain >= LOUD;
    let strays = heard.likeness >= STRAY && heard.gain >= AUDIBLE;
    match relation {
        Relation::Partner if heard.windows == 0 => Some(Complaint::NothingToJudge(name.to_owned())),
        Relation::Partner => (!hears).then(|| Complaint::DoesNotHear(name.to_owned())),
        Relation::Itself => strays.then_some(Complaint::HearsItself),
        Relation::Stranger => strays.then(|| Complaint::HearsStranger(name.to_owned())),
    }
}
