//! Real-time: the hot part of a leg, which lies in a dense array: what every tick reads of it, as a source and as an output.

use crate::conference::Share;
use crate::processing::chain::AudioProcessor;
use crate::rt::FrameSlot;
use crate::rt::shed::{ShedLevel, ShedStep};
use crate::telemetry::counters::LegCounters;
use crate::types::{BindingKey, LegKey, MediaTime, PortId, SampleRate};
use crate::worker::leg::inward::Passing;
use crate::worker::leg::{Facts, Hearing, LegBody, Listening, Output, RtpSequencer, Switches};

/// What a place in the slab holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::worker) enum Place {
    #[default]
    Vacant,
    Live,
    /// A fault stopped it; it stays until it is removed, silent and touched no more.
    Parked,
    /// It moved to another worker: packets for it are sent on.
    Departed,
}

/// No bus, no listener.
pub(in crate::worker) const NOBODY: u32 = u32::MAX;
/// More than one listener: all of them are looked at each tick.
pub(in crate::worker) const SEVERAL: u32 = u32::MAX - 1;

/// What every tick reads of a leg as a source: what it gives, and who hears it.
#[derive(Debug)]
pub(in crate::worker) struct SourceHead {
    pub(in crate::worker) rate: SampleRate,
    pub(in crate::worker) inward_payload_type: u8,
    pub(in crate::worker) gain: f32,
    pub(in crate::worker) gain_target: f32,
    /// Whether stages look at or change what comes.
    pub(in crate::worker) processes: bool,
    pub(in crate::worker) live: bool,
    /// It fell silent; the next packet is told of.
    pub(in crate::worker) silent: bool,
    pub(in crate::worker) frame: Option<FrameSlot>,
    /// Its frame as its bus takes it, where that is at another rate, or its gain there moves.
    pub(in crate::worker) bus_frame: Option<FrameSlot>,
    /// Its route converts its frame for its bus.
    pub(in crate::worker) converts: bool,
    /// How its frame entered its bus in this block.
    pub(in crate::worker) share: Option<Share>,
    pub(in crate::worker) passing: Passing,
    /// Whether its party speaks, if a voice detector listens.
    pub(in crate::worker) voice: Option<bool>,
    /// How sure the detector is that it does, of 255; 0 without one.
    pub(in crate::worker) voice_sure: u8,
    pub(in crate::worker) passed: u32,
    pub(in crate::worker) arrival: MediaTime,
    pub(in crate::worker) pcm_listeners: u16,
    pub(in crate::worker) pass_listeners: u16,
    /// Of the formats that come, those that all of these take as they are.
    pub(in crate::worker) pass_formats: u16,
    /// A listener has half a packet of ours to fill first.
    pub(in crate::worker) pass_blocked: bool,
    /// It was decoded, and its next payload may pass on if no listener is in the way.
    pub(in crate::worker) passes_next: bool,
    pub(in crate::worker) listener: u32,
    pub(in crate::worker) bus: u32,
    /// Its seat there.
    pub(in crate::worker) seat: u32,
}

/// What every tick reads of a leg as an output: what it hears, and how its packets are numbered.
#[derive(Debug)]
pub(in crate::worker) struct OutputHead {
    pub(in crate::worker) hearing: Hearing,
    pub(in crate::worker) pass_through: bool,
    /// It has telephone events to send, or tones of digits.
    pub(in crate::worker) sending: bool,
    /// Prompts are played to it.
    pub(in crate::worker) playing: bool,
    pub(in crate::worker) pass_seen: Option<(LegKey, u32)>,
    pub(in crate::worker) port: PortId,
    pub(in crate::worker) binding: BindingKey,
    pub(in crate::worker) clock: RtpSequencer,
    /// Its encoding is one that it shares.
    pub(in crate::worker) follows: bool,
    /// How loud what it hears is, where that is summed.
    pub(in crate::worker) listening: Listening,
    pub(in crate::worker) carried: MediaTime,
}

/// What every tick reads of a leg.
#[derive(Debug)]
pub struct LegHead {
    pub(in crate::worker) generation: u32,
    pub(in crate::worker) place: Place,
    pub(in crate::worker) switches: Switches,
    pub(in crate::worker) facts: u16,
    pub(in crate::worker) power: f32,
    pub(in crate::worker) meter_blocks: u16,
    pub(in crate::worker) source: SourceHead,
    pub(in crate::worker) output: OutputHead,
}

