//! Boundary: the light road between threads: plain data, one writer, one reader, never waits.
//!
//! ```compile_fail
//! // Heap cannot cross: `String` is not `Copy`.
//! let (_tx, _rx) = media_core::rt::lane::<String>(4);
//! ```
//! ```
//! let (mut tx, mut rx) = media_core::rt::lane::<u32>(4);
//! assert!(tx.post(7));
//! assert_eq!(rx.take(), Some(7));
//! ```

/// Makes a lane that holds `capacity` messages. Allocates: control side.
pub fn lane<T: Copy + Send>(capacity: usize) -> (LaneTx<T>, LaneRx<T>) {
    let (producer, consumer) = rtrb::RingBuffer::new(capacity);
    (LaneTx { ring: producer, missed: 0 }, LaneRx { ring: consumer })
}

/// The writing end.
#[derive(Debug)]
pub struct LaneTx<T> {
    ring: rtrb::Producer<T>,
    missed: u64,
}

/// The reading end.
#[derive(Debug)]
pub struct LaneRx<T> {
    ring: rtrb::Consumer<T>,
}

impl<T: Copy> LaneTx<T> {
    /// Posts a message; `false` if the lane is full: the message is dropped and counted. Real-time safe.
    pub fn post(&mut self, message: T) -> bool {
        let posted = self.ring.push(message).is_ok();
        self.missed += u64::from(!posted);
        posted
    }

    /// Posts a message that must leave `spare` places to others; `false` if it would not: dropped and counted. Real-time
    /// safe.
    pub fn post_leaving(&mut self, spare: usize, message: T) -> bool {
        if self.ring.slots() <= spare {
            self.missed += 1;
            return false;
        }
        self.post(message)
    }

    /// Whether a message would leave `spare` places to others. Real-time safe.
    pub fn has_room(&self, spare: usize) -> bool {
        self.ring.slots() > spare
    }

    /// How many messages found the lane full.
    pub fn missed(&self) -> u64 {
        self.missed
    }
}

impl<T: Copy> LaneRx<T> {
    /// The oldest message, if any. Real-time safe.
    pub fn take(&mut self) -> Option<T> {
        self.ring.pop().ok()
    }

    /// Whether nobody will post any more.
    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned()
    }
}
