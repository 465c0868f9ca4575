//! Real-time: Opus (RFC 6716, updated by RFC 8251; RTP payload RFC 7587), through libopus.
//!
//! One or two channels at 8, 12, 16, 24 or 48 kHz on our side (of the engine's rates all but 32 kHz); the RTP clock is
//! 48000 Hz whatever that rate. Packets of 10, 20, 40 and 60 ms, and of 30 ms as three frames of 10 ms in one packet;
//! 50 ms is refused. Algorithmic delay: 6.5 ms, 2.5 ms with [`OpusApplication::RestrictedLowdelay`]. libopus is under a
//! BSD licence with a royalty-free patent grant.
//!
//! [`OpusEncoder`] and [`OpusDecoder`] are built and dropped by the control side. What runs on a media thread neither
//! allocates nor locks nor calls the system, but the encoder needs about 40 KiB of stack (80 with Deep Redundancy), and
//! libopus ends the process where it finds its own state corrupted. The states live in memory of ours (`state.rs` and
//! `dred.rs` alone call libopus), so that they can be pooled, and copied from one encoder to another in the middle of a
//! stream.

mod decoder;
#[cfg(feature = "opus-dred")]
#[expect(unsafe_code, reason = "calls libopus")]
mod dred;
mod encoder;
mod ffi;
mod memory;
mod packet;
mod pre_roll;
mod requested;
mod settings;
mod short_packet;
#[expect(unsafe_code, reason = "calls libopus")]
mod state;

pub use decoder::OpusDecoder;
pub use encoder::OpusEncoder;
pub use packet::OpusPacket;
pub use settings::{OpusApplication, OpusBandwidth, OpusBitrate, OpusSettings};
pub use state::libopus_version;

#[cfg(test)]
mod tests;
