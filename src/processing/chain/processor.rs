//! Real-time: the stages of one leg in their order.

use super::carryover::Carryover;
use super::digits::Removal;
use super::far_end::FarEnd;
use super::metrics::{ProcessingGauges, ProcessingMetrics};
use super::settings::Settings;
use super::slot::{Scratch, StageOutcome};
use super::stages::{Inward, Outward};
use crate::processing::audio::agc::GainControl;
use crate::processing::audio::amd::AmdEvent;
use crate::processing::audio::barge_in::BargeInEvent;
use crate::processing::audio::tone::ToneEvent;
use crate::processing::audio::vad::Hysteresis;
use crate::rt::contain::Contained;
use std::sync::Arc;

/// What is done to the audio of one leg: built by the control side, run in the tick.
///
/// In calls a session has its own ([`set_processing`](crate::MediaSessionHandle::set_processing)); by itself:
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{AudioProcessor, ChainRates, ProcessingGauges, ProcessingParams, VadParams};
/// use std::sync::Arc;
///
/// let mut params = ProcessingParams::default();
/// params.vad = VadParams::default().into();
/// let rates = ChainRates { received: SampleRate::Hz8000, sent: SampleRate::Hz8000 };
/// let gauges = Arc::new(ProcessingGauges::default());
/// let mut chain = AudioProcessor::build(&params, rates, None, gauges.clone())?;
/// let mut from_party = [0.0; 80];
/// chain.process_outward(&mut [0.0; 80]); // what is sent to the party comes first: it is the echo canceller's reference
/// let report = chain.process_inward(&mut from_party);
/// assert_eq!((report.voice, report.fault, chain.voice()), (None, false, Some(false)));
/// chain.publish();
/// assert_eq!(gauges.read().stage_faults, 0);
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
#[derive(Debug)]
pub struct AudioProcessor {
    pub(super) inward: Inward,
    pub(super) outward: Outward,
    pub(super) far: Option<FarEnd>,
    pub(super) carryover: Carryover,
    pub(super) settings: Settings,
    /// Whether digits that are heard become events.
    pub(super) digits_to_events: bool,
    /// Whether changes of voice activity are told; without it the detector only serves the gain control.
    pub(super) report_voice: bool,
    pub(super) voice: Hysteresis,
    pub(super) scratch: Scratch,
    pub(super) metrics: ProcessingMetrics,
    pub(super) gauges: Arc<ProcessingGauges>,
}

/// What the stages found in a block.
///
/// Example: [`AudioProcessor`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StageReport {
    /// Voice began (true) or ended (false).
    pub voice: Option<bool>,
    /// What the detectors of digits, of single tones and of call progress say: a tone began or ended.
    pub tones: [Option<ToneEvent>; 3],
    /// What the barge-in detector found.
    pub barge_in: [Option<BargeInEvent>; 2],
    /// What the detector of answering machines found.
    pub amd: Option<AmdEvent>,
    /// A stage failed for the first time.
    pub fault: bool,
    /// What became of digits where they become events.
    pub removal: Removal,
}

impl AudioProcessor {
    /// Whether audio from the party is changed or looked at.
    pub fn works_inward(&self) -> bool {
        !self.inward.is_empty()
    }

    /// Whether audio to the party is changed or looked at.
    pub fn works_outward(&self) -> bool {
        (self.far.is_some() && (!self.inward.aec.is_empty() || self.inward.barge_in.is_some()))
            || !self.outward.is_empty()
    }

    /// Whether digits that are heard become events for whoever hears the party.
    pub fn removes_digits(&self) -> bool {
        self.digits_to_events
    }

    /// Whether tones are listened for.
    pub fn detects_tones(&self) -> bool {
        self.inward.tones.stage().is_some()
    }

    /// Whether the party speaks, as a voice detector of the chain decided last; `None` without one.
    pub fn voice(&self) -> Option<bool> {
        self.inward.vad.stage().map(|_| self.voice.is_speech())
    }

