//! Control: the encodings that a room's members are sent, and how many encoders its bus has for members to share.

use crate::codec::EncoderKind;
use crate::types::{Ptime, SampleRate};
use crate::worker::{MAX_SHARED_ENCODERS, OutputPlan};

/// Members from which on sharing pays: two encoders more are kept for them. From so many on it pays for those, too, whose packets
/// end when those of others do not.
const FROM: usize = 4;
const FROM_OUT_OF_PHASE: usize = 16;

/// What makes two streams of packets alike, if the sound is the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Encoding {
    kind: EncoderKind,
    rate: SampleRate,
    ptime: Ptime,
    /// Blocks that the encoder takes at once.
    unit: u8,
}

impl Encoding {
    /// That of an output; `None` where nothing is gained by sharing, or each judges of pauses by itself.
    pub(crate) fn of(plan: &OutputPlan) -> Option<Self> {
        let kind = plan.encoder.kind().filter(|_| !plan.pauses_by_descriptions())?;
        Some(Self { kind, rate: plan.rate, ptime: plan.ptime, unit: plan.unit() })
    }

    pub(crate) fn rate_and_ptime(&self) -> (SampleRate, Ptime) {
        (self.rate, self.ptime)
    }

    /// Whether packets begin at one of several ticks.
    pub(crate) fn has_phases(&self) -> bool {
        self.unit > 1
    }

    fn is(&self, other: &Self) -> bool {
        (self.kind, self.rate, self.unit) == (other.kind, other.rate, other.unit)
    }
}

/// Those of a room.
#[derive(Debug, Default)]
pub(crate) struct Encodings {
    kinds: Vec<Kind>,
    /// Encoders that its bus was given in all.
    given: u32,
}

#[derive(Debug)]
struct Kind {
    encoding: Encoding,
    members: usize,
    /// The numbers of the encoders that its bus has for it.
    encoders: Vec<u32>,
}

impl Encodings {
    /// A member is sent that. Which it is, and the number of an encoder that is to be made for it, if one more is worth it.
    pub(crate) fn add(&mut self, encoding: Encoding) -> (usize, Option<u32>) {
        let known = self.kinds.iter().position(|kind| kind.encoding.is(&encoding));
        let unused = || self.kinds.iter().position(|kind| kind.members + kind.encoders.len() == 0);
        let at = known.or_else(unused).unwrap_or(self.kinds.len());
        let fresh = Kind { encoding, members: 0, encoders: Vec::new() };
        match self.kinds.get_mut(at) {
            Some(kind) if known.is_none() => *kind = fresh,
            Some(_) => {}
            None => self.kinds.push(fresh),
        }
        let kind = &mut self.kinds[at];
        kind.members += 1;
        let wanted = match kind.members {
            ..FROM => 0,
            FROM_OUT_OF_PHASE.. if kind.encoding.has_phases() => 2,
            _ => 1,
        };
        let number = if kind.encoders.len() < wanted { self.number() } else { None };
        self.kinds[at].encoders.extend(number);
        (at, number)
    }

    /// The number of one more encoder: of one that nobody wants any more, if there are as many as may be.
    fn number(&mut self) -> Option<u32> {
        if (self.given as usize) < MAX_SHARED_ENCODERS {
            self.given += 1;
            return Some(self.given);
        }
        self.kinds.iter_mut().filter(|kind| kind.members == 0).find_map(|kind| kind.encoders.pop())
    }

    /// A member is sent it no longer. Its encoders stay with the bus as long as no others want their places: the next ones will
    /// want them.
    pub(crate) fn remove(&mut self, at: usize) {
        if let Some(kind) = self.kinds.get_mut(at) {
            kind.members = kind.members.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
