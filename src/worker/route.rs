//! Boundary: what a leg hears: one compiled list of (source, gain), swapped whole at a tick boundary.
//!
//! The supervisor compiles bridges, conferences, taps and whispers down to this; a worker knows no such words. A source
//! is named with its generation: one that is gone is silence, never someone else's audio.

use crate::types::{Gain, LegKey};

/// Where a term's audio comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// What a leg of this worker receives.
    Leg(LegKey),
    /// A mix bus of this worker, less the hearing leg's own part in it.
    Bus(u32),
}

/// One entry of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// What.
    pub source: Source,
    /// How loud.
    pub gain: Gain,
}

/// The list of one output.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// Summed in Q4 of the 16-bit scale; the order does not matter.
    pub terms: Box<[Term]>,
    /// Both sides have the same codec and packet time, so payloads may pass through unless something needs the audio.
    pub pass_through: bool,
}

impl Route {
    /// A list of one source at unity gain.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn single(source: Source, pass_through: bool) -> Self {
        Self { terms: Box::new([Term { source, gain: Gain::UNITY }]), pass_through }
    }
}

/// The route as the tick reads it in the hot head; the terms of a longer list stay with the leg's body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hearing {
    /// Nothing.
    #[default]
    Nothing,
    /// One leg at unity gain.
    Leg(LegKey),
    /// One bus at unity gain.
    Bus(u32),
    /// The list in the body.
    List,
}

impl Hearing {
    pub(super) fn of(route: &Route) -> Self {
        match *route.terms {
            [] => Self::Nothing,
            [Term { source: Source::Leg(key), gain: Gain::UNITY }] => Self::Leg(key),
            [Term { source: Source::Bus(bus), gain: Gain::UNITY }] => Self::Bus(bus),
            _ => Self::List,
        }
    }
}
