//! Control: what a leg and its parts were made of, and how they are made anew.

use crate::error::Error;
use crate::processing::chain::{AudioProcessor, ChainRates, ChainRequest, ProcessingParams};
use crate::rt::Parcel;
use crate::session::{MediaSessionParams, Transport};
use crate::types::{BindingKey, PortId, SampleRate, SessionId};
use crate::worker::{
    Input, Leg, LegPlan, LegReceiver, Output, OutputPlan, PcmReader, PcmWriter, TelephoneEvents, pcm_in, pcm_out,
};
use serde::{Deserialize, Serialize};

/// How much of a leg's samples waits in a replay, in ms: of a tick, and what nobody reads.
const PCM_MS: u32 = 200;

/// A session's parameters, and the place of the format that is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct MadeOf {
    pub(crate) params: Box<MediaSessionParams>,
    pub(crate) sends: usize,
}

/// A leg.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LegRecipe {
    pub(crate) session: SessionId,
    pub(crate) dialog: String,
    pub(crate) of: MadeOf,
    /// SSRC, first sequence number, first timestamp.
    pub(crate) numbers: (u32, u16, u32),
    pub(crate) noise_seed: u32,
    pub(crate) stagger: u8,
}

/// A processing chain that follows on another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChainRecipe {
    pub(crate) requested: ProcessingParams,
    pub(crate) effective: ProcessingParams,
    pub(crate) former_requested: ProcessingParams,
    pub(crate) former_effective: ProcessingParams,
    /// What comes from the party, and what is sent to it: now, and before.
    pub(crate) rates: (SampleRate, SampleRate),
    pub(crate) former_rates: (SampleRate, SampleRate),
}

/// A leg that was made anew, and its other ends, where it is one of samples.
pub(super) struct MadeLeg {
    pub(super) leg: Leg,
    pub(super) writer: Option<PcmWriter>,
    pub(super) reader: Option<PcmReader>,
}

impl MadeOf {
    /// What bears on the leg: neither addresses, nor what passes beside it.
    pub(crate) fn new(params: &MediaSessionParams, sends: usize) -> Self {
        let mut params = params.clone();
        params.remote = None;
        params.latch = Default::default();
        params.keep_alive = None;
        params.relays = Vec::new();
        Self { params: Box::new(params), sends }
    }

    /// The parameters with the format that is sent.
    pub(super) fn sending(&self) -> MediaSessionParams {
        self.params.sending(self.sends)
    }

    pub(super) fn output(&self, stagger: u8, ssrc: Option<u32>) -> Result<OutputPlan, Error> {
        let mut plan = self.sending().build_output()?;
        (plan.stagger, plan.ssrc) = (stagger, ssrc);
        Ok(plan)
    }

    pub(super) fn events(&self) -> Option<Parcel<TelephoneEvents>> {
        self.sending().build_events(self.params.event_types())
    }

    pub(super) fn receiver(&self, noise_seed: u32) -> Result<LegReceiver, Error> {
        let jitter = self.params.jitter_plan()?;
        let decoder = self.params.receive.decoder()?;
        self.params.build_receiver(decoder, jitter, || noise_seed)
    }

    fn rates(&self) -> ChainRates {
        let received = match self.params.transport {
            Transport::Pcm(rate) => rate,
            _ => self.params.receive.sample_rate(),
        };
        ChainRates { received, sent: self.sending().output_rate() }
    }
}

impl LegRecipe {
    /// Makes the leg as it was made for the call, but for its port and its numbers.
    pub(super) fn build(
        &self,
        (port, binding): (PortId, BindingKey),
        numbers: (u32, u16, u32),
    ) -> Result<MadeLeg, Error> {
        let params = &self.of.params;
        params.check()?;
        let (mut writer, mut reader) = (None, None);
        let (input, output) = match params.transport {
            Transport::Pcm(rate) => {
                let ((says, input), (output, hears)) = (pcm_in(rate, PCM_MS), pcm_out(rate, PCM_MS));
                (writer, reader) = (Some(says), Some(hears));
                (Input::Pcm(input), Output::Pcm(output))
            }
            _ => {
                let receive = self.of.receiver(self.noise_seed)?;
                let output = self.of.output(self.stagger, None)?;
                (Input::Rtp(Parcel::pack(receive)), Output::Rtp(Parcel::pack(output)))
            }
        };
        let processor = match params.processing.is_off() {
            true => None,
            false => Some(AudioProcessor::build(&params.processing, self.of.rates(), None, Default::default())?),
        };
        let leg = Leg::build(LegPlan {
            rate: self.of.rates().received,
            input,
            output,
            events: self.of.events(),
            inward_payload_type: params.receive.payload_type(),
            port,
            binding,
            ssrc: numbers.0,
            sequence: numbers.1,
            timestamp: numbers.2,
            gauges: Default::default(),
            processor,
            held: (!params.direction.receives(), !params.direction.sends()),
        });
        Ok(MadeLeg { leg, writer, reader })
    }
}

impl ChainRecipe {
    /// Of a chain for `next` that follows on one for `former`.
    pub(crate) fn new(next: (ChainRequest<'_>, ChainRates), former: (ChainRequest<'_>, ChainRates)) -> Self {
        let rates = |rates: ChainRates| (rates.received, rates.sent);
        Self {
            requested: next.0.requested.clone(),
            effective: next.0.effective.clone(),
            former_requested: former.0.requested.clone(),
            former_effective: former.0.effective.clone(),
            rates: rates(next.1),
            former_rates: rates(former.1),
        }
    }

    pub(super) fn build(&self) -> Result<AudioProcessor, Error> {
        let rates = |(received, sent)| ChainRates { received, sent };
        let next = ChainRequest { requested: &self.requested, effective: &self.effective };
        let former = ChainRequest { requested: &self.former_requested, effective: &self.former_effective };
        let former = Some((former, rates(self.former_rates)));
        Ok(AudioProcessor::build(next, rates(self.rates), former, Default::default())?)
    }
}
