//! Pure: the RTP payload format of H.264 (RFC 6184): single NAL units, aggregation (STAP-A) and fragments (FU-A), which
//! are packetization modes 0 and 1. The interleaved mode is refused.
//!
//! An access unit is one picture: NAL units, in files and buffers set apart by the start codes of H.264 Annex B
//! ([`annex_b`] finds them). [`H264Packetizer`] cuts it into payloads, [`H264Depacketizer`] puts it together again out
//! of packets in sequence; neither allocates after construction.

mod depacketizer;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod nal;
mod packetizer;

pub use depacketizer::{AccessUnit, H264Counters, H264Depacketizer};
pub use nal::{NalUnits, annex_b, has_parameter_sets, is_key_frame};
pub use packetizer::{H264Packet, H264Packetizer, H264Packets};

#[cfg(test)]
mod tests;
