//! Pure: what is asked of a node.

use super::sound::Codec;
use clap::ValueEnum;
use serde::Serialize;

/// What is asked of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Packets pass between two sockets as they are, never decoded. Own node only.
    Relay,
    /// Two phones of G.711.
    G711,
    /// G.711 and Opus.
    Opus,
    /// G.711 and G.722.
    G722,
    /// G.711 and G.729.
    G729,
    /// Rooms of phones of G.711; each phone is a call.
    Rooms,
}

impl Scenario {
    /// All, in the order of reports.
    pub const ALL: [Self; 6] = [Self::Relay, Self::G711, Self::Opus, Self::G722, Self::G729, Self::Rooms];

    /// As it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::G711 => "g711",
            Self::Opus => "opus",
            Self::G722 => "g722",
            Self::G729 => "g729",
            Self::Rooms => "rooms",
        }
    }

    /// How it comes about at the node.
    #[must_use]
    pub fn arranged(self) -> &'static str {
        match self {
            Self::Relay => {
                "no SIP: an engine of its own bridges two sessions with a relay stream each; their audio is held and silent"
            }
            Self::G711 => "SIP: the caller offers PCMU, the called answers with PCMU",
            Self::Opus => "SIP: the caller offers PCMU, the called answers with Opus",
            Self::G722 => "SIP: the caller offers PCMU, the called answers with G.722",
            Self::G729 => "SIP: the caller offers PCMU, the called answers with G.729",
            Self::Rooms => "SIP: phones with PCMU call sip:conf-load-N@, as many to a room as --room-size says",
        }
    }

    /// Legs of a call.
    #[must_use]
    pub fn legs(self) -> usize {
        if self == Self::Rooms { 1 } else { 2 }
    }

    /// Of who calls, and who is called.
    pub(super) fn codecs(self) -> [Codec; 2] {
        let other = match self {
            Self::Relay | Self::G711 | Self::Rooms => Codec::Pcmu,
            Self::Opus => Codec::Opus,
            Self::G722 => Codec::G722,
            Self::G729 => Codec::G729,
        };
        [Codec::Pcmu, other]
    }
}
