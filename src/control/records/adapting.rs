//! Control: how a session follows what its peer reports: what is in force, and what a proposal makes of it.

use super::adaptation::SessionAdaptation;
use super::session::Session;
use crate::quality::{Adaptation, AdaptationProposal, QualityMetrics, SendingInForce};
#[cfg(feature = "opus")]
use crate::{
    codec::audio::opus::{OpusBitrate, OpusSettings},
    quality::{Adjustment, OpusInForce},
};

/// What libopus does where it chooses itself, about.
#[cfg(feature = "opus")]
const AUTO_BITRATE: u32 = 64_000;

/// The loss that an encoder reckons with, percent: without anything that is sent again it does with none.
#[cfg(feature = "opus")]
fn loss(settings: &OpusSettings) -> u8 {
    if settings.inband_fec || settings.dred_ms > 0 { settings.expected_loss_percent } else { 0 }
}

impl Session {
    /// What the last interval proposes, if it is to be followed.
    pub(crate) fn adapt(&mut self, metrics: &QualityMetrics) -> Option<AdaptationProposal> {
        let params = self.params.adaptation?;
        let adaptation = self.adaptation.get_or_insert_with(|| SessionAdaptation::new(params.profile));
        if adaptation.profile != params.profile {
            // What was preferred before anything was adapted is so under another profile, too.
            (adaptation.profile, adaptation.strategy) = (params.profile, Adaptation::new(params.profile));
        }
        let sending = self.in_force();
        self.adaptation.as_mut()?.strategy.look(metrics, &sending)
    }

    fn in_force(&mut self) -> SendingInForce {
        let mut sending = SendingInForce::other(self.params.ptime.ms());
        sending.patient_buffer = self.params.has_patient_buffer();
        (sending.redundancy, sending.dtx) = (self.redundancy_in_force(), self.dtx_in_force());
        #[cfg(feature = "opus")]
        {
            sending.opus = self.opus_in_force();
        }
        sending
    }

    #[cfg(feature = "opus")]
    fn opus_in_force(&mut self) -> Option<OpusInForce> {
        let sent = self.sending();
        let now = sent.opus_in_force().filter(|_| sent.sends_opus())?;
        let known = self.adaptation.as_ref().and_then(|adaptation| adaptation.opus);
        // What is not as it was adapted somebody else has set: that is what is preferred from now on. He may have read the rest.
        let preferred = known.map_or(now, |(preferred, adapted)| OpusSettings {
            bitrate: if now.bitrate == adapted.bitrate { preferred.bitrate } else { now.bitrate },
            inband_fec: if now.inband_fec == adapted.inband_fec { preferred.inband_fec } else { now.inband_fec },
            expected_loss_percent: match now.expected_loss_percent == adapted.expected_loss_percent {
                true => preferred.expected_loss_percent,
                false => now.expected_loss_percent,
            },
            ..now
        });
        let bits = |settings: &OpusSettings| match settings.bitrate {
            OpusBitrate::Bits(bits) => bits,
            OpusBitrate::Auto | OpusBitrate::Max => AUTO_BITRATE,
        };
        let fec = sent.opus(now.inband_fec(true)).opus_in_force().is_some_and(|would| would.inband_fec);
        let mut opus = OpusInForce::new(bits(&now), loss(&now));
        (opus.preferred_bitrate, opus.preferred_loss_percent) = (bits(&preferred), loss(&preferred));
        (opus.no_fec, opus.dred) = (!fec, now.dred_ms > 0);
        if let Some(adaptation) = &mut self.adaptation {
            adaptation.opus = Some((preferred, now));
        }
        Some(opus)
    }

    /// How Opus is to work by an adjustment; `None`: it is not about that.
    #[cfg(feature = "opus")]
    pub(crate) fn adjusted_opus(&self, adjustment: Adjustment) -> Option<OpusSettings> {
        let now = self.sending().opus_in_force()?;
        let (preferred, _) = self.adaptation.as_ref()?.opus.unwrap_or((now, now));
        let at = |settings: OpusSettings, bits: u32| match preferred.bitrate {
            OpusBitrate::Bits(preferred) if bits != preferred => settings.bitrate(OpusBitrate::Bits(bits)),
            OpusBitrate::Auto | OpusBitrate::Max if bits != AUTO_BITRATE => settings.bitrate(OpusBitrate::Bits(bits)),
            as_preferred => settings.bitrate(as_preferred),
        };
        match adjustment {
            Adjustment::OpusLoss { expected_percent, bitrate } if expected_percent <= loss(&preferred) => {
                let settings = now.inband_fec(preferred.inband_fec);
                Some(at(settings.expected_loss_percent(preferred.expected_loss_percent), bitrate))
            }
            Adjustment::OpusLoss { expected_percent, bitrate } => {
                Some(at(now.inband_fec(true).expected_loss_percent(expected_percent), bitrate))
            }
            Adjustment::OpusBitrate(bitrate) => Some(at(now, bitrate)),
            _ => None,
        }
    }

    /// Notes how Opus works as it was adapted.
    #[cfg(feature = "opus")]
    pub(crate) fn note_adapted(&mut self, in_force: OpusSettings) {
        if let Some((_, adapted)) = self.adaptation.as_mut().and_then(|adaptation| adaptation.opus.as_mut()) {
            *adapted = in_force;
        }
    }
}
