//! Control: what the process holds: resident memory, and what it has allocated and not freed.

use serde::Serialize;
use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

static LIVE: AtomicI64 = AtomicI64::new(0);
static LIVE_OCTETS: AtomicI64 = AtomicI64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, counting. A program that measures itself makes it its `#[global_allocator]`.
#[derive(Debug)]
pub struct Counting;

fn count(pieces: i64, octets: i64) {
    LIVE.fetch_add(pieces, Relaxed);
    LIVE_OCTETS.fetch_add(octets, Relaxed);
    CALLS.fetch_add(u64::from(pieces > 0), Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came; counting touches atomics only.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(-1, -(layout.size() as i64));
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(0, size as i64 - layout.size() as i64);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// Memory at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Resident, in KiB; 0 where the system does not say.
    pub resident_kib: i64,
    /// Allocations that were not freed yet.
    pub live: i64,
    /// Octets in them.
    pub live_octets: i64,
    /// Allocations since the start.
    pub calls: u64,
}

impl Memory {
    /// Now. The counts are 0 in a program whose allocator is another than [`Counting`].
    pub fn now() -> Self {
        let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let resident = pages.split_ascii_whitespace().nth(1).and_then(|n| n.parse::<i64>().ok()).unwrap_or_default();
        Self {
            resident_kib: resident * 4,
            live: LIVE.load(Relaxed),
            live_octets: LIVE_OCTETS.load(Relaxed),
            calls: CALLS.load(Relaxed),
        }
    }

    /// Now, when the C library has given back what is free in its heap: what is resident is what is held.
    pub fn settled() -> Self {
        #[cfg(target_env = "gnu")]
        // SAFETY: takes no pointer, and may be called at any time by any thread.
        unsafe {
            libc::malloc_trim(0);
        }
        Self::now()
    }
}

/// How memory grew: from the median of the second quarter of the samples (the first is for warming up) to that of the
/// last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Growth {
    /// Then.
    pub before: Memory,
    /// At the end.
    pub after: Memory,
}

impl Growth {
    /// Of at least eight samples.
    pub fn of(samples: &[Memory]) -> Option<Self> {
        let n = samples.len();
        if n < 8 {
            return None;
        }
        Some(Self { before: median(&samples[n / 4..n / 2]), after: median(&samples[3 * n / 4..]) })
    }

    /// Whether that is nothing: 1 % and 1 MiB of resident memory, half a percent of what is allocated, and as much again
    /// as a few sessions more or less take.
    pub fn is_flat(&self) -> bool {
        let Self { before, after } = self;
        after.resident_kib - before.resident_kib <= before.resident_kib / 100 + 1_024
            && after.live - before.live <= before.live / 200 + 64
            && after.live_octets - before.live_octets <= before.live_octets / 200 + (64 << 10)
    }
}

/// The line that a report has of it. `samples`: what there were too few of to judge.
pub fn verdict(growth: Option<&Growth>, flat: bool, samples: &str) -> String {
    let Some(Growth { before, after }) = growth else {
        return format!("memory not judged: too few {samples}, at least eight are needed\n");
    };
    let (a, b, verdict) = (before, after, if flat { "flat" } else { "GROWS" });
    format!(
        "memory {verdict}: resident {} -> {} KiB, allocations {} -> {}, octets in them {} -> {}\n",
        a.resident_kib, b.resident_kib, a.live, b.live, a.live_octets, b.live_octets
    )
}

fn median(samples: &[Memory]) -> Memory {
    let middle = |value: fn(&Memory) -> i64| {
        let mut values: Vec<i64> = samples.iter().map(value).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Memory {
        resident_kib: middle(|m| m.resident_kib),
        live: middle(|m| m.live),
        live_octets: middle(|m| m.live_octets),
        calls: samples.last().map_or(0, |m| m.calls),
    }
}
