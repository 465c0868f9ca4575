//! Real-time: phase 3: what is done to a leg's audio before anyone hears it: the
//! processing chain, gain, mute, level.

use crate::conference::{apply_gain_ramp, mean_square};
use crate::processing::chain::{AudioProcessor, StageReport};
use crate::quality::leg_meter::SignalLevels;
use crate::rt::Parcel;
use crate::rt::shed::ShedStep;
use crate::types::{BLOCK_MS, Decibels, LegKey, TickNumber};
use crate::worker::boundary::{Cargo, Outcome};
use crate::worker::leg::{NOBODY, SEVERAL, WorkerEvent, WorkerEventKind};
use crate::worker::phase::orders::{Applied, done};
use crate::worker::state::Worker;

/// Blocks between two level notices.
const METER_BLOCKS: u16 = 10;

/// Places of the event lane that notices leave to facts.
const NOTICES_LEAVE: usize = 1_024;

impl Worker {
    pub(in crate::worker) fn set_processor(&mut self, key: LegKey, mut processor: Parcel<AudioProcessor>) -> Applied {
        let Some((head, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::Processor(processor)) };
        if let Some(former) = &mut body.processor {
            processor.continue_from(former);
        }
        (head.source.processes, head.source.voice) = (processor.works_inward(), None);
        if processor.awaits_an_end() {
            // Silence counts, though nothing has come yet.
            self.sets.live.insert(key.index);
        }
        if let Some(events) = body.events.as_mut().filter(|_| !processor.detects_tones()) {
            events.presses.forget_tone();
        }
        done(body.processor.replace(processor).map(Cargo::Processor))
    }

    pub(in crate::worker) fn process(&mut self, index: u32, tick: TickNumber) {
        crate::worker::planted::spend(crate::telemetry::Phase::Process);
        let Some((head, body)) = self.legs.get(index) else { return };
        if !head.source.live {
            // Whoever falls silent by sending nothing has ended his turn as well.
            let ends = body.processor.as_mut().filter(|processor| head.source.processes && processor.awaits_an_end());
            if let Some(processor) = ends {
                let (found, key) = (processor.hear_nothing(), LegKey { index, generation: head.generation });
                self.tell_speech(key, &found, tick);
            }
            return self.finish_source(index, tick);
        }
        let (mut tones, mut speech) = (None, None);
        if let Some(frame) = &head.source.frame {
            let noise = frame.flags.comfort_noise;
            let samples = self.frames.samples_mut(frame);
            // As it came, before anything is done to it.
            if SignalLevels::looks(tick.0, index) && !noise {
                body.levels.hear(samples, mean_square(samples));
            }
            if head.source.processes
                && let Some(processor) = &mut body.processor
            {
                let found = processor.process_inward(samples);
                // A stage that was faded out is gone by now, and payloads may pass through again.
                head.source.processes = processor.works_inward();
                let facts = head.facts;
                head.note_found(found);
                if head.facts != facts {
                    self.sets.unreported.insert(index);
                }
                head.source.voice = processor.voice();
                head.source.voice_sure = (processor.voice_probability() * 255.0) as u8;
                body.counters.suppressed_tone_ms += if found.removal.muted { u64::from(BLOCK_MS) } else { 0 };
                body.counters.tone_delay_us = u64::from(found.removal.delay_us);
                tones = Some(found.tones);
                speech = Some(found);
            }
            if head.switches.silence
                && let Some(watch) = &mut body.silence
            {
                watch.hear(mean_square(samples), noise);
            }
            let target = if head.switches.mute { 0.0 } else { head.source.gain_target };
            if head.source.gain != target || target != 1.0 {
                apply_gain_ramp(samples, head.source.gain, target);
                head.source.gain = target;
            }
        }
        let key = LegKey { index, generation: head.generation };
        self.finish_source(index, tick);
        if let Some(speech) = speech {
            self.tell_speech(key, &speech, tick);
        }
        if let Some(tones) = tones {
            for tone in tones.into_iter().flatten() {
                self.tell_tone(key, tone, tick);
            }
        }
    }

    /// What others hear of it is whole, and given to them.
    #[inline]
    fn finish_source(&mut self, index: u32, tick: TickNumber) {
        let Some(head) = self.legs.heads.get(index as usize) else { return };
        if head.switches.said || head.switches.meter {
            self.mix_said(index, tick);
            self.meter(index, tick);
        }
        self.give(index);
    }

    /// How loud it is, of what others hear of it.
    fn meter(&mut self, index: u32, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return };
        if !head.switches.meter {
            return;
        }
        let Some(frame) = head.source.frame.as_ref().filter(|_| head.source.live) else { return };
        if self.shed.sheds(ShedStep::Detection) {
            return;
        }
        head.power += mean_square(self.frames.samples(frame));
        head.meter_blocks += 1;
        if head.meter_blocks >= METER_BLOCKS {
            let level = Decibels::from_power(head.power / f32::from(METER_BLOCKS)).0;
            (head.power, head.meter_blocks) = (0.0, 0);
            body.counters.level_dbov = (-level).clamp(0.0, 127.0) as u64;
            let leg = LegKey { index, generation: head.generation };
            // A notice: it leaves room for facts.
            self.events.post_leaving(NOTICES_LEAVE, WorkerEvent { leg, tick, what: WorkerEventKind::Level(level) });
        }
    }

    /// Whoever hears it gets what it says, if it says anything.
    #[inline]
    fn give(&mut self, index: u32) {
        let Some((head, body)) = self.legs.get(index) else { return };
        if !head.source.live {
            return;
        }
        if head.source.listener != NOBODY && head.source.listener != SEVERAL {
            self.sets.outputs.insert(head.source.listener);
        }
        if head.source.converts
            && let (Some(frame), Some(converter)) =
                (&head.source.frame, body.route.as_mut().and_then(|r| r.into_bus.as_mut()))
            && let Some(slot) = self.frames.take(converter.to(), 1)
        {
            let (from, to) = self.frames.pair_mut(frame, &slot);
            head.source.bus_frame = converter.convert(from, to).is_some().then_some(slot);
        }
        if head.source.bus != NOBODY {
            self.buses.speak(head);
        }
    }

    fn tell_speech(&mut self, key: LegKey, found: &StageReport, tick: TickNumber) {
        for event in found.barge_in.into_iter().flatten() {
            self.tell_agents(key, |agent| agent.hear_speech(event));
            self.tell_heard(key, WorkerEventKind::Speech(event), tick);
        }
        if let Some(event) = found.amd {
            self.tell_heard(key, WorkerEventKind::Amd(event), tick);
        }
    }
}
