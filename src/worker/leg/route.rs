//! Boundary: what a leg hears: one compiled list of (source, gain), swapped whole at a tick boundary.
//!
//! The supervisor compiles bridges, conferences, taps and whispers down to this; a worker knows no such words. A source
//! is named with its generation: one that is gone is silence, never someone else's audio.

use crate::types::{Gain, LegKey};
use crate::worker::leg::Converter;
use crate::worker::leg::inward::MAX_FORMATS;

/// Where a term's audio comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Source {
    /// What a leg of this worker receives.
    Leg(LegKey),
    /// A mix bus of this worker, less the hearing leg's own part in it.
    Bus(u32),
    /// The same, less another leg's part: what that one hears.
    BusWithout(u32, LegKey),
    /// What is played to a leg of this worker. In a list with it, all but what that leg says is as loud as it is beside the prompt.
    Prompts(LegKey),
}

/// One entry of the list.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Term {
    /// What.
    pub source: Source,
    /// How loud.
    pub gain: Gain,
}

/// The list of one output.
#[derive(Debug, Default)]
pub struct Route {
    /// Summed in Q4 of the 16-bit scale; the order does not matter.
    pub terms: Box<[Term]>,
    /// Both sides have the same codec, so payloads may pass through as they come, in packets of the sender's length, unless
    /// something needs the audio.
    pub pass_through: bool,
    /// The payload types under which the source's formats are passed on, where they may be; its first one goes as what is
    /// sent here.
    pub pass_types: [Option<u8>; MAX_FORMATS],
    /// For each term, how its audio comes to the rate of this output; may be shorter than the list: nothing to convert.
    pub converters: Box<[Option<Converter>]>,
    /// How this leg's own audio comes to the rate of the bus that it speaks to.
    pub into_bus: Option<Converter>,
    /// For each term, the gain that it begins with, in a straight line to its own over the first block; may be shorter than the
    /// list: its own.
    pub begins: Box<[Gain]>,
    /// The leg whose digits are sent on, where a bus or a single source does not say so.
    pub digits: Option<LegKey>,
    /// The first block is over.
    pub(in crate::worker) begun: bool,
}

impl Route {
    /// A list of one source at unity gain.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn single(source: Source, pass_through: bool) -> Self {
        Self { terms: Box::new([Term { source, gain: Gain::UNITY }]), pass_through, ..Self::default() }
    }

    /// A list of several sources, with the gain that each of them begins with and how it comes to the rate of the output.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn list(terms: impl IntoIterator<Item = (Term, Gain, Option<Converter>)>) -> Self {
        let mut route = Self::default();
        let (mut all, mut begins, mut converters) = (Vec::new(), Vec::new(), Vec::new());
        for (term, begin, converter) in terms {
            all.push(term);
            begins.push(begin);
            converters.push(converter);
        }
        (route.terms, route.begins, route.converters) = (all.into(), begins.into(), converters.into());
        route
    }

    /// With the leg whose digits are sent on. Control side.
    #[must_use]
    pub fn sending_digits_of(mut self, leg: Option<LegKey>) -> Self {
        self.digits = leg;
        self
    }

    /// The bus in it.
    pub(in crate::worker) fn bus(&self) -> Option<u32> {
        self.terms.iter().find_map(|term| match term.source {
            Source::Bus(bus) => Some(bus),
            Source::Leg(_) | Source::BusWithout(..) | Source::Prompts(_) => None,
        })
    }

    /// The leg whose prompts are in it.
    pub(in crate::worker) fn prompted(&self) -> Option<LegKey> {
        self.terms.iter().find_map(|term| match term.source {
            Source::Prompts(leg) => Some(leg),
            _ => None,
        })
    }

    /// The gains of a term at the two ends of the next block.
    pub(in crate::worker) fn gains(&self, at: usize) -> (f32, f32) {
        let to = self.terms.get(at).map_or(0.0, |term| term.gain.factor());
        let from = self.begins.get(at).filter(|_| !self.begun).map_or(to, |gain| gain.factor());
        (from, to)
    }

    /// With the payload types that formats of its one source are passed on as. Control side.
    #[must_use]
    pub fn passing(mut self, types: [Option<u8>; MAX_FORMATS]) -> Self {
        self.pass_types = types;
        self
    }

    /// The formats of the source that may be passed on, as bits.
    pub(in crate::worker) fn passes(&self) -> u16 {
        self.pass_types.iter().rev().fold(0, |bits, passed| bits << 1 | u16::from(passed.is_some()))
    }

    /// With the conversion of its one source's audio. Control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    #[must_use]
    pub fn converting(mut self, converter: Option<Converter>) -> Self {
        if converter.is_some() {
            self.converters = Box::new([converter]);
        }
        self
    }

    /// With the conversion of the leg's own audio for the bus that it speaks to. Control side.
    #[must_use]
    pub fn speaking(mut self, into_bus: Option<Converter>) -> Self {
        self.into_bus = into_bus;
        self
    }

    /// Goes on where `before` was, so that an exchange of routes is not heard: with what both convert alike, and at the gain that
    /// each source has had until now. The rest of `before`'s conversions goes home with it.
    pub(in crate::worker) fn carry_on(&mut self, before: &mut Self) {
        carry(&mut self.into_bus, &mut before.into_bus);
        let mut next = 0;
        for (at, term) in self.terms.iter().enumerate() {
            let same = before.place_of(term.source, next);
            if let Some(from) = same {
                next = from + 1;
                if let Some(begin) = self.begins.get_mut(at) {
                    *begin = before.gain_now(from);
                }
            }
            // A source in place of another that is heard no more, as of a leg that moved, is heard on as that was.
            let replaced = || before.terms.get(at).filter(|other| self.terms.iter().all(|t| t.source != other.source));
            let Some(from) = same.or_else(|| replaced().map(|_| at)) else { continue };
            if let (Some(ours), Some(theirs)) = (self.converters.get_mut(at), before.converters.get_mut(from)) {
                carry(ours, theirs);
            }
        }
    }

    /// Where a source is in the list: from `next` on first, as most lists keep their order.
    fn place_of(&self, source: Source, next: usize) -> Option<usize> {
        let from = |first: usize| self.terms.get(first..)?.iter().position(|term| term.source == source);
        from(next).map(|at| next + at).or_else(|| from(0))
    }

    /// The gain that a term begins the next block with.
    fn gain_now(&self, at: usize) -> Gain {
        let rests = self.terms.get(at).map_or(Gain::MUTE, |term| term.gain);
        self.begins.get(at).filter(|_| !self.begun).map_or(rests, |begin| *begin)
    }
}

/// A conversion goes on where another was, if both are of the same kind.
fn carry(ours: &mut Option<Converter>, theirs: &mut Option<Converter>) {
    if let (Some(ours), Some(theirs)) = (ours, theirs)
        && ours.converts_like(theirs)
    {
        std::mem::swap(ours, theirs);
    }
}

/// The route as the tick reads it in the hot head; the terms of a longer list stay with the leg's body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::worker) enum Hearing {
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
    pub(in crate::worker) fn of(route: &Route) -> Self {
        match *route.terms {
            [] => Self::Nothing,
            [Term { source: Source::Leg(key), gain: Gain::UNITY }] => Self::Leg(key),
            [Term { source: Source::Bus(bus), gain: Gain::UNITY }] => Self::Bus(bus),
            _ => Self::List,
        }
    }
}
