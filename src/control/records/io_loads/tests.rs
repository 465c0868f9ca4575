//! Loads of I/O threads from the kernel's sums.

use super::{IoLoad, IoLoads};
use crate::types::MediaTime;
use std::sync::Arc;
use std::time::Duration;

const HALF: Duration = Duration::from_millis(500);

fn thread(core: Option<usize>) -> IoLoad {
    IoLoad { gauges: Arc::default(), core, ran_ns: None, halves: [0.0; 2] }
}

#[test]
fn the_load_is_the_share_of_the_last_second() {
    let mut thread = thread(None);
    thread.ran(7_000_000_000, HALF);
    assert_eq!(thread.load(), 0.0, "what it ran before it was first looked at is nobody's load");
    thread.ran(7_100_000_000, HALF);
    thread.ran(7_400_000_000, HALF);
    assert_eq!(thread.load(), 0.4);
    thread.ran(7_400_000_000, HALF);
    thread.ran(7_400_000_000, Duration::ZERO);
    assert_eq!(thread.load(), 0.0);
}

#[test]
fn a_core_has_the_load_of_the_threads_that_are_pinned_to_it() {
    let mut loads = IoLoads { threads: [Some(1), Some(2), Some(1), None].map(thread).into(), ..IoLoads::default() };
    for (n, thread) in loads.threads.iter_mut().enumerate() {
        thread.ran(0, HALF);
        thread.ran(100_000_000 * (n as u64 + 1), HALF);
    }
    let per_cent = |load: f32| (100.0 * load).round();
    assert_eq!([Some(1), Some(2), Some(3), None].map(|core| per_cent(loads.on_core(core))), [40.0, 20.0, 0.0, 0.0]);
    assert_eq!([0, 3, 4].map(|n| per_cent(loads.of(n))), [10.0, 40.0, 0.0]);
}

#[test]
fn the_kernel_tells_how_long_this_thread_ran() {
    let mut loads = IoLoads { threads: vec![thread(None)], ..IoLoads::default() };
    loads.threads[0].gauges.thread.set(crate::rt::os::thread::current_id().into());
    let number = crate::rt::os::thread::current_id();
    let ran = || crate::rt::os::usage::ThreadUsage::read(number).unwrap().ran_ns;
    // The kernel tells it by its own ticks; a thread that has just begun has 0.
    let runs_beyond = |ns: u64| while ran() <= ns {};
    let at = |ms| MediaTime::ZERO + Duration::from_millis(ms);
    runs_beyond(0);
    loads.look(at(500));
    let first = loads.threads[0].ran_ns;
    runs_beyond(first.unwrap());
    loads.look(at(900));
    assert_eq!(loads.threads[0].ran_ns, first, "not yet time");
    loads.look(at(1_000));
    assert!(loads.of(0) > 0.0);
    // No thread has that number: it has ended.
    loads.threads[0].gauges.thread.set(u64::from(u32::MAX));
    loads.look(at(1_500));
    loads.look(at(2_000));
    assert_eq!(loads.of(0), 0.0, "of what has ended nothing is left");
}
