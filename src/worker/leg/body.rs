//! Real-time: the cold part of a leg: where its audio comes from and goes to, and what is done to it.

use crate::agent_port::AgentSource;
use crate::playback::{Player, SaidMix};
use crate::processing::chain::AudioProcessor;
use crate::processing::effects::BlockLimiter;
use crate::quality::leg_meter::SignalLevels;
use crate::rt::{Parcel, PayloadSlot};
use crate::telemetry::counters::{LegCounters, LegGauges};
use crate::types::SampleRate;
use crate::worker::leg::digits::TelephoneEvents;
use crate::worker::leg::inward::{Former, LegReceiver};
use crate::worker::leg::{Converter, LegGlitches, OutputPlan, PcmIn, PcmOut, Route, SilenceWatch};
use std::sync::Arc;

/// Where a leg's audio comes from.
#[derive(Debug)]
pub enum Input {
    /// Nowhere: a tap, a listener.
    Nothing,
    /// RTP packets.
    Rtp(Parcel<LegReceiver>),
    /// Samples pushed by the embedder.
    Pcm(PcmIn),
    /// What a speech machine says.
    Agent(Parcel<AgentSource>),
}

/// Where a leg's output goes.
#[derive(Debug)]
pub enum Output {
    /// Nowhere.
    Nothing,
    /// RTP packets.
    Rtp(Parcel<OutputPlan>),
    /// Samples pulled by the embedder.
    Pcm(PcmOut),
}

impl Output {
    /// Whether it sends descriptions of noise in pauses.
    pub(in crate::worker) fn may_pause(&self) -> bool {
        matches!(self, Self::Rtp(plan) if plan.pauses.is_some())
    }

    /// The rate of the audio that it takes.
    pub(in crate::worker) fn rate(&self) -> Option<SampleRate> {
        match self {
            Self::Nothing => None,
            Self::Rtp(plan) => Some(plan.rate),
            Self::Pcm(port) => Some(port.rate),
        }
    }
}

/// What only a working leg touches.
#[derive(Debug)]
pub struct LegBody {
    pub(in crate::worker) input: Input,
    pub(in crate::worker) former: Option<Former>,
    pub(in crate::worker) output: Output,
    pub(in crate::worker) route: Option<Parcel<Route>>,
    pub(in crate::worker) limiter: BlockLimiter,
    pub(in crate::worker) processor: Option<Parcel<AudioProcessor>>,
    pub(in crate::worker) events: Option<Parcel<TelephoneEvents>>,
    pub(in crate::worker) player: Option<Parcel<Player>>,
    pub(in crate::worker) said: Option<Parcel<SaidMix>>,
    pub(in crate::worker) silence: Option<SilenceWatch>,
    pub(in crate::worker) levels: SignalLevels,
    pub(in crate::worker) glitches: LegGlitches,
    /// Most of them are written when they are published: they lie by themselves.
    pub(in crate::worker) counters: Box<LegCounters>,
    pub(in crate::worker) gauges: Arc<LegGauges>,
}

impl LegBody {
    /// Payloads that wait.
    pub(in crate::worker) fn waiting(&self) -> usize {
        let former = self.former.as_ref().map_or(0, |former| former.path.waiting());
        former + if let Input::Rtp(receive) = &self.input { receive.waiting() } else { 0 }
    }

    /// A payload of its input that passes through.
    pub(in crate::worker) fn payload(&self, slot: PayloadSlot) -> &[u8] {
        if let Input::Rtp(receive) = &self.input { receive.payload(slot) } else { &[] }
    }

    /// Gives back all payloads that wait.
    pub(in crate::worker) fn flush(&mut self) {
        if let Input::Rtp(receive) = &mut self.input {
            receive.flush();
        }
        self.flush_former();
    }

    /// Gives back what waits in the path before the present one, which ends with that.
    pub(in crate::worker) fn flush_former(&mut self) {
        if let Some(former) = &mut self.former {
            former.path.flush();
            if let Input::Rtp(receive) = &mut self.input
                && !std::mem::replace(&mut former.settled, true)
            {
                receive.inherit(&former.path, &mut self.counters);
                self.glitches.note_rest(&mut former.path);
            }
        }
    }

    /// Writes what could not be played where anyone may read it: a leg that takes nothing else has no other time for it.
    pub(in crate::worker) fn publish_unplayable(&self) {
        let (from, to) = (&self.counters, &self.gauges);
        to.unknown_payload_type.set(from.unknown_payload_type);
        to.bad_payload.set(from.bad_payload);
        to.unplayable_type.set(from.unplayable_type);
        to.unplayable_octets.set(from.unplayable_octets);
    }

    /// Writes the counters where anyone may read them.
    pub(in crate::worker) fn publish(&mut self) {
        if let Input::Rtp(receive) = &self.input {
            receive.count_into(&mut self.counters);
        }
        let told = |level: Option<f32>| level.map_or(0, |level| (-level).clamp(1.0, 127.0) as u64);
        self.counters.speech_dbov = told(self.levels.speech_dbov());
        self.counters.noise_dbov = told(self.levels.noise_dbov());
        self.counters.clipped_blocks = self.levels.clipped_blocks();
        self.gauges.publish(&self.counters);
        if let Some(processor) = &self.processor {
            processor.publish();
        }
    }

    /// Whether prompts are what its party would say.
    pub(in crate::worker) fn is_spoken_for(&self) -> bool {
        self.player.as_ref().is_some_and(|player| player.is_inward())
    }

    /// Whether a packet is half filled.
    pub(in crate::worker) fn is_amid_a_packet(&self) -> bool {
        matches!(&self.output, Output::Rtp(plan) if plan.blocks > 0)
    }

    /// Whether packets of that payload type are telephone events.
    pub(in crate::worker) fn takes_events(&self, payload_type: u8) -> bool {
        self.events.as_ref().is_some_and(|events| events.receive.takes(payload_type))
    }

    /// How the sum of its bus comes to its rate: the bus is the first in its list.
    pub(in crate::worker) fn converter_of_bus(&self) -> Option<&Converter> {
        self.route.as_ref()?.converters.first()?.as_ref()
    }

    /// The same, to be changed.
    pub(in crate::worker) fn converter_of_bus_mut(&mut self) -> Option<&mut Converter> {
        self.route.as_mut()?.converters.first_mut()?.as_mut()
    }

    /// A block of the route's term at the output's rate: as it is where that is its own, else converted into `room`.
    pub(in crate::worker) fn at_own_rate<'a>(
        &mut self,
        term: usize,
        rate: SampleRate,
        block: &'a [f32],
        room: &'a mut [f32],
    ) -> &'a [f32] {
        if self.output.rate() == Some(rate) {
            return block;
        }
        let converter = self.route.as_mut().and_then(|route| route.converters.get_mut(term)?.as_mut());
        // Without one the block has the wrong length, and is not taken.
        converter.and_then(|converter| converter.convert(block, room)).map_or(block, |converted| converted)
    }
}