const _: () = assert!(size_of::<LegHead>() <= 256);

impl LegHead {
    pub(in crate::worker) fn vacant() -> Self {
        Self {
            generation: 0,
            place: Place::Vacant,
            switches: Switches::default(),
            facts: 0,
            power: 0.0,
            meter_blocks: 0,
            source: SourceHead {
                inward_payload_type: 0,
                rate: SampleRate::Hz8000,
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
                voice_sure: 0,
                passed: 0,
                arrival: MediaTime::ZERO,
                pcm_listeners: 0,
                pass_listeners: 0,
                pass_formats: u16::MAX,
                pass_blocked: false,
                passes_next: false,
                listener: NOBODY,
                bus: NOBODY,
                seat: 0,
            },
            output: OutputHead {
                hearing: Hearing::Nothing,
                pass_through: false,
                sending: false,
                playing: false,
                pass_seen: None,
                port: PortId(0),
                binding: BindingKey { index: 0, generation: 0 },
                clock: RtpSequencer::new(0, 0, 0),
                follows: false,
                listening: Listening::default(),
                carried: MediaTime::ZERO,
            },
        }
    }

    /// Whether something needs this leg's audio as samples.
    pub(in crate::worker) fn needs_pcm(&self, shed: ShedLevel) -> bool {
        self.source.pcm_listeners > 0
            || self.source.processes
            || self.switches.mute
            || self.switches.decode
            || self.switches.silence
            || self.switches.said
            || (self.switches.meter && !shed.sheds(ShedStep::Detection))
            || self.source.gain != 1.0
            || self.source.gain_target != 1.0
    }

    /// Forgets what held on the former worker: listeners, bus, route.
    pub(in crate::worker) fn begin_elsewhere(&mut self) {
        let fresh = Self::vacant();
        self.source.listener = fresh.source.listener;
        self.source.bus = fresh.source.bus;
        self.output.hearing = fresh.output.hearing;
        self.output.pass_seen = None;
        (self.source.pcm_listeners, self.source.pass_listeners, self.source.pass_blocked) = (0, 0, false);
        self.source.pass_formats = fresh.source.pass_formats;
        self.source.passing = Passing::Nothing;
        (self.source.frame, self.source.bus_frame, self.source.converts) = (None, None, false);
    }

    /// Its bus and its seat there, if it has any.
    pub(in crate::worker) fn seat(&self) -> (u32, u32) {
        (self.source.bus, self.source.seat)
    }

    /// Its part in that bus' sum, if it has one: what it said, and how that entered.
    pub(in crate::worker) fn part_in(&self, bus: u32) -> Option<(&FrameSlot, Share)> {
        self.spoken().zip(self.source.share).filter(|_| self.source.bus == bus)
    }

    /// Whether what is sent to it is not what it hears: a tone or an event, or what its stages make of it.
    pub(in crate::worker) fn changes_what_it_hears(&self, body: &LegBody) -> bool {
        self.output.sending
            || self.output.playing
            || body.processor.as_deref().is_some_and(AudioProcessor::works_outward)
    }

    /// The frame that goes into its bus.
    pub(in crate::worker) fn spoken(&self) -> Option<&FrameSlot> {
        let changed = self.source.bus_frame.as_ref();
        if self.source.converts { changed } else { changed.or(self.source.frame.as_ref()) }
    }

    /// Gives up a half-filled packet: its time passes unsent.
    pub(in crate::worker) fn interrupt(&mut self, body: &mut LegBody) {
        if let Output::Rtp(plan) = &mut body.output
            && plan.blocks > 0
        {
            body.counters.discarded_blocks += u64::from(plan.blocks);
            self.output.clock.discard(plan.blocks, plan.timestamp_step);
            (plan.blocks, plan.filled) = (0, 0);
        }
    }

    /// Whether neither stages nor gain nor mute change what it received before others hear it.
    pub(in crate::worker) fn is_heard_as_received(&self) -> bool {
        !self.source.processes && !self.switches.mute && self.source.gain == 1.0
    }

    /// A packet was taken into the receive path; whether that is to be told.
    pub(in crate::worker) fn note_packet(&mut self, counters: &LegCounters) -> bool {
        let first = counters.packets_in == 1;
        self.facts |= if first { Facts::STARTED.0 } else { 0 };
        first
    }
}
