//! Pure: what a jitter buffer counted.

/// Counters since construction, and the present state. Packets unless another unit is said; times in ms.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JitterStatistics {
    /// Put in.
    pub received: u64,
    /// Handed out for playing.
    pub played: u64,
    /// Never came before their time was over: lost on the network, or late.
    pub lost: u64,
    /// Came after their time; counted in `lost` too.
    pub late: u64,
    /// Came twice.
    pub duplicates: u64,
    /// Came after a later one.
    pub reordered: u64,
    /// Refused because they did not follow, or were malformed.
    pub suspect: u64,
    /// Thrown away: over the greatest delay, over the slots, or in skipped ticks.
    pub discarded: u64,
    /// Times that the timeline started anew.
    pub resets: u64,
    /// Blocks of 10 ms concealed within speech.
    pub concealed_blocks: u64,
    /// Blocks of 10 ms concealed where the stream was silent anyway.
    pub concealed_silence_blocks: u64,
    /// Audio concealed, within speech or not, to the unit of the RTP clock.
    pub concealed_ms: f64,
    /// Lost packets whose audio was taken from a later one (in-band forward error correction,
    /// RFC 2198).
    pub recovered: u64,
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
    /// How much faster our clock runs than the sender's, in parts per million; 0 until known.
    pub skew_ppm: f32,
}
