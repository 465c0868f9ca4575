//! Control: clock, threads and privileges as the system gives them.

use std::time::Duration;

use super::limits::{Limit, Limits};
use super::steal::{StealMeter, parse};
use super::thread::ThreadSetup;
use super::usage::ThreadUsage;
use super::*;
use crate::types::MediaTime;

#[test]
fn sleeping_ends_after_the_deadline_and_not_before() {
    let start = clock::now();
    let until = start + Duration::from_millis(15);
    clock::sleep_until(until);
    assert!(clock::now() >= until);
    clock::sleep_until(start);
    clock::sleep_until(MediaTime::ZERO);
}

/// A thread that gets a signal every 2 ms sleeps on.
#[test]
fn a_signal_does_not_end_the_sleep() {
    extern "C" fn nothing(_: libc::c_int) {}
    // SAFETY: the handler does nothing, so it is safe in any context; no other test uses SIGURG.
    unsafe { libc::signal(libc::SIGURG, nothing as extern "C" fn(libc::c_int) as libc::sighandler_t) };
    let (tell, told) = std::sync::mpsc::channel();
    let sleeper = std::thread::spawn(move || {
        // SAFETY: pthread_self takes nothing.
        tell.send(unsafe { libc::pthread_self() } as usize).unwrap();
        let until = clock::now() + Duration::from_millis(60);
        clock::sleep_until(until);
        clock::now() >= until
    });
    let target = told.recv().unwrap();
    for _ in 0..10 {
        std::thread::sleep(Duration::from_millis(2));
        // SAFETY: the sleeper is not joined yet, so its pthread_t is valid even if it ended.
        unsafe { libc::pthread_kill(target as libc::pthread_t, libc::SIGURG) };
    }
    assert!(sleeper.join().unwrap());
}

#[test]
fn set_up_never_fails_and_says_what_it_got() {
    let plain = ThreadSetup { name: "pl\0ain".into(), ..ThreadSetup::default() };
    let got = plain.spawn(|got| (got, std::thread::current().name().map(str::to_owned))).unwrap().join().unwrap();
    assert_eq!(got, (Privileges::default(), Some("plain".into())));

    let core = thread::allowed_cores()[0];
    let setup = ThreadSetup {
        name: "m0".into(),
        core: Some(core),
        realtime_priority: Some(10),
        lock_stack: true,
        lock_everything: false,
    };
    let got = setup.spawn(|got| got).unwrap().join().unwrap();
    assert_eq!(got.pinned, Privilege::Granted);
    assert_ne!(got.realtime, Privilege::NotAsked);
    assert_ne!(got.memory_locked, Privilege::NotAsked);

    let absurd = ThreadSetup { core: Some(1 << 20), realtime_priority: Some(100), ..ThreadSetup::default() };
    let got = absurd.spawn(|got| got).unwrap().join().unwrap();
    assert!(got.pinned.is_refused() && got.realtime.is_refused(), "{got}");
    assert_eq!(got.advice().count(), 2);
    assert!(got.to_string().contains("locked memory: not asked for"), "{got}");
    let offline = ThreadSetup { core: Some(1023), ..ThreadSetup::default() };
    assert!(offline.spawn(|got| got).unwrap().join().unwrap().pinned.is_refused());
}

#[test]
fn refused_wins_over_granted() {
    let refused = Privilege::Refused("why".into());
    assert_eq!(Privilege::Granted.and(refused.clone()), refused);
    assert_eq!(refused.clone().and(Privilege::NotAsked), refused);
    assert_eq!(Privilege::NotAsked.and(Privilege::Granted), Privilege::Granted);
}

#[test]
fn touching_changes_nothing_and_takes_any_size() {
    for length in [0, 1, 2, 4095, 4096, 4097, 100_000] {
        let mut memory: Vec<u16> = (0..length).map(|n| n as u16).collect();
        memory::touch(&mut memory);
        assert!(memory.iter().enumerate().all(|(n, &v)| v == n as u16));
        let locked = memory::lock(&memory);
        assert_ne!(locked, Privilege::NotAsked);
        memory::unlock(&memory);
    }
    memory::touch(&mut [(); 3]);
}

