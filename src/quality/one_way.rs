//! Pure: how far the audio of a session comes, each way.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The stage at which audio ends, or that it passes all of them.
///
/// Judged in this order: the first that is true is the answer.
///
/// | stage | inward: what the party says | outward: what the party hears |
/// |---|---|---|
/// | `Stopped` | a fault parked the session, or its thread does not run | the same |
/// | `Held` | inward hold: what comes is dropped | outward hold: nothing is sent |
/// | `NoPackets` | no datagram came in the last second or two, and the party had not said that it pauses | – |
/// | `RefusedSource` | packets came, all from an address that is not its peer's | – |
/// | `Undecodable` | packets came, and none is of a payload type, or a payload, that was negotiated | – |
/// | `NoSamples` | of a session of samples: its writer writes none | – |
/// | `Muted` | others hear silence | – |
/// | `NotRouted` | it is in no bridge and no room | the same, and nothing is played to it |
/// | `NotSent` | – | there is no address to send to, or the system takes none of the packets |
/// | `NotRead` | – | of a session of samples: its reader does not read them, or not all |
/// | `Unanswered` | – | packets are sent, and nothing comes back: nobody listens there, or the way back is closed |
/// | `Flows` | others hear it | packets are sent, and the party answers |
///
/// Example: [`OneWay`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AudioStage {
    /// It passes all stages.
    #[default]
    Flows,
    /// A fault parked the session, or its media thread does not run.
    Stopped,
    /// It is held.
    Held,
    /// Nothing comes from the party.
    NoPackets,
    /// What comes is not from its peer.
    RefusedSource,
    /// What comes is of no format that was negotiated.
    Undecodable,
    /// Nobody writes its samples.
    NoSamples,
    /// It is muted.
    Muted,
    /// It is connected to nobody.
    NotRouted,
    /// Nothing leaves for the party.
    NotSent,
    /// Nobody reads its samples, or not all of them.
    NotRead,
    /// What is sent has no answer.
    Unanswered,
}

/// A call is called one-way once it has been for so many seconds: one that begins has to be answered first.
pub(crate) const ONE_WAY_FOR_SURE_S: u32 = 3;

/// How far audio comes, each way.
///
/// From [`MediaSessionHandle::one_way`](crate::MediaSessionHandle::one_way): judged by the last one to two seconds.
///
/// ```
/// use media_core::quality::AudioStage;
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let params = MediaSessionParams::new(AudioFormat::pcmu());
/// let phone = engine.handle().create_media_session("phone", params);
/// let phone = engine.complete(phone)?;
/// engine.run_for(Duration::from_secs(3));
/// let ways = engine.complete(phone.one_way())?;
/// assert_eq!((ways.inward, ways.outward), (AudioStage::NoPackets, AudioStage::NotRouted));
/// engine.complete(phone.hold_inward())?;
/// assert_eq!(engine.complete(phone.one_way())?.to_string(), "from the party: held; to the party: not routed: no bridge, room or prompt");
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OneWay {
    /// What the party says.
    pub inward: AudioStage,
    /// What it hears.
    pub outward: AudioStage,
}

impl OneWay {
    /// Whether it flows both ways.
    pub fn is_well(self) -> bool {
        self == Self::default()
    }

    /// Whether it is a one-way call: it is connected, and nothing that its party says can be heard (no packets, none of its peer's, none
    /// of a format that was negotiated), or nothing leaves for it. What is held or muted is no such call.
    pub fn is_one_way(self) -> bool {
        let unheard =
            matches!(self.inward, AudioStage::NoPackets | AudioStage::RefusedSource | AudioStage::Undecodable);
        match self.outward {
            AudioStage::Stopped | AudioStage::NotRouted => false,
            AudioStage::NotSent => true,
            _ => unheard,
        }
    }
}

impl fmt::Display for AudioStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flows => "flows",
            Self::Stopped => "stopped: a fault parked it, or its thread does not run",
            Self::Held => "held",
            Self::NoPackets => "no packets come",
            Self::RefusedSource => "packets come from another address than its peer's, and are refused",
            Self::Undecodable => "packets come, of no format that was negotiated",
            Self::NoSamples => "no samples are written",
            Self::Muted => "muted",
            Self::NotRouted => "not routed: no bridge, room or prompt",
            Self::NotSent => "not sent: no address is known, or the system takes no packets",
            Self::NotRead => "not read: samples are dropped",
            Self::Unanswered => "sent and unanswered",
        })
    }
}

impl fmt::Display for OneWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "from the party: {}; to the party: {}", self.inward, self.outward)
    }
}

/// What is known of a session's last second or two: how much was counted, and how it is set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PathEvidence {
    pub(crate) stopped: bool,
    pub(crate) held: (bool, bool),
    pub(crate) muted: bool,
    pub(crate) routed: bool,
    pub(crate) played_to: bool,
    /// It is a session of packets: one of samples or of a speech machine has no network.
    pub(crate) packets: bool,
    /// Its party is who writes and reads its samples.
    pub(crate) samples: bool,
    /// Blocks that came from the writer, and blocks that the reader did not take.
    pub(crate) written: u64,
    pub(crate) unread: u64,
    pub(crate) datagrams_in: u64,
    pub(crate) packets_in: u64,
    pub(crate) refused: u64,
    pub(crate) unplayable: u64,
    pub(crate) played: u64,
    /// The party pauses, and said so.
    pub(crate) silent: bool,
    pub(crate) no_remote: u64,
    pub(crate) packets_out: u64,
    pub(crate) send_errors: u64,
}

impl PathEvidence {
    pub(crate) fn judge(&self) -> OneWay {
        OneWay { inward: self.inward(), outward: self.outward() }
    }

    fn inward(&self) -> AudioStage {
        match () {
            () if self.stopped => AudioStage::Stopped,
            () if self.held.0 => AudioStage::Held,
            () if self.packets && self.packets_in == 0 && self.refused > 0 => AudioStage::RefusedSource,
            () if self.packets && self.packets_in == 0 && !self.silent => AudioStage::NoPackets,
            () if self.packets && self.unplayable > 0 && self.played == 0 => AudioStage::Undecodable,
            () if self.samples && self.written == 0 => AudioStage::NoSamples,
            () if self.muted => AudioStage::Muted,
            () if !self.routed => AudioStage::NotRouted,
            () => AudioStage::Flows,
        }
    }

    fn outward(&self) -> AudioStage {
        let left = self.packets_out > self.send_errors;
        match () {
            () if self.stopped => AudioStage::Stopped,
            () if self.held.1 => AudioStage::Held,
            () if !self.routed && !self.played_to => AudioStage::NotRouted,
            () if self.samples && self.unread > 0 => AudioStage::NotRead,
            () if !self.packets => AudioStage::Flows,
            () if !left && (self.no_remote > 0 || self.send_errors > 0) => AudioStage::NotSent,
            () if left && self.datagrams_in == 0 && !self.silent => AudioStage::Unanswered,
            () => AudioStage::Flows,
        }
    }
}

#[cfg(test)]
mod tests;
