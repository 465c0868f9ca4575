//! Real-time: encode once: what all hear alike on a bus, in an encoding with memory, is encoded by one encoder for all of them.
//!
//! A packet of such an encoding makes sense only to who had the one before it from the same encoder. An output follows a shared
//! encoder from a moment on at which both had encoded the same quiet for a while, so that both remember the same; who begins to hear something
//! else goes on by its own encoder, which takes over the shared one's memory as it was after the last packet that both had. Its
//! far decoder finds no break.

use crate::codec::{AudioEncoder, CodecFault, Encoder};
use crate::conference::mean_square;
use crate::types::{Ptime, SampleRate, TickNumber};
use crate::worker::leg::BusGauges;
use std::sync::Arc;

/// What is less is quiet: -45 dBov.
const QUIET: f32 = 3.2e-5;
/// So many blocks of the same quiet, and encoders remember nearly the same: a decoder that goes over from one to the other is off
/// by less than -50 dBov in its first packet, and by nothing that could be heard after.
const CALM: u8 = 10;
/// Blocks for which an encoder lies idle until nobody is in step with it any more.
const IDLE: u64 = 20;

/// An encoder that several outputs share.
#[derive(Debug)]
pub struct SharedEncoder {
    place: (u32, u32),
    /// Blocks that it takes at once.
    unit: u8,
    rate: SampleRate,
    encoder: Encoder,
    /// As it was before its last unit.
    before: Encoder,
    /// The last block of its last unit, and of the one before it, if that came straight before.
    at: Option<TickNumber>,
    previous: Option<TickNumber>,
    octets: Box<[u8]>,
    filled: usize,
    /// Blocks of quiet up to its last one.
    quiet: u8,
    low_complexity: bool,
    /// It is at work, or panicked there.
    busy: bool,
    gauges: Arc<BusGauges>,
}

/// How an output stands to the shared encoders of what it hears.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::worker) struct Follower {
    /// The bus and the number of whom it follows, and the last block of the last unit that it had of it.
    follows: Option<((u32, u32), TickNumber)>,
    /// Blocks of quiet that it could have shared, and the last of them.
    quiet: u8,
    heard: TickNumber,
}

impl Follower {
    /// The bus that it follows an encoder of.
    pub(in crate::worker) fn bus(&self) -> Option<u32> {
        self.follows.map(|((bus, _), _)| bus)
    }

    /// What it hears is its own. Whether it followed until now, and its encoder's memory is none of it.
    pub(in crate::worker) fn go_alone(&mut self) -> bool {
        self.follows.take().is_some()
    }
}

/// What is encoded for one of those who share: its blocks, up to this one, are what all hear.
#[derive(Debug)]
pub(in crate::worker) struct Sharing<'a> {
    pub(in crate::worker) encoder: &'a mut SharedEncoder,
    /// The present block.
    pub(in crate::worker) tick: TickNumber,
}

/// A stream that might be encoded for others, too.
#[derive(Debug)]
pub(super) struct Stream<'a> {
    pub(super) follower: &'a Follower,
    pub(super) encoder: &'a Encoder,
    pub(super) rate: SampleRate,
    /// Blocks that its encoder takes at once, and how many it has of the next.
    pub(super) unit: u8,
    pub(super) blocks: u8,
    /// It judges by itself what a pause is.
    pub(super) pauses_by_descriptions: bool,
}

