//! Pure: what an agent is told, as it stands in a message.

use super::refusal::Fault;
use super::start::AudioForm;
use media_core::{AgentPosition, AgentStatistics, MediaTime};
use serde::Serialize;
use std::net::SocketAddr;

/// How far what the agent says had come, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    pub(super) sample: u64,
    pub(super) tick: u64,
    pub(super) time_ns: u64,
}

impl From<AgentPosition> for Place {
    fn from(position: AgentPosition) -> Self {
        let at = position.at;
        Self { sample: position.sample, tick: at.tick.0, time_ns: at.time.nanos_since(MediaTime::ZERO) }
    }
}

/// A message to the agent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    /// The first on each connection.
    Connected {
        protocol: &'static str,
        call: String,
    },
    /// The answer to `start` and `attach`.
    Started(Box<Started>),
    /// Audio as JSON, of frames that are not binary.
    Media {
        tick: u64,
        time_ns: u64,
        voice: f32,
        lost: u32,
        payload: String,
    },
    Mark {
        name: String,
        #[serde(flatten)]
        at: Place,
    },
    MarkForgotten {
        name: String,
        #[serde(flatten)]
        at: Place,
    },
    /// The answer to `clear`; earlier ones are done with it.
    Cleared {
        clear: u32,
        forgotten: u64,
        #[serde(flatten)]
        at: Place,
    },
    Interrupted {
        by: String,
        forgotten: u64,
        #[serde(flatten)]
        at: Place,
    },
    DryBegan {
        cause: String,
        #[serde(flatten)]
        at: Place,
    },
    DryEnded {
        cause: String,
        lasted_ms: f64,
        #[serde(flatten)]
        at: Place,
    },
    Dtmf {
        digit: char,
        #[serde(flatten)]
        at: Place,
    },
    SpeechBegan {
        ago_ms: u32,
        #[serde(flatten)]
        at: Place,
    },
    /// It has lasted over what the agent says for as long as makes it an interruption.
    Interruption {
        ago_ms: u32,
        #[serde(flatten)]
        at: Place,
    },
    Backchannel {
        length_ms: u32,
        #[serde(flatten)]
        at: Place,
    },
    SpeechEnded {
        length_ms: u32,
        #[serde(flatten)]
        at: Place,
    },
    TurnEnded {
        pause_ms: u32,
        #[serde(flatten)]
        at: Place,
    },
    BacklogLow {
        #[serde(flatten)]
        at: Place,
    },
    /// The agent did not read in time: so many blocks of 10 ms, the oldest, are gone.
    Lost {
        blocks: u64,
        total: u64,
    },
    /// The answer to `position`.
    Position {
        waiting: u64,
        room: u64,
        paused: bool,
        #[serde(flatten)]
        at: Place,
    },
    /// What the port tells that this gateway does not know yet.
    Other {
        text: String,
        #[serde(flatten)]
        at: Place,
    },
    Error {
        error: Fault,
        text: String,
        refused: u64,
    },
    /// The last one.
    Stopped {
        reason: &'static str,
        statistics: Option<Box<Counts>>,
    },
}

impl Event {
    pub(super) fn text(&self) -> String {
        // Texts and numbers: nothing that cannot be written. A level that is no number is null.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A call as its agent meets it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Started {
    pub(super) call: String,
    /// The engine's number of the phone's session, and of the agent's.
    pub(super) phone_session: String,
    pub(super) agent_session: String,
    /// Where the phone is to send its packets: for the SDP.
    pub(super) local: Option<SocketAddr>,
    pub(super) codec: String,
    pub(super) payload_type: u8,
    pub(super) rate: u32,
    pub(super) samples: &'static str,
    pub(super) audio: AudioForm,
    pub(super) frame_ms: u32,
    pub(super) header_octets: usize,
    pub(super) backlog_samples: u64,
    /// Whether the call was there before.
    pub(super) attached: bool,
    #[serde(flatten)]
    pub(super) at: Place,
}

/// What was counted in a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    /// Samples that the agent's port took, sent and forgot.
    pub(super) written: u64,
    pub(super) sent: u64,
    pub(super) forgotten: u64,
    /// How often it ran dry with nothing said about that, and for how many samples.
    pub(super) late: u64,
    pub(super) late_samples: u64,
    pub(super) shortened: u64,
    pub(super) lengthened: u64,
    pub(super) events_lost: u64,
    /// Samples that found no room, and those of an interrupted turn.
    pub(super) refused_samples: u64,
    pub(super) dropped_samples: u64,
    /// Blocks of 10 ms that an agent did not read in time.
    pub(super) lost_blocks: u64,
    /// Messages that were refused.
    pub(super) refused_messages: u64,
    /// How many agents it has had.
    pub(super) agents: u64,
    /// Packets from the phone and to it.
    pub(super) packets_in: u64,
    pub(super) packets_out: u64,
}

impl Counts {
    pub(super) fn with_port(self, port: AgentStatistics) -> Self {
        Self {
            written: port.written,
            sent: port.sent,
            forgotten: port.forgotten,
            late: port.late,
            late_samples: port.late_samples,
            shortened: port.shortened,
            lengthened: port.lengthened,
            events_lost: port.events_lost,
            ..self
        }
    }
}
