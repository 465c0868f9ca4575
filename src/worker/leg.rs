//! Boundary: a leg: the real-time half of an audio stream (or of a PCM port): what it receives and what it sends.
//!
//! The control side builds it whole, an order brings it, a receipt brings it home. On the worker the hot head lies in a
//! dense array and the body behind it in its parcel.

use super::gauges::{Counters, LegGauges};
use super::handover::Former;
use super::out_clock::OutClock;
use super::output_plan::OutputPlan;
use super::pcm::{PcmIn, PcmOut};
use super::receive::{Passing, Receive};
use super::route::{Hearing, Route};
use super::switches::Switches;
use super::telephone_events::TelephoneEvents;
use crate::conference::Share;
use crate::processing::chain::AudioProcessor;
use crate::processing::effects::BlockLimiter;
use crate::rt::shed::{ShedLevel, ShedStep};
use crate::rt::{FrameSlot, Parcel};
use crate::types::{BindingKey, LegKey, MediaTime, PortId, SampleRate};
use std::sync::Arc;

/// What a place in the slab holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Place {
    #[default]
    Vacant,
    Live,
    /// A fault stopped it; it stays until it is removed, silent and touched no more.
    Parked,
    /// It moved to another worker: packets for it are sent on.
    Departed,
}

/// No bus, no listener.
pub(super) const NOBODY: u32 = u32::MAX;
/// More than one listener: all of them are looked at each tick.
pub(super) const SEVERAL: u32 = u32::MAX - 1;

/// What every tick reads of a leg.
#[derive(Debug)]
pub struct LegHead {
    pub(super) generation: u32,
    pub(super) place: Place,
    pub(super) switches: Switches,
    pub(super) rate: SampleRate,
    pub(super) inward_payload_type: u8,
    pub(super) gain: f32,
    pub(super) gain_target: f32,
    /// Whether stages look at or change what comes.
    pub(super) processes: bool,
    // As a source.
    pub(super) live: bool,
    /// It fell silent; the next packet is told of.
    pub(super) silent: bool,
    pub(super) frame: Option<FrameSlot>,
    /// Its frame at the rate of its bus, where that is another.
    pub(super) bus_frame: Option<FrameSlot>,
    /// Its route converts its frame for its bus.
    pub(super) converts: bool,
    /// How its frame entered its bus in this block.
    pub(super) share: Option<Share>,
    pub(super) passing: Passing,
    /// Whether its party speaks, if a voice detector listens.
    pub(super) voice: Option<bool>,
    pub(super) passed: u32,
    pub(super) arrival: MediaTime,
    pub(super) pcm_listeners: u16,
    pub(super) pass_listeners: u16,
    /// Of the formats that come, those that all of these take as they are.
    pub(super) pass_formats: u16,
    /// A listener has half a packet of ours to fill first.
    pub(super) pass_blocked: bool,
    pub(super) listener: u32,
    pub(super) bus: u32,
    // As an output.
    pub(super) hearing: Hearing,
    pub(super) pass_through: bool,
    /// It has telephone events to send, or tones of digits.
    pub(super) sending: bool,
    pub(super) pass_seen: Option<(LegKey, u32)>,
    pub(super) port: PortId,
    pub(super) binding: BindingKey,
    pub(super) clock: OutClock,
    pub(super) carried: MediaTime,
    // Facts not yet taken by the supervisor.
    pub(super) facts: u16,
    pub(super) power: f32,
    pub(super) meter_blocks: u16,
}

const _: () = assert!(size_of::<LegHead>() <= 256);

