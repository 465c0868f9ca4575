//! Boundary: the stages of a chain as the tick owns them: each behind its trait, ours and an embedder's alike. One call
//! through a table each 10 ms is nothing beside what a stage does.

use super::digits::DigitRemoval;
use super::slot::Slot;
use crate::processing::audio::aec::EchoCanceller;
use crate::processing::audio::agc::GainControl;
use crate::processing::audio::amd::AmdDetector;
use crate::processing::audio::barge_in::BargeInDetector;
use crate::processing::audio::ns::NoiseSuppressor;
use crate::processing::audio::tone::ToneDetector;
use crate::processing::audio::vad::VoiceDetector;
use crate::processing::stage::Effect;
use crate::rt::contain::Contained;
use std::fmt;

/// What happens to the audio that comes from a party, in this order.
#[derive(Default)]
pub(super) struct Inward {
    pub(super) tones: Slot<Contained<dyn ToneDetector>>,
    pub(super) single_tones: Slot<Contained<dyn ToneDetector>>,
    pub(super) call_progress: Slot<Contained<dyn ToneDetector>>,
    pub(super) barge_in: Option<Box<BargeInDetector>>,
    pub(super) amd: Option<Box<AmdDetector>>,
    pub(super) aec: Slot<Contained<dyn EchoCanceller>>,
    pub(super) ns: Slot<Contained<dyn NoiseSuppressor>>,
    pub(super) vad: Slot<Contained<dyn VoiceDetector>>,
    pub(super) agc: Slot<Contained<dyn GainControl>>,
    pub(super) equalizer: Slot<Contained<dyn Effect>>,
    pub(super) compressor: Slot<Contained<dyn Effect>>,
    pub(super) digits: Option<DigitRemoval>,
}

/// What happens to the audio that is sent to a party, in this order.
#[derive(Default)]
pub(super) struct Outward {
    /// For the gain control.
    pub(super) vad: Slot<Contained<dyn VoiceDetector>>,
    pub(super) agc: Slot<Contained<dyn GainControl>>,
    pub(super) equalizer: Slot<Contained<dyn Effect>>,
    pub(super) compressor: Slot<Contained<dyn Effect>>,
}

impl Inward {
    pub(super) fn is_empty(&self) -> bool {
        self.tones.is_empty()
            && self.single_tones.is_empty()
            && self.call_progress.is_empty()
            && self.barge_in.is_none()
            && self.amd.as_ref().is_none_or(|amd| amd.is_done())
            && self.aec.is_empty()
            && self.ns.is_empty()
            && self.vad.is_empty()
            && self.agc.is_empty()
            && self.equalizer.is_empty()
            && self.compressor.is_empty()
            && self.digits.as_ref().is_none_or(DigitRemoval::is_done)
    }
}

impl Outward {
    pub(super) fn is_empty(&self) -> bool {
        self.agc.is_empty() && self.equalizer.is_empty() && self.compressor.is_empty()
    }
}

impl fmt::Debug for Inward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = [
            (!self.tones.is_empty(), "tones"),
            (!self.single_tones.is_empty(), "single tones"),
            (!self.call_progress.is_empty(), "call progress"),
            (self.barge_in.is_some(), "barge-in"),
            (self.amd.is_some(), "amd"),
            (!self.aec.is_empty(), "aec"),
            (!self.ns.is_empty(), "ns"),
            (!self.vad.is_empty(), "vad"),
            (!self.agc.is_empty(), "agc"),
            (!self.equalizer.is_empty(), "equalizer"),
            (!self.compressor.is_empty(), "compressor"),
            (self.digits.is_some(), "digits"),
        ];
        f.debug_list().entries(there.iter().filter(|(is, _)| *is).map(|(_, name)| name)).finish()
    }
}

impl fmt::Debug for Outward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = [
            (!self.agc.is_empty(), "agc"),
            (!self.equalizer.is_empty(), "equalizer"),
            (!self.compressor.is_empty(), "compressor"),
        ];
        f.debug_list().entries(there.iter().filter(|(is, _)| *is).map(|(_, name)| name)).finish()
    }
}
