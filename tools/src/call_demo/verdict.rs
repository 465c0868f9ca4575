//! Pure: judges what a party heard: those of its call, and nobody else.

use std::fmt;

use serde::Serialize;

use super::hearing::Heard;

/// Likeness from which on someone is heard. G.711 both ways costs 0.001 and chance makes 0.1; between them lies a busy
/// machine that delays packets, whose jitter buffers then conceal and stretch within most windows.
pub const HEARD: f64 = 0.5;
/// Gain below which nobody would say that someone is heard: -12 dB.
pub const LOUD: f64 = 0.25;
/// Likeness from which on someone who should not be heard is, if the delay is about the same in most windows.
pub const STRAY: f64 = 0.3;
/// More than this share of the windows is most.
pub const STEADY: f64 = 0.5;
/// Windows of fewer agree by chance.
pub const STRAY_WINDOWS: usize = 4;
/// Gain below which a stray does not matter: -40 dB.
pub const AUDIBLE: f64 = 0.01;
/// Windows in which a partner must talk to be judged.
pub const WINDOWS: usize = 2;

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
    let steady = heard.windows >= STRAY_WINDOWS && heard.steady > STEADY;
    let strays = steady && heard.likeness >= STRAY && heard.gain >= AUDIBLE;
    match relation {
        Relation::Partner if heard.windows < WINDOWS => Some(Complaint::NothingToJudge(name.to_owned())),
        Relation::Partner => (!hears).then(|| Complaint::DoesNotHear(name.to_owned())),
        Relation::Itself => strays.then_some(Complaint::HearsItself),
        Relation::Stranger => strays.then(|| Complaint::HearsStranger(name.to_owned())),
    }
}
