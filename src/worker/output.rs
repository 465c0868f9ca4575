//! Real-time: phases 4 and 5 of an output: what it hears, and its encoding.
//!
//! One source at unity gain is encoded from the source's own frame. A bus listener gets sum minus own. Anything else is
//! summed from its list. Sums that exceed full scale go through the output's limiter.

use super::emit::Shape;
use super::leg::{LegBody, LegHead, Output};
use super::pauses::Known;
use super::receive::Passing;
use super::route::{Hearing, Source};
use super::tick::Worker;
use crate::rt::{FrameSlot, PayloadSlot};
use crate::telemetry::Phase;
use crate::types::{LegKey, MediaTime, SampleRate, TickNumber};

/// A payload that passes through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// The place of the leg that has it waiting.
    pub(super) source: u32,
    pub(super) slot: PayloadSlot,
    /// Its payload type on the way out, where that is not the output's own.
    pub(super) payload_type: Option<u8>,
}

impl Worker {
    /// Sums each bus that somebody is heard on, and calls up its listeners.
    pub(super) fn mix_buses(&mut self) {
        for batch in 0..self.buses.active.batches() {
            let mut bits = self.buses.active.batch(batch);
            while let Some(bit) = crate::rt::pop_lowest(&mut bits) {
                let bus = batch as u32 * 64 + bit;
                let (legs, frames) = (&mut self.legs, &self.frames);
                self.buses.sum(bus, |leg, rate, sum| {
                    let Some(head) = legs.source_mut(leg) else { return };
                    if let Some(frame) = head.spoken().filter(|f| f.rate() == rate) {
                        head.share = Some(sum.add(frames.samples(frame), 1.0));
                    }
                });
                let Some(plan) = self.buses.plan(bus) else { continue };
                for member in plan.members.iter().filter(|m| m.hears) {
                    self.outputs.insert(member.leg.index);
                }
            }
        }
    }

    /// Phase 4 of an output: what it hears, where that is a sum.
    pub(super) fn mix_output(&mut self, index: u32, tick: TickNumber) {
        self.mixed.clear(index);
        let Some((head, _)) = self.legs.get(index) else { return };
        match head.hearing {
            Hearing::Bus(bus) => self.mix_bus(index, bus, tick),
            Hearing::List => self.mix_list(index),
            Hearing::Nothing | Hearing::Leg(_) => {}
        }
    }

