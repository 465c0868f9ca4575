//! RTP, as far as packets in rings are concerned; short ones, so that there are not too many orders of steps.

pub const MAX_PACKET: usize = 16;

#[derive(Debug, Clone, Copy, Default)]
pub struct RtpHeader {
    pub marker: bool,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
}
