//! Boundary: what a worker tells the supervisor without being asked. Plain data on one lane.
//!
//! *Facts* are flags that stay at their leg until the lane took them; *notices* may be dropped, and are counted then.

use crate::codec::audio::dtmf::{Digit, EventClock, EventNotice, TelephoneEvent};
use crate::processing::audio::amd::AmdEvent;
use crate::processing::audio::barge_in::BargeInEvent;
use crate::processing::audio::tone::ToneEvent;
use crate::types::{LegKey, TickNumber};
use crate::worker::leg::GlitchRecord;

/// A message of a worker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorkerEvent {
    /// The leg concerned.
    pub leg: LegKey,
    /// When.
    pub tick: TickNumber,
    /// What.
    pub what: WorkerEventKind,
}

/// What a worker tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WorkerEventKind {
    /// Facts since the last such message.
    Facts(Facts),
    /// A fact: the peer began an event.
    DigitStarted(TelephoneEvent),
    /// A fact: the peer's event is over.
    Digit(Digit),
    /// A fact: a tone in the audio began or ended.
    Tone(ToneEvent),
    /// A fact: the party has been silent for so long.
    Silence {
        /// ms.
        ms: u32,
    },
    /// A fact: that silence is over, and was so long.
    SilenceEnded {
        /// ms.
        ms: u32,
    },
    /// A fact: the party speaks, interrupts, ends.
    Speech(BargeInEvent),
    /// A fact: who answered, or that the machine has beeped.
    Amd(AmdEvent),
    /// A glitch that is over, or a part of one that lasts.
    Glitch(GlitchRecord),
    /// Mean level over the last 100 ms in dBov, while metering is on.
    Level(f32),
    /// A notice: how loud it is in its room, in dBov, and whether it is heard there.
    RoomLevel(f32, bool),
}

/// A set of facts about a leg.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts(pub u16);

impl Facts {
    /// The first packets came.
    pub const STARTED: Self = Self(1);
    /// The source began anew: another SSRC, or a jump of sequence number or timestamp.
    pub const SOURCE_CHANGED: Self = Self(2);
    /// Nothing came for about a second.
    pub const FELL_SILENT: Self = Self(4);
    /// It is heard again after it fell silent.
    pub const RESUMED: Self = Self(32);
    /// A panic was caught: the leg is parked.
    pub const PARKED: Self = Self(8);
    /// A codec or stage reported a fault for the first time.
    pub const FAULT: Self = Self(16);
    /// Voice began, as the voice detector decides.
    pub const VOICE_BEGAN: Self = Self(64);
    /// Voice ended.
    pub const VOICE_ENDED: Self = Self(128);

    /// Audio of a new inward format has taken over: the path of the format before may go home.
    pub const INPUT_SETTLED: Self = Self(256);
    /// The peer sends another of the formats that it may, unasked.
    pub const CODEC_CHANGED: Self = Self(512);

    /// It began to speak in its room.
    pub const TALK_BEGAN: Self = Self(1_024);
    /// It ceased to speak in its room.
    pub const TALK_ENDED: Self = Self(2_048);
    /// It has the floor of its room.
    pub const DOMINANT: Self = Self(4_096);

    /// Those of its room.
    pub const OF_ROOM: Self = Self(1_024 | 2_048 | 4_096);

    /// Whether all of `other` are in the set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl WorkerEventKind {
    pub(in crate::worker) fn of(notice: &EventNotice, clock: EventClock) -> Self {
        match *notice {
            EventNotice::Started { event, .. } => Self::DigitStarted(event),
            EventNotice::Ended { event, duration, lost, .. } => {
                Self::Digit(Digit { event, duration_ms: clock.ms(duration), end_lost: lost })
            }
        }
    }
}
