//! Real-time: a leg's receive path at work: packets and their payloads in, a block of audio or a payload to pass on
//! out.

use crate::buffer::{BlockKind, Decoders, Forward, JitterPlan, MAX_PACKET_BLOCKS, PlayoutReceiver};
use crate::codec::{AudioDecoder, Decoder};
use crate::processing::finite::all_finite;
use crate::rt::{FrameFlags, MAX_BLOCK_SAMPLES, PayloadPlan, PayloadPool, PayloadSlot, prefetch_all};
use crate::telemetry::counters::LegCounters;
use crate::types::{MediaTime, SampleRate, TickNumber};
use crate::worker::leg::Skipped;
use crate::worker::leg::inward::formats::DecoderSet;
use crate::worker::leg::inward::others::{Beside, Others};
use crate::worker::leg::inward::standing::Standing;
use crate::worker::leg::inward::succession::Succession;
use crate::worker::leg::inward::{BlockOutcome, Freed, Passing};

/// A leg's receive path at work: packets and their payloads in, a block of audio or a payload to pass on out.
///
/// The path itself is [`PlayoutReceiver`]; here it meets the memory of its payloads, its counters and the leg's decoder.
#[derive(Debug)]
pub struct LegReceiver {
    pub(super) path: PlayoutReceiver<PayloadSlot>,
    pub(super) payloads: PayloadPool,
    pub(super) decoders: DecoderSet,
    pub(super) rate: SampleRate,
    /// RTP clock units in a block, and samples.
    pub(super) units: u32,
    pub(super) block: u32,
    arrival: MediaTime,
    pub(super) source_changed: bool,
    /// Blocks of a passed packet that are still to go by.
    pub(super) inside: u8,
    /// Where the last passed packet ended: its timestamp and duration.
    pub(super) passed: Option<u32>,
    /// Something was played since the stream began.
    pub(super) begun: bool,
    pub(super) now: MediaTime,
    /// What it takes over of the path that it replaces.
    pub(super) succession: Option<Box<Succession>>,
    /// Packets of whole blocks that must come before payloads are passed on again.
    pub(super) odd: u8,
    /// The payload type of packets with redundancy (RFC 2198).
    pub(super) red: Option<u8>,
    /// What paths that this one replaced have counted.
    pub(super) former: Box<LegCounters>,
    /// Whether there was one.
    pub(super) inherits: bool,
    /// Payload type of comfort noise, where it was negotiated.
    pub(super) noise_payload_type: Option<u8>,
    /// The formats beside the first, and what is asked of them with each packet and block.
    pub(super) others: Option<Box<Others>>,
    pub(super) beside: Beside,
    pub(super) standing: Standing,
}

impl LegReceiver {
    /// A receive path that decodes with `decoder` to audio at `rate`, for a codec of at most `bit_rate` bits a second.
    /// Allocates: control side.
    pub fn new(decoder: Decoder, rate: SampleRate, plan: JitterPlan, bit_rate: u32) -> Self {
        Self {
            units: plan.config().rate / 100,
            block: rate.block_samples() as u32,
            path: PlayoutReceiver::new(rate, plan),
            payloads: PayloadPool::new(PayloadPlan::new(bit_rate, plan.config().max_delay_ms.into())),
            decoders: DecoderSet::one(decoder, rate),
            rate,
            arrival: MediaTime::ZERO,
            source_changed: false,
            inside: 0,
            passed: None,
            begun: false,
            now: MediaTime::ZERO,
            succession: None,
            odd: 0,
            red: None,
            former: Box::default(),
            inherits: false,
            noise_payload_type: None,
            others: None,
            beside: Beside::default(),
            standing: Standing::default(),
        }
    }

    /// Samples of a stream's start that are not heard where there is something else to hear.
    pub(in crate::worker) fn pre_skip(&self) -> usize {
        self.decoders.pre_skip()
    }

    /// The rate of its audio.
    pub(in crate::worker) fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Whether this block passes through: as asked, but a packet begun one way goes on that way, and packets that are no
    /// whole number of blocks are decoded and packed anew.
    pub(in crate::worker) fn passes(&self, asked: bool, passable: u16) -> bool {
        let may = asked && self.odd == 0 && self.path.at_boundary();
        self.inside > 0 || (may && self.next_may_pass(passable))
    }

    /// Whether the next block is of a packet that was passed on.
    pub(in crate::worker) const fn is_inside_a_packet(&self) -> bool {
        self.inside > 1
    }

