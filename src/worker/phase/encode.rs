//! Real-time: phase 5: what an output hears, encoded or passed on.
//!
//! One source at unity gain is encoded from the source's own frame; what is summed was summed in phase 4.

use crate::types::{LegKey, MediaTime, TickNumber};
use crate::worker::leg::inward::Passing;
use crate::worker::leg::{BlockHints, Hearing, Output, Passed, Shape};
use crate::worker::state::Worker;

impl Worker {
    /// Phase 5: what it hears, encoded or passed on.
    pub(in crate::worker) fn encode_output(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.output.playing && !head.attend_prompts(body, tick) {
            self.sets.playing.remove(index);
        }
        if let Output::Pcm(port) = &mut body.output {
            body.counters.tap_dropped += port.begin_block(tick, now);
        }
        match head.output.hearing {
            Hearing::Nothing => {}
            Hearing::Leg(source) => {
                if head.output.follows {
                    self.part(index);
                }
                self.encode_leg(index, source, now, tick);
            }
            Hearing::Bus(bus) if self.mixed.is_shared(index) && !head.changes_what_it_hears(body) => {
                let Output::Rtp(plan) = &body.output else { return };
                let Some((pcm, known)) = self.buses.shared(bus, plan, tick) else { return };
                if let Some(stamp) = head.take_block(body, pcm, MediaTime::ZERO, tick, known, shed) {
                    self.seal(index, stamp, None);
                }
            }
            Hearing::Bus(_) | Hearing::List => {
                if self.mixed.has(index) {
                    self.part(index);
                }
                let Some((head, body)) = self.legs.get(index) else { return };
                let block = match (head.output.hearing, self.mixed.is_shared(index), &body.output) {
                    (Hearing::Bus(bus), true, Output::Rtp(plan)) => {
                        self.buses.shared(bus, plan, tick).map(|(pcm, _)| pcm)
                    }
                    _ => self.mixed.take(index),
                };
                let known = BlockHints::default();
                let stamp = block.and_then(|pcm| head.take_block(body, pcm, MediaTime::ZERO, tick, known, shed));
                if let Some(stamp) = stamp {
                    self.seal(index, stamp, None);
                }
            }
        }
        self.keep_samples(index, tick);
        self.keep_stream(index, now, tick);
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.facts != 0 {
            self.sets.unreported.insert(index);
        }
        if head.output.playing || matches!(body.output, Output::Pcm(_)) {
            self.note_output(index, tick);
        }
    }

    /// An output that follows an encoder which it shares goes on by its own.
    pub(in crate::worker) fn part(&mut self, index: u32) {
        let Some((head, body)) = self.legs.get(index).filter(|(head, _)| head.output.follows) else { return };
        head.output.follows = false;
        if let Output::Rtp(plan) = &mut body.output {
            self.buses.part(plan);
        }
    }

    /// The same of a leg that an order is about.
    pub(in crate::worker) fn part_leg(&mut self, key: LegKey) {
        if self.legs.keyed(key).is_some() {
            self.part(key.index);
        }
    }