impl LegHead {
    pub(super) fn vacant() -> Self {
        Self {
            generation: 0,
            place: Place::Vacant,
            switches: Switches::default(),
            rate: SampleRate::Hz8000,
            inward_payload_type: 0,
            gain: 1.0,
            gain_target: 1.0,
            processes: false,
            live: false,
            silent: false,
            frame: None,
            bus_frame: None,
            converts: false,
            share: None,
            passing: Passing::Nothing,
            voice: None,
            passed: 0,
            arrival: MediaTime::ZERO,
            pcm_listeners: 0,
            pass_listeners: 0,
            pass_formats: u16::MAX,
            pass_blocked: false,
            listener: NOBODY,
            bus: NOBODY,
            hearing: Hearing::Nothing,
            pass_through: false,
            sending: false,
            pass_seen: None,
            port: PortId(0),
            binding: BindingKey { index: 0, generation: 0 },
            clock: OutClock::new(0, 0, 0),
            carried: MediaTime::ZERO,
            facts: 0,
            power: 0.0,
            meter_blocks: 0,
        }
    }

    /// Whether something needs this leg's audio as samples.
    pub(super) fn needs_pcm(&self, shed: ShedLevel) -> bool {
        self.pcm_listeners > 0
            || self.processes
            || self.switches.mute
            || (self.switches.meter && !shed.sheds(ShedStep::Detection))
            || self.gain != 1.0
            || self.gain_target != 1.0
    }
}

/// Where a leg's audio comes from.
#[derive(Debug)]
pub enum Input {
    /// Nowhere: a tap, a listener.
    Nothing,
    /// RTP packets.
    Rtp(Parcel<Receive>),
    /// Samples pushed by the embedder.
    Pcm(PcmIn),
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
    /// The rate of the audio that it takes.
    pub(super) fn rate(&self) -> Option<SampleRate> {
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
    pub(super) input: Input,
    pub(super) former: Option<Former>,
    pub(super) output: Output,
    pub(super) route: Option<Parcel<Route>>,
    pub(super) limiter: BlockLimiter,
    pub(super) processor: Option<Parcel<AudioProcessor>>,
    pub(super) events: Option<Parcel<TelephoneEvents>>,
    pub(super) counters: Counters,
    pub(super) gauges: Arc<LegGauges>,
}

/// A leg as it travels.
#[derive(Debug)]
pub struct Leg {
    pub(super) head: LegHead,
    pub(super) body: LegBody,
}

/// What the control side says of a new leg.
#[derive(Debug)]
pub struct LegPlan {
    /// Rate of the audio that the leg gives as a source.
    pub rate: SampleRate,
    /// Where its audio comes from.
    pub input: Input,
    /// Where what it hears goes.
    pub output: Output,
    /// Telephone events, where they were negotiated.
    pub events: Option<Parcel<TelephoneEvents>>,
    /// Payload type accepted inward.
    pub inward_payload_type: u8,
    /// The port that its packets leave by.
    pub port: PortId,
    /// Its entry there.
    pub binding: BindingKey,
    /// Outward SSRC.
    pub ssrc: u32,
    /// First outward sequence number (random, RFC 3550 section 5.1).
    pub sequence: u16,
    /// First outward timestamp (random, RFC 3550 section 5.1).
    pub timestamp: u32,
    /// Where its counters are published.
    pub gauges: Arc<LegGauges>,
    /// What is done to its audio.
    pub processor: Option<AudioProcessor>,
    /// Inward and outward hold at first.
    pub held: (bool, bool),
}

impl Leg {
    /// Builds the leg. Allocates: control side.
    pub fn build(plan: LegPlan) -> Self {
        let head = LegHead {
            rate: plan.rate,
            inward_payload_type: plan.inward_payload_type,
            processes: plan.processor.as_ref().is_some_and(AudioProcessor::works_inward),
            port: plan.port,
            binding: plan.binding,
            clock: OutClock::new(plan.ssrc, plan.sequence, plan.timestamp),
            switches: Switches { hold_inward: plan.held.0, hold_outward: plan.held.1, ..Switches::default() },
            ..LegHead::vacant()
        };
        let body = LegBody {
            input: plan.input,
            former: None,
            output: plan.output,
            route: None,
            limiter: BlockLimiter::new(),
            processor: plan.processor.map(Parcel::pack),
            events: plan.events,
            counters: Counters::default(),
            gauges: plan.gauges,
        };
        Self { head, body }
    }
}
