//! Boundary: how a worker wakes the thread that sends its packets.

/// Wakes a thread that waits for packets to send. Called on a media thread at most once a tick and port, only if packets
/// were emitted: an implementation may make one non-blocking write to an eventfd and nothing else.
pub trait Wake: Send + std::fmt::Debug {
    /// Wakes it. Must not block, allocate or lock; a wake-up while one is pending may be lost.
    fn wake(&self);
}
