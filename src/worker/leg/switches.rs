//! Boundary: the plain settings of a leg, changed by a `Copy` message at a tick boundary.

use crate::types::Gain;

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Switch {
    /// Inward hold: what arrives is dropped and counted, the leg is no source.
    HoldInward(bool),
    /// Outward hold: nothing is sent; RTP time goes on.
    HoldOutward(bool),
    /// Mute: the leg is heard as silence.
    Mute(bool),
    /// Gain of what the leg is heard with.
    Gain(Gain),
    /// Gain of what the leg hears in a room.
    ListeningGain(Gain),
    /// Level metering: ends pass-through, sends level notices.
    Meter(bool),
    /// Its audio is decoded though nobody hears it as samples: on its way to somebody who is to hear it without a gap. Refused
    /// (`NoRoom`) as long as a packet that was passed on undecoded has not passed: asked again, it says when that is over.
    Decode(bool),
    /// Payload type that is accepted inward.
    InwardPayloadType(u8),
    /// In which of the ticks of a packet time its packets begin that begin from silence.
    Turn(u8),
}

/// The switches of a leg as flags.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Switches {
    /// See [`Switch::HoldInward`].
    pub hold_inward: bool,
    /// See [`Switch::HoldOutward`].
    pub hold_outward: bool,
    /// See [`Switch::Mute`].
    pub mute: bool,
    /// See [`Switch::Meter`].
    pub meter: bool,
    /// See [`Switch::Decode`].
    pub decode: bool,
    /// Silence of its party is told.
    pub silence: bool,
    /// Samples of the embedder's are mixed into what it says.
    pub said: bool,
}