    /// How sure the detector was of the last block, 0 to 1; 0 without one.
    pub(crate) fn voice_probability(&self) -> f32 {
        if self.inward.vad.is_empty() { 0.0 } else { self.metrics.voice_probability }
    }

    /// Writes what the stages know where anyone may read it. Real-time safe.
    pub fn publish(&self) {
        self.gauges.publish(&self.metrics);
    }

    /// What the stages know.
    pub fn metrics(&self) -> ProcessingMetrics {
        self.metrics
    }

    /// Processes a block of 10 ms that came from the party, in place. Real-time safe.
    pub fn process_inward(&mut self, block: &mut [f32]) -> StageReport {
        let Self { inward, scratch, metrics, .. } = self;
        let failed_before = metrics.stage_faults;
        let mut report = StageReport::default();
        let mut digit = false;
        if let Some(stage) = inward.tones.stage_mut() {
            report.tones[0] = stage.process(block).unwrap_or_default();
            digit = stage.suppresses();
        }
        if let Some(stage) = inward.single_tones.stage_mut() {
            report.tones[1] = stage.process(block).unwrap_or_default();
        }
        if let Some(stage) = inward.call_progress.stage_mut() {
            report.tones[2] = stage.process(block).unwrap_or_default();
        }
        if let Some(detector) = &mut inward.amd {
            report.amd = detector.process(block).unwrap_or_default();
        }
        metrics.echo = None;
        if let Some(far) = self.far.as_mut() {
            let far = far.take_reference();
            if let Some(detector) = &mut inward.barge_in {
                report.barge_in = detector.process(far, block).unwrap_or_default();
            }
            if inward.aec.run(scratch, block, |stage, block| stage.process(far, block)) == StageOutcome::Failed {
                metrics.stage_faults += 1;
                inward.aec.each(|stage| stage.reset());
            }
            metrics.echo = inward.aec.stage().map(|stage| stage.metrics());
        }
        if inward.ns.run(scratch, block, |stage, block| stage.process(block)) == StageOutcome::Failed {
            metrics.stage_faults += 1;
            inward.ns.each(|stage| stage.reset());
        }
        if let Some(stage) = inward.vad.stage_mut() {
            let probability = stage.process(block).unwrap_or(0.0);
            metrics.voice_probability = if probability.is_finite() { probability.clamp(0.0, 1.0) } else { 0.0 };
            let before = self.voice.is_speech();
            let now = self.voice.update(metrics.voice_probability);
            metrics.voice_ms += if now { 10 } else { 0 };
            report.voice = (self.report_voice && now != before).then_some(now);
        }
        let voice = metrics.voice_probability;
        if inward.agc.run(scratch, block, |stage, block| stage.process(block, voice)) == StageOutcome::Failed {
            metrics.stage_faults += 1;
            inward.agc.each(|stage| stage.reset());
        }
        metrics.gain_db = inward.agc.stage().map_or(0.0, |stage| stage.gain_db());
        for effect in [&mut inward.equalizer, &mut inward.compressor] {
            if effect.run(scratch, block, |stage, block| stage.process(block)) == StageOutcome::Failed {
                metrics.stage_faults += 1;
                effect.each(|stage| stage.reset());
            }
        }
        if let Some(digits) = &mut inward.digits {
            let ns = inward.ns.stage().map_or(0, |stage| stage.delay_samples());
            let agc = inward.agc.stage().map_or(0, |stage| stage.delay_samples());
            report.removal = digits.process(block, digit, ns + agc);
        }
        report.fault = failed_before == 0 && metrics.stage_faults > 0;
        report
    }

    /// Whether speech or a turn of the party is under way, whose end is to be told though nothing comes any more; or a verdict on
    /// who answered, to which silence belongs.
    pub(crate) fn awaits_an_end(&self) -> bool {
        self.inward.barge_in.as_ref().is_some_and(|detector| detector.awaits_an_end())
            || self.inward.amd.as_ref().is_some_and(|detector| detector.awaits_an_end())
    }

