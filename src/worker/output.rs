//! Real-time: phases 4 and 5: what each output hears, and its encoding.
//!
//! One source at unity gain is encoded from the source's own frame. A bus listener gets sum minus own. Anything else is
//! summed from its list. Sums that exceed full scale go through the output's limiter.

use super::leg::{LegBody, LegHead, Output};
use super::receive::Passing;
use super::route::{Hearing, Source};
use super::tick::Worker;
use crate::types::{LegKey, MediaTime, SampleRate, TickNumber};

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
                    if let Some(frame) = head.frame.as_ref().filter(|f| f.rate() == rate) {
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

    pub(super) fn output(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let Some((head, _)) = self.legs.get(index) else { return };
        match head.hearing {
            Hearing::Nothing => {}
            Hearing::Leg(source) => self.output_leg(index, source, now, tick),
            Hearing::Bus(bus) => self.output_bus(index, bus, now, tick),
            Hearing::List => self.output_list(index, now, tick),
        }
        if self.legs.get(index).is_some_and(|(head, _)| head.facts != 0) {
            self.unreported.insert(index);
        }
    }

    fn output_leg(&mut self, index: u32, source: LegKey, now: MediaTime, tick: TickNumber) {
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
            Passing::Packet { slot, blocks, lost, gap, contiguous, marker } => {
                let follows = contiguous && to.pass_seen == Some((source, from.passed.wrapping_sub(1)));
                to.pass_seen = Some((source, from.passed));
                to.carried = from.arrival;
                let skipped = follows.then_some((lost, gap));
                sealed = to.pass_on(body, skipped, blocks, marker, tick).map(|stamp| (stamp, Some(slot)));
            }
            Passing::Nothing => {
                if let Some(frame) = &from.frame {
                    let pcm = self.frames.samples(frame);
                    sealed = to.take_block(body, pcm, from.arrival, tick, shed).map(|stamp| (stamp, None));
                }
            }
        }
        // Pass-through begins at the source's next packet only if no packet of ours is half filled.
        from.pass_blocked |= to.pass_through && matches!(&body.output, Output::Rtp(plan) if plan.blocks > 0);
        if let Some((stamp, passed)) = sealed {
            self.emit(index, stamp, passed, now);
        }
    }

    fn output_bus(&mut self, index: u32, bus: u32, now: MediaTime, tick: TickNumber) {
        let Some((total, rate)) = self.buses.total(bus) else { return };
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        let mixed = &mut self.scratch.mixed[..rate.block_samples()];
        let over = match (&head.frame, head.share) {
            (Some(frame), Some(share)) if head.bus == bus => total.without(share, self.frames.samples(frame), mixed),
            _ => total.whole(mixed),
        };
        body.limiter.process(mixed, 1, over);
        if let Some(stamp) = head.take_block(body, mixed, MediaTime::ZERO, tick, shed) {
            self.emit(index, stamp, None, now);
        }
    }

    fn output_list(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let Some(rate) = self.output_rate(index) else { return };
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
                    let frame = self.legs.source(key).and_then(|h| h.frame.as_ref());
                    if let Some(frame) = frame.filter(|f| f.rate() == rate) {
                        self.scratch.sum.add(self.frames.samples(frame), gain);
                        heard = true;
                    }
                }
                Source::Bus(bus) => {
                    let Some((total, _)) = self.buses.total(bus).filter(|(_, r)| *r == rate) else { continue };
                    let own = self.legs.heads.get(index as usize).filter(|h| h.bus == bus);
                    let part = &mut self.scratch.part[..samples];
                    match own.and_then(|h| Some((h.frame.as_ref()?, h.share?))) {
                        Some((frame, share)) => total.without(share, self.frames.samples(frame), part),
                        None => total.whole(part),
                    };
                    self.scratch.sum.add(part, gain);
                    heard = true;
                }
            }
        }
        self.scratch.sum.seal();
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        if !heard {
            return;
        }
        let mixed = &mut self.scratch.mixed[..samples];
        let over = self.scratch.sum.whole(mixed);
        body.limiter.process(mixed, 1, over);
        if let Some(stamp) = head.take_block(body, mixed, MediaTime::ZERO, tick, shed) {
            self.emit(index, stamp, None, now);
        }
    }

    fn output_rate(&mut self, index: u32) -> Option<SampleRate> {
        match &self.legs.get(index)?.1.output {
            Output::Nothing => None,
            Output::Rtp(plan) => Some(plan.rate),
            Output::Pcm(port) => Some(port.rate),
        }
    }
}

impl LegHead {
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