    fn encode_leg(&mut self, index: u32, source: LegKey, now: MediaTime, tick: TickNumber) {
        let shed = self.shed;
        let Some((from, to, body)) = self.legs.pair(source, index) else { return };
        if to.switches.hold_outward {
            return to.interrupt(body);
        }
        // What is played to it takes samples, whether its partner speaks now or begins to in the next block.
        from.source.pass_blocked |= to.output.playing;
        if !from.source.live {
            return;
        }
        let mut sealed = None;
        match from.source.passing {
            Passing::Inside => {}
            Passing::Packet { slot, blocks, skipped, contiguous, noise } => {
                let follows = contiguous && to.output.pass_seen == Some((source, from.source.passed.wrapping_sub(1)));
                to.output.pass_seen = Some((source, from.source.passed));
                to.output.carried = from.source.arrival;
                let skipped = follows.then_some(skipped);
                let shape = Shape { blocks, noise };
                let payload_type =
                    body.route.as_ref().and_then(|route| *route.pass_types.get(usize::from(slot.format()))?);
                let passed = Passed { source: source.index, slot, payload_type };
                sealed = to.pass_on(body, skipped, shape, tick).map(|stamp| (stamp, Some(passed)));
            }
            Passing::Nothing => {
                if let Some(frame) = &from.source.frame {
                    if let Output::Pcm(port) = &mut body.output {
                        port.set_voice(f32::from(from.source.voice_sure) / 255.0);
                    }
                    let pcm = self.frames.samples(frame);
                    let pcm = body.at_own_rate(0, frame.rate(), pcm, &mut self.scratch.part);
                    let known = BlockHints {
                        silent: frame.flags.comfort_noise,
                        voice: from.source.voice,
                        ..BlockHints::default()
                    };
                    sealed =
                        to.take_block(body, pcm, from.source.arrival, tick, known, shed).map(|stamp| (stamp, None));
                }
            }
        }
        // Pass-through begins at the source's next packet only if no packet of ours is half filled. One that began in the midst of
        // the source's would be in the way of every one of them: it ends here, before the next.
        let half = body.is_amid_a_packet();
        let ends =
            half && from.source.passes_next && to.output.pass_through && !to.output.sending && !to.output.playing;
        from.source.pass_blocked |= to.output.pass_through && (to.output.sending || half) && !ends;
        if let Some((stamp, passed)) = sealed {
            self.seal(index, stamp, passed);
        } else if ends
            && self.end_packet_early(index, now) > 0
            && let Some((from, ..)) = self.legs.pair(source, index)
        {
            from.source.pass_blocked = true;
        }
    }

    /// Samples run with time: silence where there was nothing to hear.
    fn keep_samples(&mut self, index: u32, tick: TickNumber) {
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return };
        match &mut body.output {
            Output::Pcm(port) if head.switches.hold_outward => body.counters.tap_dropped += u64::from(!port.put(None)),
            Output::Pcm(port) if !port.has_taken() => {
                head.take_nothing(body, tick, shed, true, None);
            }
            _ => {}
        }
    }

    /// Who is connected gets a stream, whatever there is to hear: a block of silence for an output whose source gave none,
    /// to be sent as audio or by the rules of discontinuous transmission. A source that passes its own packets on is let be:
    /// its gaps are told by ours.
    pub(in crate::worker) fn keep_stream(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return };
        let (hearing, plays) = (head.output.hearing, head.output.playing && head.is_played_to(body, tick));
        if let Hearing::Leg(source) = hearing
            && !plays
            && let Some(from) = self.legs.source_mut(source)
            && !(from.switches.hold_inward && matches!(from.source.passing, Passing::Inside))
        {
            return;
        }
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return };
        let silent = hearing == Hearing::Nothing || !matches!(body.output, Output::Rtp(_));
        if head.switches.hold_outward || (silent && !plays) {
            return;
        }
        if !plays && !head.output.clock.may_begin(tick) {
            return;
        }
        head.output.pass_seen = None;
        if head.output.clock.has_taken(tick) {
            return;
        }
        // What an output that is behind completed in this block goes before what it may complete now; all else waits for the
        // phase that sends.
        self.emit_sealed(index, now);
        let Some((head, body)) = self.legs.get(index) else { return };
        let silent = matches!(hearing, Hearing::Bus(bus) if self.buses.total(bus).is_none());
        let alike = silent && !head.changes_what_it_hears(body);
        if !alike && !head.waits_for_its_turn(body, tick) {
            self.part(index);
        }
        let Some((head, body)) = self.legs.get(index) else { return };
        let sharing = match (hearing, &body.output) {
            (Hearing::Bus(bus), Output::Rtp(plan)) if alike => self.buses.sharing(bus, plan, tick),
            _ => None,
        };
        if let Some(stamp) = head.take_nothing(body, tick, shed, true, sharing) {
            self.seal(index, stamp, None);
        }
    }
}
