//! Pure: what an Opus packet says of itself in its first octets (RFC 6716 section 3).

use super::OpusBandwidth;
use crate::codec::CodecFault;

/// The longest packet (RFC 6716 section 3.2: requirement R5).
pub(super) const MAX_MS: usize = 120;

/// The table-of-contents octet and the frame count of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpusPacket {
    config: u8,
    stereo: bool,
    frames: u8,
    /// Bits of the first frame's first octet, where the frame is SILK or hybrid.
    silk_header: u8,
}

impl OpusPacket {
    /// Reads the head of a packet.
    ///
    /// # Errors
    /// [`CodecFault::BadPayload`] where it is empty, cut off in its head, or longer than 120 ms.
    pub fn parse(payload: &[u8]) -> Result<Self, CodecFault> {
        let (&toc, rest) = payload.split_first().ok_or(CodecFault::BadPayload)?;
        let (frames, first_frame) = match toc & 3 {
            0 => (1, rest),
            // Two frames of equal length: the first starts at once.
            1 => (2, rest),
            // Two frames, the first one's length in front: one octet, or two from 252 on.
            2 => (2, rest.get(1 + usize::from(rest.first().is_some_and(|&l| l >= 252))..).unwrap_or(&[])),
            _ => (rest.first().ok_or(CodecFault::BadPayload)? & 0x3f, code_3_frames(rest)),
        };
        let packet = Self {
            config: toc >> 3,
            stereo: toc & 4 != 0,
            frames,
            silk_header: first_frame.first().copied().unwrap_or(0),
        };
        if frames == 0 || packet.samples(48_000) > 48 * MAX_MS { Err(CodecFault::BadPayload) } else { Ok(packet) }
    }

    /// Samples per channel of one frame at `rate` Hz.
    pub const fn frame_samples(self, rate: u32) -> usize {
        // Quarters of a ms: SILK 10 20 40 60, hybrid 10 20, CELT 2.5 5 10 20 ms.
        let quarters = match self.config {
            0..=11 => [40, 80, 160, 240][(self.config & 3) as usize],
            12..=15 => [40, 80][(self.config & 1) as usize],
            _ => [10, 20, 40, 80][(self.config & 3) as usize],
        };
        (rate as usize / 1_000) * quarters / 4
    }

    /// Samples per channel of the packet at `rate` Hz.
    pub const fn samples(self, rate: u32) -> usize {
        self.frame_samples(rate) * self.frames as usize
    }

    /// Frames in the packet, 1..=48.
    pub const fn frames(self) -> u8 {
        self.frames
    }

    /// Channels coded: 1 or 2.
    pub const fn channels(self) -> u8 {
        1 + self.stereo as u8
    }

    /// The audio bandwidth coded.
    pub const fn bandwidth(self) -> OpusBandwidth {
        match self.config {
            0..=3 => OpusBandwidth::Narrowband,
            4..=7 => OpusBandwidth::Mediumband,
            8..=11 => OpusBandwidth::Wideband,
            12..=13 => OpusBandwidth::Superwideband,
            14..=15 => OpusBandwidth::Fullband,
            16..=19 => OpusBandwidth::Narrowband,
            20..=23 => OpusBandwidth::Wideband,
            24..=27 => OpusBandwidth::Superwideband,
            _ => OpusBandwidth::Fullband,
        }
    }

    /// The mode by libopus' private numbers: SILK 1000, hybrid 1001, CELT 1002.
    pub(super) const fn mode(self) -> i32 {
        match self.config {
            0..=11 => 1_000,
            12..=15 => 1_001,
            _ => 1_002,
        }
    }

    /// Whether only CELT is used: no in-band error correction, and no speech model for concealment.
    pub const fn is_celt(self) -> bool {
        self.config >= 16
    }

    /// Whether audio after this packet can be made from Deep Redundancy: what SILK codes at 16 kHz, and CELT.
    #[cfg(feature = "opus-dred")]
    pub(super) const fn takes_dred(self) -> bool {
        self.config >= 8
    }

    /// Whether the packet carries the one before it in low quality (in-band forward error correction, RFC 6716
    /// section 4.2.4: the LBRR flags follow the voice activity flags, one per 20 ms and channel, uncoded).
    pub const fn has_fec(self) -> bool {
        if self.is_celt() {
            return false;
        }
        let silk_frames = if self.config < 12 { [1, 1, 2, 3][(self.config & 3) as usize] } else { 1 };
        let mid = self.silk_header >> (7 - silk_frames) & 1 == 1;
        let side = self.stereo && self.silk_header >> (6 - 2 * silk_frames) & 1 == 1;
        mid || side
    }
}

/// Where the first frame of a code 3 packet starts (RFC 6716 section 3.2.5); empty if it is cut off.
fn code_3_frames(rest: &[u8]) -> &[u8] {
    let Some((&count, mut body)) = rest.split_first() else { return &[] };
    if count & 0x40 != 0 {
        // Padding length: octets of 255 go on.
        while let Some((&length, tail)) = body.split_first() {
            body = tail;
            if length != 255 {
                break;
            }
        }
    }
    if count & 0x80 != 0 {
        for _ in 1..count & 0x3f {
            let skip = 1 + usize::from(body.first().is_some_and(|&l| l >= 252));
            body = body.get(skip..).unwrap_or(&[]);
        }
    }
    body
}
