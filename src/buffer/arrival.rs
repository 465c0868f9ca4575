//! Pure: what is known when a packet comes.

/// What is known when a packet comes, in units of the RTP clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArrivalContext {
    pub(crate) arrival: i64,
    /// The fastest recent transit.
    pub(crate) fastest: Option<i64>,
    /// A block of 10 ms.
    pub(crate) block: i64,
    /// Nothing is left to play.
    pub(crate) dry: bool,
    /// The packet describes noise.
    pub(crate) noise: bool,
}