/// Touched pages are resident; untouched ones (the twin) are not.
#[test]
fn touched_pages_are_resident() {
    let length = 64 * 4096;
    // SAFETY: an anonymous private mapping of our own, unmapped below.
    let start = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    assert_ne!(start, libc::MAP_FAILED);
    let resident = || {
        let mut pages = [0u8; 64];
        // SAFETY: the mapping has 64 pages of 4 KiB; `pages` has an octet for each.
        assert_eq!(unsafe { libc::mincore(start, length, pages.as_mut_ptr()) }, 0);
        pages.iter().filter(|&&page| page & 1 == 1).count()
    };
    let before = resident();
    // SAFETY: the mapping is `length` octets, zeroed, and borrowed nowhere else.
    memory::touch(unsafe { std::slice::from_raw_parts_mut(start.cast::<u8>(), length) });
    assert_eq!((before, resident()), (0, 64));
    // SAFETY: the mapping from above; no reference to it is left.
    unsafe { libc::munmap(start, length) };
}

#[test]
fn steal_is_a_share_of_each_core() {
    let first = "cpu  1 2 3 4 5 6 7 8 0 0\ncpu0 100 0 0 800 0 0 0 100 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\nintr 5\n";
    let second = "cpu  1 2 3 4 5 6 7 8 0 0\ncpu0 150 0 0 810 10 0 0 130 0 0\ncpu1 0 0 0 50 0 0 0 0 0 0\ncpu2 bad\n";
    let mut meter = StealMeter::default();
    assert!(meter.take(parse(first)).is_empty());
    let uses = meter.take(parse(second));
    assert_eq!(uses.len(), 2);
    assert!((uses[0].steal - 0.3).abs() < 1e-6 && (uses[0].busy - 0.5).abs() < 1e-6, "{uses:?}");
    assert_eq!((uses[1].steal, uses[1].busy), (0.0, 0.0));
    assert_eq!(meter.stolen_ms(), 300);
    // Counters that stand still or step back are no use at all.
    assert!(meter.take(parse(first)).iter().all(|core| (core.steal, core.busy) == (0.0, 0.0)));
    assert!(!StealMeter::new().read().unwrap().is_empty());
}

#[test]
fn limits_are_read_and_shortage_gives_advice() {
    let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                Max locked memory         8388608              unlimited            bytes     \n\
                Max open files            1024                 4096                 files     \n\
                Max realtime priority     0                    0                              \n";
    let limits = Limits::parse(text).unwrap();
    assert_eq!(limits.locked_memory, Limit { soft: Some(8_388_608), hard: None });
    assert!(!limits.realtime_priority.allows(10));
    assert_eq!(limits.check_descriptors(1024), Ok(()));
    assert!(limits.check_descriptors(2000).unwrap_err().to_string().contains("ulimit -n 2000"));
    assert!(limits.check_descriptors(9000).unwrap_err().to_string().contains("LimitNOFILE="));
    assert_eq!(Limits::parse("Max open files some"), None);
    Limits::read().unwrap();
}

#[test]
fn a_thread_is_watched_from_outside() {
    let usage =
        ThreadUsage::parse("500 60 7\n", "Name:\tx\nvoluntary_ctxt_switches:\t9\nnonvoluntary_ctxt_switches:\t3\n");
    assert_eq!(usage, ThreadUsage { ran_ns: 500, waited_ns: 60, slept: 9, preempted: 3 });
    assert_eq!(ThreadUsage::parse("", ""), ThreadUsage::default());
    ThreadUsage::read(thread::current_id()).unwrap();
    assert!(ThreadUsage::read(u32::MAX).is_err());
}

/// Twin: nobody is woken by [`NoWake`].
#[cfg(feature = "net")]
#[test]
fn a_waker_and_a_share_in_one_wake_who_polls() {
    use super::wake::{NoWake, Wake};
    let mut poll = mio::Poll::new().unwrap();
    let waker = std::sync::Arc::new(mio::Waker::new(poll.registry(), mio::Token(7)).unwrap());
    let mut events = mio::Events::with_capacity(4);
    let mut woken = |wake: &dyn Wake| {
        (0..3).for_each(|_| wake.wake());
        poll.poll(&mut events, Some(Duration::ZERO)).unwrap();
        events.iter().map(|event| event.token().0).collect::<Vec<_>>()
    };
    assert_eq!((woken(&*waker), woken(&waker), woken(&NoWake)), (vec![7], vec![7], vec![]));
}
