//! Control: how a speech machine's port works.

use crate::error::ConfigError;
use crate::processing::audio::barge_in::BargeInParams;
use crate::types::{SampleRate, setters};
use std::time::Duration;

/// What is asked of the port of a speech machine ([`MediaSessionParams::agent`](crate::MediaSessionParams::agent)).
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AgentParams {
    /// The rate of what it says and hears. At the rate of the call (8 kHz for G.711) nothing is converted, and positions are
    /// those of the samples in the packets; at another, sound leaves up to 3 ms behind them.
    pub rate: SampleRate,
    /// How much may wait to be sent, 100 ms to 10 minutes. Default 2 minutes. Memory is taken as it is used.
    pub backlog: Duration,
    /// When less than this waits, having been more, an event says so ([`AgentEventKind::BacklogLow`](crate::AgentEventKind::BacklogLow)),
    /// up to 10 minutes; zero, or no less than the backlog: never. Default 1 s.
    pub low_water: Duration,
    /// For a producer that speaks as time goes by (an interpreter, another engine): what waits is brought to this by stretching time,
    /// 20 ms to 1 s, and speech begins when so much is there. `None`, the default: all is sent as it was written.
    pub latency: Option<Duration>,
    /// How much of what it hears waits to be read, 20 ms to 10 s; of more, the oldest is lost. Default 500 ms.
    pub read_buffer: Duration,
    /// Whether a key that the caller (in a room: any member) begins to press interrupts it: a telephone event, or a tone where tones are
    /// [listened for](crate::ProcessingParams::tones). Default no.
    pub interrupted_by_digit: bool,
    /// Whether, and how, the party that it is bridged to is listened to for speech over what it says: a detector in that party's
    /// processing (its own, where it has one), to which the agent's voice that comes back from the phone is no speech. What it finds is
    /// told. In a room the members that all hear are listened to so, agents and prompts apart: the first 32 in the order of joining, and
    /// whoever is next when one of them has left or speaks to all no more. Members with a detector of their own are told of beyond that.
    /// Default no.
    pub barge_in: Option<BargeInParams>,
    /// Whether such speech interrupts it, once it has lasted for [`minimum_ms`](BargeInParams::minimum_ms). Default yes.
    pub interrupted_by_speech: bool,
}

setters! { AgentParams { rate: SampleRate, backlog: Duration, low_water: Duration, latency: Option<Duration>, read_buffer: Duration, interrupted_by_digit: bool, barge_in: Option<BargeInParams>, interrupted_by_speech: bool } }

impl AgentParams {
    /// A port at that rate.
    pub const fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            backlog: Duration::from_secs(120),
            low_water: Duration::from_secs(1),
            latency: None,
            read_buffer: Duration::from_millis(500),
            interrupted_by_digit: false,
            barge_in: None,
            interrupted_by_speech: true,
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let (ms, seconds) = (Duration::from_millis, Duration::from_secs);
        within("agent.backlog", self.backlog, ms(100), seconds(600))?;
        within("agent.low_water", self.low_water, Duration::ZERO, seconds(600))?;
        within("agent.read_buffer", self.read_buffer, ms(20), seconds(10))?;
        self.latency.map_or(Ok(()), |latency| within("agent.latency", latency, ms(20), seconds(1)))
    }
}

fn within(field: &'static str, value: Duration, least: Duration, most: Duration) -> Result<(), ConfigError> {
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(ConfigError::new(field, format!("{value:?}"), format!("{least:?} to {most:?}"))),
    }
}

/// Samples of so long a time, rounded down.
pub(super) fn samples_in(time: Duration, rate: SampleRate) -> u64 {
    time.as_millis() as u64 * u64::from(rate.hz()) / 1_000
}

/// How long so many samples last: of any number, as long as a session may last.
pub(super) fn time_of(samples: u64, rate: SampleRate) -> Duration {
    let hz = u64::from(rate.hz());
    Duration::new(samples / hz, (samples % hz * 1_000_000_000 / hz) as u32)
}
