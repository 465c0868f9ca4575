//! Boundary: what a bus counts, written by its worker, for anyone to read.

use crate::rt::Gauge;

/// What a bus counts.
#[derive(Debug, Default)]
pub struct BusGauges {
    /// Blocks in which somebody was heard.
    pub blocks: Gauge,
    /// Of these, how many went beyond full scale, so that who hears all of them hears them limited.
    pub loud_blocks: Gauge,
    /// Members heard in the last of them.
    pub heard: Gauge,
    /// Members heard at once at most.
    pub most_heard: Gauge,
    /// Blocks of members that said something and were not heard, as others were.
    pub left_out: Gauge,
    /// Blocks of another worker's members that were not there when they were due, or found no room.
    pub missing: Gauge,
    /// What was encoded once for all who share it, in packets (in blocks of 10 ms where the codec takes those).
    pub shared_encodes: Gauge,
    /// And how often it was sent.
    pub shared_packets: Gauge,
}
