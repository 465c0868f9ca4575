//! Pure: video payloads. Pictures are never decoded: a Relay stream carries video untouched, and this module is for those
//! who look into it: key-frame detection, recording, and sources of encoded pictures.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

pub mod h264;

use h264::{H264Depacketizer, H264Packetizer};

/// The payload handling of a video codec, both ways. Built by the control side.
///
/// From [`CodecManager::create_video_codec`](crate::codec::CodecManager::create_video_codec). Example:
/// [`H264Packetizer`].
#[derive(Debug)]
#[non_exhaustive]
pub enum VideoCodec {
    /// H.264 (RFC 6184), packetization mode 1.
    H264 {
        /// Access units to payloads.
        packetizer: H264Packetizer,
        /// Payloads to access units.
        depacketizer: H264Depacketizer,
    },
}

impl VideoCodec {
    /// H.264 with payloads of at most `max_payload` octets, and access units of up to 1 MiB.
    pub fn h264(max_payload: usize) -> Self {
        let packetizer = H264Packetizer::new(max_payload, true);
        Self::H264 { packetizer, depacketizer: H264Depacketizer::new(1 << 20) }
    }
}
