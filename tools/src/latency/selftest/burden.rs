//! Control: load for the machine: on each core one thread that computes and one that moves memory, of ordinary priority.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::{io, thread};

use media_core::rt::os::thread::ThreadSetup;

/// More than a core's own caches hold.
const MOVED: usize = 8 << 20;

/// Load until dropped.
#[derive(Debug)]
pub struct Burden {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Burden {
    /// Begins.
    ///
    /// # Errors
    /// The system has no threads to give.
    pub fn on(cores: &[usize]) -> io::Result<Self> {
        let mut burden = Self { stop: Arc::default(), threads: Vec::new() };
        for &core in cores {
            for body in [compute, move_memory] {
                let stop = Arc::clone(&burden.stop);
                let setup = ThreadSetup { name: "selftest-load".into(), core: Some(core), ..ThreadSetup::default() };
                burden.threads.push(setup.spawn(move |_| body(&stop))?);
            }
        }
        Ok(burden)
    }
}

impl Drop for Burden {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn compute(stop: &AtomicBool) {
    let mut state = 1u64;
    while !stop.load(Ordering::Relaxed) {
        for _ in 0..10_000 {
            state = black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        }
    }
}

fn move_memory(stop: &AtomicBool) {
    let (from, mut to) = (vec![1u8; MOVED], vec![0u8; MOVED]);
    while !stop.load(Ordering::Relaxed) {
        black_box(&mut to).copy_from_slice(black_box(&from));
        // A system call now and then, as other programs make them.
        thread::yield_now();
    }
}
