//! Real-time: phase 2: one block of audio from each live leg, or a payload to pass on undecoded.

use crate::quality::GlitchCause;
use crate::rt::shed::ShedStep;
use crate::types::{MediaTime, TickNumber};
use crate::worker::leg::inward::{BlockOutcome, ReceiveCtx};
use crate::worker::leg::{Facts, GlitchRecord, Input, inward};
use crate::worker::state::Worker;

impl Worker {
    pub(in crate::worker) fn decode(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        crate::worker::planted::spend(crate::telemetry::Phase::Decode);
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return self.sets.live.remove(index) };
        (head.source.live, head.source.passes_next) = (false, false);
        if body.is_spoken_for() {
            return self.speak_for(index, tick);
        }
        match &mut body.input {
            Input::Nothing => {}
            Input::Rtp(receive) => {
                let former = body.former.as_mut().filter(|former| !former.settled);
                let may = former.is_none() && !head.needs_pcm(shed);
                let pass = may && !std::mem::take(&mut head.source.pass_blocked);
                receive.leave_small_delays(shed.sheds(ShedStep::Stretching));
                let sound = body.counters.not_finite == 0;
                let released = if receive.passes(pass, head.source.pass_formats) {
                    receive.release(now, tick, &mut self.freed, &mut body.counters, head.source.pass_formats)
                } else {
                    None
                };
                let pulled = if let Some(released) = released {
                    released
                } else if let Some(frame) = self.frames.take(head.source.rate, 1) {
                    let samples = self.frames.samples_mut(&frame);
                    receive.prepare_to_pass(may, head.source.pass_formats);
                    let (freed, counters) = (&mut self.freed, &mut body.counters);
                    let pulled = match former {
                        None => receive.pull(now, tick, samples, freed, counters),
                        Some(former) => {
                            let means = ReceiveCtx { now, tick, freed, counters };
                            let (pulled, settled) = inward::pull(receive, former, samples, means);
                            if settled || former.path.has_holes() {
                                self.sets.glitched.insert(index);
                            }
                            if settled {
                                former.settled = true;
                                former.path.flush();
                                receive.inherit(&former.path, &mut body.counters);
                                body.glitches.note_rest(&mut former.path);
                                head.facts |= Facts::INPUT_SETTLED.0;
                                self.sets.unreported.insert(index);
                            }
                            pulled
                        }
                    };
                    head.source.frame = Some(frame);
                    head.source.passes_next = may && receive.passes(true, head.source.pass_formats);
                    pulled
                } else {
                    body.counters.no_frame += 1;
                    BlockOutcome::Waiting
                };
                if receive.has_holes() {
                    self.sets.glitched.insert(index);
                }
                if receive.take_source_change() {
                    head.facts |= Facts::SOURCE_CHANGED.0;
                    self.sets.unreported.insert(index);
                }
                if let Some(payload_type) = receive.take_codec_change() {
                    let before = match body.counters.codec_changes {
                        0 => head.source.inward_payload_type,
                        _ => body.counters.heard_payload_type as u8,
                    };
                    body.glitches.note(GlitchRecord::codec(tick, before, payload_type));
                    self.sets.glitched.insert(index);
                    body.counters.codec_changes += 1;
                    body.counters.heard_payload_type = u64::from(payload_type);
                    body.gauges.heard_payload_type.set(u64::from(payload_type));
                    body.gauges.codec_changes.set(body.counters.codec_changes);
                    head.facts |= Facts::CODEC_CHANGED.0;
                    self.sets.unreported.insert(index);
                }
                if sound && body.counters.not_finite > 0 {
                    head.facts |= Facts::FAULT.0;
                    self.sets.unreported.insert(index);
                }
                head.source.arrival = receive.arrival();
                head.note(pulled);
                if head.source.silent && pulled.is_heard() {
                    head.source.silent = false;
                    head.facts |= Facts::RESUMED.0;
                    self.sets.unreported.insert(index);
                }
                if let BlockOutcome::Idle(ended) = pulled {
                    // The end of a turn is yet to be told.
                    if !body.processor.as_ref().is_some_and(|processor| processor.awaits_an_end()) {
                        self.sets.live.remove(index);
                    }
                    if ended {
                        head.source.silent = true;
                        head.facts |= Facts::FELL_SILENT.0;
                        // It is visited no more: what it counted is to be read as it is.
                        body.publish();
                        self.sets.unreported.insert(index);
                    }
                }
            }
            Input::Agent(_) => self.speak_as_agent(index, now, tick),
            Input::Pcm(port) => {
                let block = port.rate.block_samples();
                if port.ring.slots() >= block
                    && !head.switches.hold_inward
                    && let Some(frame) = self.frames.take(port.rate, 1)
                    && port.ring.pop_entire_slice(self.frames.samples_mut(&frame)).is_ok()
                {
                    if let Some(flight) = &mut self.flight {
                        flight.samples(index, self.frames.samples_mut(&frame));
                    }
                    if let Some(blocks) = port.flow.sounds(self.frames.samples(&frame)) {
                        body.glitches.note(GlitchRecord::dry(GlitchCause::PcmDry, tick, blocks));
                        self.sets.glitched.insert(index);
                    }
                    body.counters.sample_blocks_in += 1;
                    head.source.frame = Some(frame);
                    head.source.live = true;
                } else {
                    port.flow.is_dry(head.switches.hold_inward);
                }
            }
        }
    }
}