    /// The next block as audio in `out`.
    pub(in crate::worker) fn pull(
        &mut self,
        now: MediaTime,
        tick: TickNumber,
        out: &mut [f32],
        freed: &mut Freed,
        counters: &mut LegCounters,
    ) -> BlockOutcome {
        self.passed = None;
        self.now = now;
        freed.forget();
        let kind = self.path.pull(now, tick, &self.payloads, &mut self.decoders, out, |slot| freed.note(slot));
        freed.free(&mut self.payloads);
        self.arrival = self.path.playout_marks().last().map_or(self.arrival, |mark| mark.arrival);
        // A decoder of an embedder's may hand out anything; a NaN never leaves the stage.
        if !all_finite(out) {
            counters.not_finite += 1;
            self.decoders.active().reset();
            out.fill(0.0);
        }
        match kind {
            BlockKind::Idle => BlockOutcome::Idle(std::mem::take(&mut self.begun)),
            // Nothing is heard of a stream before its first packet is due.
            BlockKind::Silence if !self.begun && !self.path.is_in_noise() => BlockOutcome::Waiting,
            BlockKind::Silence => {
                self.begun = true;
                BlockOutcome::Silence
            }
            BlockKind::Comfort | BlockKind::Concealed => {
                BlockOutcome::Audio(FrameFlags { concealed: true, comfort_noise: kind == BlockKind::Comfort })
            }
            BlockKind::Speech => {
                self.begun = true;
                BlockOutcome::Audio(FrameFlags::default())
            }
        }
    }

    /// The next block as a payload to pass on; `None` if it is of no format that is `passable`: then it is to be
    /// [pulled](Self::pull), in the same tick.
    pub(in crate::worker) fn release(
        &mut self,
        now: MediaTime,
        tick: TickNumber,
        freed: &mut Freed,
        counters: &mut LegCounters,
        passable: u16,
    ) -> Option<BlockOutcome> {
        self.inside = self.inside.saturating_sub(1);
        self.now = now;
        freed.forget();
        let due = match self.path.forward(now, tick, |slot| freed.note(slot)) {
            Forward::Packet(due) => due,
            other => {
                freed.free(&mut self.payloads);
                return Some(match other {
                    Forward::Idle => BlockOutcome::Idle(std::mem::take(&mut self.begun)),
                    _ if !self.begun => BlockOutcome::Waiting,
                    _ => BlockOutcome::Passed(Passing::Inside),
                });
            }
        };
        freed.free(&mut self.payloads);
        let format = due.payload.format();
        if self.others.is_some() && passable >> format & 1 == 0 {
            self.path.decode_instead();
            return None;
        }
        self.arrival = due.arrival;
        self.begun = true;
        counters.passed_packets += 1;
        let blocks = (due.samples / self.units.max(1)).clamp(1, MAX_PACKET_BLOCKS) as u8;
        self.inside = blocks - 1;
        let expected = self.passed.replace(due.timestamp.wrapping_add(due.samples));
        let contiguous = !due.fresh && expected.is_some();
        let gap = expected.map_or(0, |at| due.timestamp.wrapping_sub(at));
        let lost = due.step.saturating_sub(1);
        // More time than the lost packets had: the sender paused, or ticks were skipped.
        let paused = contiguous && gap > u32::from(lost) * due.samples;
        // A descriptor begins no talk spurt, whatever was silent before it.
        let descriptor = due.silence_follows && due.samples == self.units;
        let gap = self.own_units(format, gap);
        let skipped = Skipped { lost, gap, marked: due.marker, paused: paused && !descriptor };
        let octets = self.payloads.octets(due.payload);
        let noise = due.noise.then_some(!octets.is_empty());
        if due.noise {
            // Should the path be decoded from here on, it knows what is to be heard.
            self.path.describe_noise(octets);
        } else if descriptor && self.decoders.is_at(format) {
            let mut unheard = [0.0; MAX_BLOCK_SAMPLES];
            let _ = self.decoders.active().decode_into(octets, &mut unheard);
        }
        Some(BlockOutcome::Passed(Passing::Packet { slot: due.payload, blocks, skipped, contiguous, noise }))
    }

    /// Whether small differences of delay are to be left as they are.
    pub(in crate::worker) const fn leave_small_delays(&mut self, leave: bool) {
        self.path.leave_small_delays(leave);
    }

    /// Whether its payloads `may` be passed on, and nothing is in the way but half a block that waits: that is mended then.
    pub(in crate::worker) fn prepare_to_pass(&mut self, may: bool, passable: u16) {
        self.path.keep_to_blocks(may && self.odd == 0 && self.next_may_pass(passable));
    }

    /// Asks the cache for what the next block will touch behind this path's own lines.
    pub(in crate::worker) fn prefetch(&self) {
        self.path.prefetch(|slot| prefetch_all(self.payloads.octets(slot)));
    }

    /// Asks the cache for what the next packet will touch behind this path's own lines.
    pub(in crate::worker) fn prefetch_entry(&self) {
        self.payloads.prefetch();
        self.path.prefetch_entry();
    }

    /// When the packet being played came in.
    pub(in crate::worker) fn arrival(&self) -> MediaTime {
        self.arrival
    }

    /// Whether the source began anew since this was last asked.
    pub(in crate::worker) fn take_source_change(&mut self) -> bool {
        std::mem::take(&mut self.source_changed)
    }
}
