//! Real-time: a block into the packet that an output fills, a payload that passes through, and the stamp of what is complete.

use crate::rt::shed::{ShedLevel, ShedStep};
use crate::rt::{MAX_BLOCK_SAMPLES, PayloadSlot};
use crate::types::{BLOCK_MS, MediaTime, TickNumber};
use crate::worker::leg::{
    BlockHints, Facts, Hearing, LegBody, LegHead, Output, OutputPlan, PacketKind, Skipped, Stamp,
};

/// How much is left of what else is heard in a room while a digit's tone sounds.
const BESIDE_A_TONE: f32 = 0.5;

/// A payload that passes through.
#[derive(Debug, Clone, Copy)]
pub(in crate::worker) struct Passed {
    /// The place of the leg that has it waiting.
    pub(in crate::worker) source: u32,
    pub(in crate::worker) slot: PayloadSlot,
    /// Its payload type on the way out, where that is not the output's own.
    pub(in crate::worker) payload_type: Option<u8>,
}

impl LegHead {
    /// Takes one block for this output; the stamp of the packet if that completed one. PCM outputs take it at once.
    pub(in crate::worker) fn take_block(
        &mut self,
        body: &mut LegBody,
        pcm: &[f32],
        arrival: MediaTime,
        tick: TickNumber,
        mut known: BlockHints<'_>,
        shed: ShedLevel,
    ) -> Option<Stamp> {
        crate::worker::planted::spend(crate::telemetry::Phase::Encode);
        let mut changed;
        let processor = body.processor.as_deref_mut().filter(|processor| processor.works_outward());
        let pcm = match (self.output.sending || self.output.playing || processor.is_some())
            && pcm.len() <= MAX_BLOCK_SAMPLES
        {
            true => {
                changed = [0.0; MAX_BLOCK_SAMPLES];
                let block = &mut changed[..pcm.len()];
                block.copy_from_slice(pcm);
                (known.encoded, known.sharing) = (None, None);
                if self.output.playing
                    && let Some(player) = body.player.as_deref_mut()
                    && player.add(block, tick)
                {
                    body.counters.prompts_dry_ms += if player.is_dry() { u64::from(BLOCK_MS) } else { 0 };
                    body.glitches.note_prompts(player, tick, true);
                    known = BlockHints { voice: Some(true), ..BlockHints::default() };
                }
                if self.output.sending
                    && let Some(tone) = body.events.as_deref_mut().and_then(|events| events.tone.as_mut())
                {
                    let alone = tone.dialled || matches!(self.output.hearing, Hearing::Leg(_));
                    let beside = if alone { 0.0 } else { BESIDE_A_TONE };
                    if tone.is_busy() && tone.add(block, tick, beside) {
                        known = BlockHints { voice: Some(true), ..BlockHints::default() };
                    }
                }
                if let Some(processor) = processor {
                    processor.process_outward(block);
                }
                &*block
            }
            false => pcm,
        };
        if let Output::Pcm(port) = &mut body.output {
            body.counters.tap_dropped += u64::from(!port.put(Some(pcm)));
            return None;
        }
        if !matches!(&body.output, Output::Rtp(plan) if plan.rate.block_samples() == pcm.len()) {
            return None;
        }
        let gap = !self.output.clock.follows_on(tick);
        if gap {
            self.interrupt(body);
        }
        let Output::Rtp(plan) = &mut body.output else { return None };
        if gap {
            self.output.clock.resume(tick, plan.timestamp_step);
        }
        if plan.blocks == 0 {
            self.output.carried = arrival;
            plan.set_low_complexity(shed.sheds(ShedStep::Encoding));
        }
        self.output.clock.take_block();
        known.followed = self.output.follows;
        let shares = known.followed || known.sharing.is_some();
        if plan.add(pcm, known).is_err() {
            if body.counters.faults == 0 {
                self.facts |= Facts::FAULT.0;
            }
            body.counters.faults += 1;
        }
        if shares {
            self.output.follows = plan.follower.bus().is_some();
        }
        if plan.blocks < plan.ptime.blocks() {
            return None;
        }
        let blocks = std::mem::take(&mut plan.blocks);
        let (filled, kind, step) = (plan.filled, plan.kind, plan.timestamp_step);
        // No packet, or a description of noise.
        let paused = filled == 0 || plan.kind.is_noise();
        if paused != plan.paused {
            plan.paused = paused;
            body.counters.pauses += u64::from(paused);
        }
        if self.output.sending
            && let Some(stamp) = self.stamp_event(body, blocks)
        {
            return Some(stamp);
        }
        if !paused {
            return Some(self.output.clock.stamp(blocks, step));
        }
        if filled > 0 {
            return Some(self.output.clock.stamp_noise(kind, blocks, step));
        }
        // An encoder in discontinuous transmission has nothing to say: time goes on, no number is used up.
        self.output.clock.pause(blocks, step);
        None
    }

    /// A room speaks to all its members at once: there each waits for its turn to begin, so that load is even. A single
    /// source came when it came, and loses nothing. Nor does who shares an encoder of single blocks wait: that would go on without it.
    pub(in crate::worker) fn waits_for_its_turn(&self, body: &LegBody, tick: TickNumber) -> bool {
        let Output::Rtp(plan) = &body.output else { return false };
        let turn = u64::from(plan.stagger);
        let begins = matches!(self.output.hearing, Hearing::Bus(_)) && !self.output.clock.follows_on(tick);
        let shares = plan.takes_octets() && plan.follower.bus().is_some();
        begins && !shares && tick.0 % u64::from(plan.ptime.blocks()) != turn
    }

    /// Stamps a payload that passes through: `skipped` tells what the source lost since its packet before, `None` that
    /// the source is new here. `None` where this output has no way to send it.
    pub(in crate::worker) fn pass_on(
        &mut self,
        body: &mut LegBody,
        skipped: Option<Skipped>,
        Shape { blocks, noise }: Shape,
        tick: TickNumber,
    ) -> Option<Stamp> {
        self.interrupt(body);
        let Output::Rtp(plan) = &mut body.output else { return None };
        let step = plan.timestamp_step;
        match skipped {
            Some(skipped) => self.output.clock.mirror_gap(tick, skipped, step),
            None if !self.output.clock.follows_on(tick) => self.output.clock.resume(tick, step),
            None => {}
        }
        let stamp = match noise {
            None => self.output.clock.stamp(blocks, step),
            Some(true) if plan.noise_payload_type.is_some() => {
                self.output.clock.stamp_noise(PacketKind::Noise, blocks, step)
            }
            Some(_) => {
                self.output.clock.withhold(tick, blocks, step);
                return None;
            }
        };
        self.output.clock.passed(tick, blocks);
        Some(stamp)
    }
}

/// What passes through.
pub(in crate::worker) struct Shape {
    /// Its duration.
    pub(in crate::worker) blocks: u8,
    /// It is comfort noise, and whether it has a description.
    pub(in crate::worker) noise: Option<bool>,
}

impl LegBody {
    pub(in crate::worker) fn payload_type(&self, plan: &OutputPlan, kind: PacketKind) -> u8 {
        let other = match kind {
            PacketKind::Audio | PacketKind::Descriptor => None,
            PacketKind::Event => self.events.as_ref().and_then(|events| events.payload_type()),
            PacketKind::Noise => plan.noise_payload_type,
        };
        other.unwrap_or(plan.payload_type)
    }
}