    /// Nothing comes from the party in this block. Real-time safe.
    pub(crate) fn hear_nothing(&mut self) -> StageReport {
        let barge_in = self.inward.barge_in.as_mut().map_or([None; 2], |detector| detector.hear_nothing());
        let amd = self.inward.amd.as_mut().and_then(|detector| detector.hear_nothing());
        StageReport { barge_in, amd, ..StageReport::default() }
    }

    /// Processes a block of 10 ms that goes to the party, in place, and notes it as what an echo may come of. Real-time
    /// safe.
    pub fn process_outward(&mut self, block: &mut [f32]) {
        let Self { outward, scratch, metrics, .. } = self;
        let voice = outward.vad.stage_mut().map_or(1.0, |stage| stage.process(block).unwrap_or(0.0));
        if outward.agc.run(scratch, block, |stage, block| stage.process(block, voice)) == StageOutcome::Failed {
            metrics.stage_faults += 1;
            outward.agc.each(|stage| stage.reset());
        }
        for effect in [&mut outward.equalizer, &mut outward.compressor] {
            if effect.run(scratch, block, |stage, block| stage.process(block)) == StageOutcome::Failed {
                metrics.stage_faults += 1;
                effect.each(|stage| stage.reset());
            }
        }
        if let Some(far) = &mut self.far {
            far.set_reference(block);
        }
    }

    /// Takes over from the chain that worked before: stages that take the new parameters go on with what they know, the
    /// others are faded out and in; a gain control begins with what the one before knew of the talker. The former chain is left with what is to go home. Real-time safe.
    pub fn continue_from(&mut self, former: &mut Self) {
        let carryover = self.carryover;
        let listened = former.inward.vad.stage().is_some();
        self.inward.tones.listen_on_from(&mut former.inward.tones, carryover.tones);
        self.inward.single_tones.listen_on_from(&mut former.inward.single_tones, carryover.single_tones);
        self.inward.call_progress.listen_on_from(&mut former.inward.call_progress, carryover.call_progress);
        if carryover.digits {
            std::mem::swap(&mut self.inward.digits, &mut former.inward.digits);
            if let Some(digits) = &mut self.inward.digits {
                digits.on = self.digits_to_events;
            }
        }
        if carryover.barge_in {
            std::mem::swap(&mut self.inward.barge_in, &mut former.inward.barge_in);
        }
        if carryover.amd {
            std::mem::swap(&mut self.inward.amd, &mut former.inward.amd);
        }
        self.inward.aec.continue_from(&mut former.inward.aec, carryover.aec);
        self.inward.ns.continue_from(&mut former.inward.ns, carryover.ns);
        self.inward.vad.listen_on_from(&mut former.inward.vad, carryover.vad);
        self.inward.agc.continue_from(&mut former.inward.agc, carryover.agc);
        self.inward.equalizer.continue_from(&mut former.inward.equalizer, carryover.equalizer);
        self.inward.compressor.continue_from(&mut former.inward.compressor, carryover.compressor);
        self.outward.vad.continue_from(&mut former.outward.vad, carryover.outward_vad);
        self.outward.agc.continue_from(&mut former.outward.agc, carryover.outward_agc);
        self.outward.equalizer.continue_from(&mut former.outward.equalizer, carryover.outward_equalizer);
        self.outward.compressor.continue_from(&mut former.outward.compressor, carryover.outward_compressor);
        // A canceller that is faded out needs its reference for one block more.
        if carryover.far || self.far.is_none() {
            std::mem::swap(&mut self.far, &mut former.far);
        }
        self.settings.apply(&mut self.inward, &mut self.outward);
        let go_on = |new: &mut Contained<dyn GainControl>, old: &Contained<dyn GainControl>| {
            if let Some(talker) = old.leveler() {
                new.continue_from(talker);
            }
        };
        for slot in [&mut self.inward.agc, &mut self.outward.agc] {
            slot.succeed(go_on);
        }
        if listened {
            self.voice.continue_from(former.voice);
        }
        self.metrics = former.metrics;
    }
}
