//! Pure: what a report says of one source, and a sender of itself (RFC 3550 section 6.4).

/// Octets of a report block.
pub(super) const BLOCK: usize = 24;

/// What a receiver reports of one source (RFC 3550 section 6.4.1).
///
/// Example: [`read`](super::read).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source that is reported on.
    pub ssrc: u32,
    /// Packets lost since the report before, in 256ths of those expected.
    pub fraction_lost: u8,
    /// Packets lost since reception began, −2^23..2^23: less than none where more came than were expected (duplicates).
    pub lost: i32,
    /// The highest sequence number heard, extended by its number of cycles.
    pub highest_sequence: u32,
    /// Interarrival jitter, in units of the source's RTP clock.
    pub jitter: u32,
    /// The middle 32 bits of the NTP time of the source's last sender report; 0: none came.
    pub last_sender_report: u32,
    /// How long ago that came, in 1/65,536 s.
    pub delay_since_last: u32,
}

impl ReportBlock {
    /// Of its octets.
    pub(super) fn read(octets: &[u8; BLOCK]) -> Self {
        let word = |n: usize| octets.as_chunks::<4>().0.get(n).map_or(0, |word| u32::from_be_bytes(*word));
        Self {
            ssrc: word(0),
            fraction_lost: (word(1) >> 24) as u8,
            // 24 bits with a sign.
            lost: ((word(1) << 8) as i32) >> 8,
            highest_sequence: word(2),
            jitter: word(3),
            last_sender_report: word(4),
            delay_since_last: word(5),
        }
    }

    /// As six words. What is lost is told as far as 24 bits tell it.
    pub(super) fn words(&self) -> [u32; 6] {
        let lost = self.lost.clamp(-0x80_0000, 0x7f_ffff) as u32 & 0xff_ffff;
        [
            self.ssrc,
            u32::from(self.fraction_lost) << 24 | lost,
            self.highest_sequence,
            self.jitter,
            self.last_sender_report,
            self.delay_since_last,
        ]
    }
}

/// The blocks of a report, in their order.
///
/// Example: [`read`](super::read).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportBlocks<'a>(pub(super) &'a [u8]);

impl Iterator for ReportBlocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.0.split_first_chunk::<BLOCK>()?;
        self.0 = rest;
        Some(ReportBlock::read(block))
    }
}

/// What a sender says of itself (RFC 3550 section 6.4.1).
///
/// Example: [`read`](super::read).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SenderInfo {
    /// When the report was sent, by the sender's clock.
    pub ntp: super::NtpTime,
    /// The same moment on its RTP clock.
    pub rtp_timestamp: u32,
    /// RTP packets sent since it took its SSRC, modulo 2^32.
    pub packets: u32,
    /// Octets of their payloads, modulo 2^32.
    pub octets: u32,
}