    /// Phase 5: what it hears, encoded or passed on.
    pub(super) fn encode_output(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return };
        match head.hearing {
            Hearing::Nothing => {}
            Hearing::Leg(source) => self.encode_leg(index, source, tick),
            Hearing::Bus(_) | Hearing::List => {
                let block = self.mixed.take(index);
                let known = Known::default();
                let stamp = block.and_then(|pcm| head.take_block(body, pcm, MediaTime::ZERO, tick, known, shed));
                if let Some(stamp) = stamp {
                    self.seal(index, stamp, None);
                }
            }
        }
        self.keep_stream(index, now, tick);
        if self.legs.get(index).is_some_and(|(head, _)| head.facts != 0) {
            self.unreported.insert(index);
        }
    }

    fn encode_leg(&mut self, index: u32, source: LegKey, tick: TickNumber) {
        let shed = self.shed;
        let Some((from, to, body)) = self.legs.pair(source, index) else { return };
        if to.switches.hold_outward {
            return to.interrupt(body);
        }
        if !from.live {
            return;
        }
        let mut sealed = None;
        match from.passing {
            Passing::Inside => {}
            Passing::Packet { slot, blocks, skipped, contiguous, noise } => {
                let follows = contiguous && to.pass_seen == Some((source, from.passed.wrapping_sub(1)));
                to.pass_seen = Some((source, from.passed));
                to.carried = from.arrival;
                let skipped = follows.then_some(skipped);
                let shape = Shape { blocks, noise };
                let payload_type =
                    body.route.as_ref().and_then(|route| *route.pass_types.get(usize::from(slot.format()))?);
                let passed = Passed { source: source.index, slot, payload_type };
                sealed = to.pass_on(body, skipped, shape, tick).map(|stamp| (stamp, Some(passed)));
            }
            Passing::Nothing => {
                if let Some(frame) = &from.frame {
                    let pcm = self.frames.samples(frame);
                    let pcm = body.at_own_rate(0, frame.rate(), pcm, &mut self.scratch.part);
                    let known = Known { silent: frame.flags.comfort_noise, voice: from.voice, nothing: false };
                    sealed = to.take_block(body, pcm, from.arrival, tick, known, shed).map(|stamp| (stamp, None));
                }
            }
        }
        // Pass-through begins at the source's next packet only if no packet of ours is half filled.
        from.pass_blocked |=
            to.pass_through && (to.sending || matches!(&body.output, Output::Rtp(plan) if plan.blocks > 0));
        if let Some((stamp, passed)) = sealed {
            self.seal(index, stamp, passed);
        }
    }

    fn mix_bus(&mut self, index: u32, bus: u32, tick: TickNumber) {
        let Some((total, rate)) = self.buses.total(bus) else { return };
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        if head.waits_for_its_turn(body, tick) {
            return;
        }
        super::planted::spend(Phase::Mix);
        let mixed = &mut self.scratch.mixed[..rate.block_samples()];
        let over = match (head.spoken(), head.share) {
            (Some(frame), Some(share)) if head.bus == bus => total.without(share, self.frames.samples(frame), mixed),
            _ => total.whole(mixed),
        };
        body.limiter.process(mixed, 1, over);
        let mixed = body.at_own_rate(0, rate, mixed, &mut self.scratch.part);
        self.mixed.room(index, mixed.len()).copy_from_slice(mixed);
    }

    fn mix_list(&mut self, index: u32) {
        let Some(rate) = self.legs.get(index).and_then(|(_, body)| body.output.rate()) else { return };
        let samples = rate.block_samples();
        self.scratch.sum.open(samples);
        let mut heard = false;
        let mut at = 0;
        // Terms are read one by one: the list is in the leg's body, the sources in other legs' heads.
        while let Some(term) = self.legs.get(index).and_then(|(_, b)| b.route.as_ref()?.terms.get(at).copied()) {
            at += 1;
            let gain = term.gain.factor();
            match term.source {
                Source::Leg(key) => {
                    let Some((from, _, body)) = self.legs.pair(key, index).filter(|(from, ..)| from.live) else {
                        continue;
                    };
                    let Some(frame) = &from.frame else { continue };
                    let pcm = self.frames.samples(frame);
                    let pcm = body.at_own_rate(at - 1, frame.rate(), pcm, &mut self.scratch.part);
                    if pcm.len() == samples {
                        self.scratch.sum.add(pcm, gain);
                        heard = true;
                    }
                }
                Source::Bus(bus) => {
                    let Some((total, bus_rate)) = self.buses.total(bus) else { continue };
                    let Some((head, body)) = self.legs.get(index) else { return };
                    let part = &mut self.scratch.part[..bus_rate.block_samples()];
                    match head.spoken().zip(head.share).filter(|_| head.bus == bus) {
                        Some((frame, share)) => total.without(share, self.frames.samples(frame), part),
                        None => total.whole(part),
                    };
                    let part = body.at_own_rate(at - 1, bus_rate, part, &mut self.scratch.mixed);
                    if part.len() == samples {
                        self.scratch.sum.add(part, gain);
                        heard = true;
                    }
                }
            }
        }
        self.scratch.sum.seal();
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        if !heard {
            return;
        }
        let mixed = self.mixed.room(index, samples);
        let over = self.scratch.sum.whole(mixed);
        body.limiter.process(mixed, 1, over);
    }
}

impl LegBody {
    /// A block of the route's term at the output's rate: as it is where that is its own, else converted into `room`.
    fn at_own_rate<'a>(&mut self, term: usize, rate: SampleRate, block: &'a [f32], room: &'a mut [f32]) -> &'a [f32] {
        if self.output.rate() == Some(rate) {
            return block;
        }
        let converter = self.route.as_mut().and_then(|route| route.converters.get_mut(term)?.as_mut());
        // Without one the block has the wrong length, and is not taken.
        converter.and_then(|converter| converter.convert(block, room)).map_or(block, |converted| converted)
    }
}

impl LegHead {
    /// The frame that goes into its bus.
    fn spoken(&self) -> Option<&FrameSlot> {
        if self.converts { self.bus_frame.as_ref() } else { self.frame.as_ref() }
    }

    /// Gives up a half-filled packet: its time passes unsent.
    pub(super) fn interrupt(&mut self, body: &mut LegBody) {
        if let Output::Rtp(plan) = &mut body.output
            && plan.blocks > 0
        {
            body.counters.discarded_blocks += u64::from(plan.blocks);
            self.clock.discard(plan.blocks, plan.timestamp_step);
            (plan.blocks, plan.filled) = (0, 0);
        }
    }
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
