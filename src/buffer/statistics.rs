//! Pure: what a jitter buffer counted.

use crate::quality::BurstGapCounts;

/// Counters since construction, and the present state. Packets unless another unit is said; times in ms.
///
/// Each packet that was put in is one of `played`, `late`, `duplicates`, `suspect` and `discarded`, or waits still.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JitterStatistics {
    /// Put in.
    pub received: u64,
    /// Came and were handed out for playing.
    pub played: u64,
    /// Did not come (RFC 3550 section 6.4.1). One that is missing at its time is counted, and no longer once it comes late.
    pub lost: u64,
    /// Came after their time.
    pub late: u64,
    /// Came twice.
    pub duplicates: u64,
    /// Came after a later one.
    pub reordered: u64,
    /// Refused because they did not follow, or were malformed.
    pub suspect: u64,
    /// Thrown away: over the greatest delay, over the slots, or in skipped ticks.
    pub discarded: u64,
    /// Times that another source, or another timeline of the same one, began. The first is none, nor is the same source
    /// after the buffer was drained.
    pub resets: u64,
    /// Packets whose timestamp did not keep to the samples, and were placed where their number says.
    pub timestamps_repaired: u64,
    /// Blocks of 10 ms concealed within speech: counted once the next packet says that the sender was speaking.
    pub concealed_blocks: u64,
    /// The same where the stream was silent anyway.
    pub concealed_silence_blocks: u64,
    /// Audio concealed, within speech or not, to the unit of the RTP clock.
    pub concealed_ms: f64,
    /// Lost packets whose audio was taken from a later one (in-band forward error correction,
    /// RFC 2198).
    pub recovered: u64,
    /// Of them those whose packet came again (RFC 2198): they are not counted as lost.
    pub refilled: u64,
    /// Blocks of 10 ms in which the sender was silent (discontinuous transmission).
    pub gap_blocks: u64,
    /// Audio taken out by time stretching.
    pub shortened_ms: f64,
    /// Audio put in by time stretching.
    pub lengthened_ms: f64,
    /// Audio waiting now.
    pub level_ms: f32,
    /// The delay aimed at, over the fastest recent packet.
    pub target_ms: f32,
    /// The delay now, over the fastest recent packet.
    pub delay_ms: f32,
    /// Interarrival jitter (RFC 3550 section 6.4.1), ms; digits and descriptions of noise are left out.
    pub jitter_ms: f32,
    /// Length of the last packet of audio, ms.
    pub packet_ms: f32,
    /// Losses told into bursts and gaps.
    pub burst_gap: BurstGapCounts,
    /// How much faster our clock runs than the sender's, in parts per million; 0 until known.
    pub skew_ppm: f32,
}