impl SharedEncoder {
    /// For the outputs of `bus` that are encoded as these two encoders would, which are alike. `number` is its own on that bus.
    /// Control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(
        (bus, number): (u32, u32),
        [encoder, before]: [Encoder; 2],
        (rate, ptime): (SampleRate, Ptime),
        gauges: Arc<BusGauges>,
    ) -> Self {
        Self {
            place: (bus, number),
            unit: unit(&encoder, rate, ptime),
            rate,
            encoder,
            before,
            at: None,
            previous: None,
            octets: vec![0; crate::rt::MAX_PAYLOAD].into_boxed_slice(),
            filled: 0,
            quiet: 0,
            low_complexity: false,
            busy: false,
            gauges,
        }
    }

    /// Whether an output may have it encode its block of `tick`: what it follows is this one, or it follows none, is encoded
    /// alike, and its packets end when those of this one do.
    pub(super) fn serves(&self, stream: &Stream<'_>, tick: TickNumber) -> bool {
        if let Some((place, _)) = stream.follower.follows {
            return place == self.place;
        }
        let unit = stream.unit;
        let end = tick + u64::from((unit - 1).saturating_sub(stream.blocks));
        let in_phase = self.at.is_none_or(|at| at == end || at + u64::from(unit) <= end);
        let alike = (self.rate, self.unit) == (stream.rate, unit) && !stream.pauses_by_descriptions;
        alike && in_phase && self.encoder.kind() == stream.encoder.kind()
    }

    /// The octets of the unit that ends with the block of `tick`, for an output that would encode `pcm` by its own encoder; `None`
    /// where it has to do that: what it had until now is not what this encoder made.
    pub(super) fn encode_for(
        &mut self,
        (follower, own): (&mut Follower, &Encoder),
        pcm: &[f32],
        low_complexity: bool,
        tick: TickNumber,
    ) -> Option<Result<&[u8], CodecFault>> {
        if self.busy {
            return None;
        }
        let unit = self.unit;
        let first = self.at != Some(tick);
        let is_quiet = if first { mean_square(pcm) < QUIET } else { self.quiet > 0 };
        let count = |before: u8| if is_quiet { before.saturating_add(unit) } else { 0 };
        let goes_on_quiet = follower.heard + u64::from(unit) == tick;
        follower.quiet = count(if goes_on_quiet { follower.quiet } else { 0 });
        follower.heard = tick;
        // Of ticks that were skipped all who follow it had nothing: they go on together.
        let goes_on = self.at.is_some_and(|at| tick.since(at) < u64::from(unit) + IDLE);
        let (last, quiet) = match first {
            true => (self.at.filter(|_| goes_on), count(self.quiet)),
            false => (self.previous, self.quiet),
        };
        let may = match follower.follows {
            Some((place, at)) => place == self.place && last == Some(at),
            // Nobody is in step with it: whoever comes first brings what its far decoder knows.
            None if first && last.is_none() => true,
            None => follower.quiet.min(quiet) >= CALM,
        };
        if !may {
            return None;
        }
        if first {
            if last.is_some() {
                self.before.copy_state_from(&self.encoder).ok()?;
                self.quiet = quiet;
            } else {
                self.before.copy_state_from(own).ok()?;
                self.encoder.copy_state_from(own).ok()?;
                self.quiet = follower.quiet;
            }
            (self.previous, self.at, self.filled) = (last, Some(tick), 0);
            if std::mem::replace(&mut self.low_complexity, low_complexity) != low_complexity || last.is_none() {
                self.encoder.set_low_complexity(low_complexity);
            }
            self.busy = true;
            let filled = self.encoder.encode_into(pcm, &mut self.octets);
            self.busy = false;
            self.gauges.shared_encodes.add(1);
            match filled {
                Ok(filled) => self.filled = filled,
                Err(fault) => return Some(Err(fault)),
            }
        }
        follower.follows = Some((self.place, tick));
        self.gauges.shared_packets.add(1);
        Some(Ok(self.octets.get(..self.filled).unwrap_or_default()))
    }

    /// Whether what it made last describes a silence.
    pub(super) fn is_descriptor(&self) -> bool {
        self.encoder.is_descriptor()
    }

    /// An output of its bus ceases to follow: its own encoder goes on with the memory that its far decoder knows. Whether that
    /// is still there.
    pub(super) fn hand_over(&self, follower: &mut Follower, own: &mut Encoder) -> bool {
        let Some((place, at)) = follower.follows.filter(|_| !self.busy) else { return false };
        let known = [(self.at, &self.encoder), (self.previous, &self.before)];
        let known = known.into_iter().find(|(made, _)| place == self.place && *made == Some(at));
        known.is_some_and(|(_, state)| {
            follower.go_alone();
            own.continue_from(state)
        })
    }

    /// Whether it has the number of another of its bus.
    pub(super) fn is_at_place_of(&self, other: &Self) -> bool {
        self.place == other.place
    }

    /// Whether it is that one of its bus.
    pub(super) fn is_followed_by(&self, follower: &Follower) -> bool {
        follower.follows.is_some_and(|(place, _)| place == self.place)
    }
}

/// Blocks that an encoder takes at once.
pub(super) fn unit(encoder: &Encoder, rate: SampleRate, ptime: Ptime) -> u8 {
    if encoder.frame_samples() <= rate.block_samples() { 1 } else { ptime.blocks() }
}

#[cfg(test)]
mod tests;
