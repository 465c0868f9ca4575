//! Boundary: a number that one thread writes and anyone reads, without asking and without a lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A single-writer counter or level. With one writer a load and a store make an increment: no locked instruction.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// A gauge at zero.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Sets it. Real-time safe; one writer only.
    #[inline]
    pub fn set(&self, value: u64) {
        self.0.store(value, Relaxed);
    }

    /// Adds to it. Real-time safe; one writer only.
    #[inline]
    pub fn add(&self, n: u64) {
        self.0.store(self.0.load(Relaxed).wrapping_add(n), Relaxed);
    }

    /// Reads it, from any thread.
    #[inline]
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// Sets it to a floating-point value, stored as its bits.
    pub fn set_f64(&self, value: f64) {
        self.set(value.to_bits());
    }

    /// Reads what [`set_f64`](Self::set_f64) stored.
    pub fn get_f64(&self) -> f64 {
        f64::from_bits(self.get())
    }
}
