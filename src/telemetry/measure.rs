//! Pure: what is measured on a media thread, and the names it goes by in logs, snapshots and tools.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

use std::fmt;

/// The phases of a tick, in their order.
///
/// Example: [`Measure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// Orders of the supervisor are applied.
    Orders,
    /// Received packets go to their jitter buffers.
    Intake,
    /// Packets become frames, or a gap is concealed.
    Decode,
    /// Echo, noise, level, voice activity, digits.
    Process,
    /// Each output sums its sources.
    Mix,
    /// Frames become payloads.
    Encode,
    /// Packets go out.
    Emit,
    /// What the block used goes back; facts and counters go out.
    Report,
}

impl Phase {
    /// How many there are.
    pub const COUNT: usize = 8;
    /// All of them, in their order.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Orders, Self::Intake, Self::Decode, Self::Process, Self::Mix, Self::Encode, Self::Emit, Self::Report];

    /// Its place in [`ALL`](Self::ALL).
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// What one histogram holds, in ns.
///
/// ```
/// use media_core::telemetry::{Measure, Phase};
///
/// assert_eq!(Measure::from_name("tick_work"), Some(Measure::TickWork));
/// assert_eq!(Measure::ALL[Measure::Phase(Phase::Mix).index()], Measure::Phase(Phase::Mix));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// From the deadline to the wake-up: what the machine costs.
    WakeUpLateness,
    /// From the wake-up to the end of the last phase: what we cost.
    TickWork,
    /// One phase of one tick, all its batches.
    Phase(Phase),
    /// From a packet's arrival to the departure of the audio that it carried.
    PacketResidence,
    /// From a command's submission to the tick that applied it.
    CommandLatency,
}

impl Measure {
    /// How many there are.
    pub const COUNT: usize = 4 + Phase::COUNT;
    /// All of them, in the order of tables.
    pub const ALL: [Self; Self::COUNT] = [
        Self::WakeUpLateness,
        Self::TickWork,
        Self::Phase(Phase::Orders),
        Self::Phase(Phase::Intake),
        Self::Phase(Phase::Decode),
        Self::Phase(Phase::Process),
        Self::Phase(Phase::Mix),
        Self::Phase(Phase::Encode),
        Self::Phase(Phase::Emit),
        Self::Phase(Phase::Report),
        Self::PacketResidence,
        Self::CommandLatency,
    ];

    /// Its place in [`ALL`](Self::ALL).
    pub const fn index(self) -> usize {
        match self {
            Self::WakeUpLateness => 0,
            Self::TickWork => 1,
            Self::Phase(phase) => 2 + phase.index(),
            Self::PacketResidence => 2 + Phase::COUNT,
            Self::CommandLatency => 3 + Phase::COUNT,
        }
    }

    /// Its name in logs and snapshots.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WakeUpLateness => "wake_up_lateness",
            Self::TickWork => "tick_work",
            Self::Phase(Phase::Orders) => "phase_orders",
            Self::Phase(Phase::Intake) => "phase_intake",
            Self::Phase(Phase::Decode) => "phase_decode",
            Self::Phase(Phase::Process) => "phase_process",
            Self::Phase(Phase::Mix) => "phase_mix",
            Self::Phase(Phase::Encode) => "phase_encode",
            Self::Phase(Phase::Emit) => "phase_emit",
            Self::Phase(Phase::Report) => "phase_report",
            Self::PacketResidence => "packet_residence",
            Self::CommandLatency => "command_latency",
        }
    }

    /// The measure of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
