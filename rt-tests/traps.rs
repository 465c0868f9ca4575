//! Proves the instruments of the real-time tests: that what is trapped is counted, and that what is allowed passes.
//! Without this, "0 allocations" in another test might only say that nobody counted.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support {
    pub mod seccomp;
    pub mod trap;
}

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use support::trap::{self, Counts, Response};
use trap::alone;

/// What `body` did in media scope.
fn counted<R>(body: impl FnOnce() -> R) -> (Counts, R) {
    let before = trap::counts();
    let scope = trap::enter();
    let result = body();
    drop(scope);
    (trap::counts().since(before), result)
}

/// Waits without a call to the system, as a thread in media scope has to.
fn spin_until(flag: &AtomicBool) {
    while !flag.load(Ordering::Acquire) {
        std::hint::spin_loop();
    }
}

fn only(body: impl FnOnce()) -> Counts {
    counted(body).0
}

mod memory {
    use super::*;

    #[test]
    fn nothing_is_counted_where_nothing_is_called() {
        let _alone = alone();
        let mut buffer = [0.0f32; 480];
        let counts = only(|| black_box(&mut buffer).iter_mut().for_each(|sample| *sample = sample.sin()));
        assert_eq!(counts, Counts::default());
    }

    #[test]
    fn nothing_is_counted_outside_the_scope() {
        let _alone = alone();
        let before = trap::counts();
        drop(black_box(vec![1u8; 100]));
        only(|| ());
        drop(black_box(vec![1u8; 100]));
        assert_eq!(trap::counts(), before);
    }

    #[test]
    fn a_thread_is_not_in_the_scope_of_another() {
        let _alone = alone();
        let (inside, done) = (AtomicBool::new(false), AtomicBool::new(false));
        let counts = std::thread::scope(|threads| {
            threads.spawn(|| {
                spin_until(&inside);
                (0..100).for_each(|_| drop(black_box(vec![1u8; 100])));
                done.store(true, Ordering::Release);
            });
            only(|| {
                inside.store(true, Ordering::Release);
                spin_until(&done);
            })
        });
        assert_eq!(counts, Counts::default());
    }

    #[test]
    fn the_growth_of_a_vec_is_counted() {
        let _alone = alone();
        let mut grown: Vec<u64> = Vec::with_capacity(4);
        let counts = only(|| (0..4).for_each(|n| grown.push(black_box(n))));
        assert_eq!(counts, Counts::default(), "within its capacity");
        let counts = only(|| grown.push(black_box(4)));
        assert_eq!(counts, Counts { allocations: 1, ..Counts::default() }, "beyond it");
    }

    #[test]
    fn the_drop_of_a_box_is_counted() {
        let _alone = alone();
        let boxed = black_box(Box::new([1u8; 64]));
        assert_eq!(only(|| drop(boxed)), Counts { frees: 1, ..Counts::default() });
        // SAFETY: freeing null is defined, and does nothing.
        assert_eq!(only(|| unsafe { libc::free(black_box(std::ptr::null_mut())) }), Counts::default());
    }

    #[test]
    fn an_over_aligned_box_is_counted() {
        #[repr(align(256))]
        struct Line([u8; 256]);

        let _alone = alone();
        let (counts, line) = counted(|| black_box(Box::new(Line([1; 256]))));
        assert_eq!(counts, Counts { allocations: 1, ..Counts::default() });
        assert_eq!(line.0.as_ptr().addr() % 256, 0);
        assert_eq!(line.0[255], 1);
    }

    #[test]
    fn every_allocator_of_c_is_counted_and_works() {
        type Allocate = fn() -> *mut libc::c_void;
        unsafe extern "C" {
            fn valloc(size: usize) -> *mut libc::c_void;
            fn pvalloc(size: usize) -> *mut libc::c_void;
        }
        // SAFETY: C's allocators with sizes and alignments that they take; each block is freed below.
        let allocators: [(&str, usize, Allocate); 9] = unsafe {
            [
                ("malloc", 16, || libc::malloc(black_box(100))),
                ("calloc", 16, || libc::calloc(black_box(10), 10)),
                ("realloc", 16, || libc::realloc(black_box(std::ptr::null_mut()), 100)),
                ("reallocarray", 16, || libc::reallocarray(black_box(std::ptr::null_mut()), 10, 10)),
                ("memalign", 64, || libc::memalign(64, black_box(100))),
                ("aligned_alloc", 64, || libc::aligned_alloc(64, black_box(128))),
                ("valloc", 4096, || valloc(black_box(100))),
                ("pvalloc", 4096, || pvalloc(black_box(100))),
                ("posix_memalign", 128, || {
                    let mut block = std::ptr::null_mut();
                    assert_eq!(libc::posix_memalign(&mut block, 128, black_box(100)), 0);
                    block
                }),
            ]
        };
        let _alone = alone();
        for (name, alignment, allocate) in allocators {
            trap::arm(Response::Note);
            let (counts, block) = counted(allocate);
            assert_eq!(counts, Counts { allocations: 1, ..Counts::default() }, "{name}");
            let first = trap::first().unwrap();
            assert_eq!(first.function, name);
            assert!(first.size >= 100, "{first:?}");
            assert!(!block.is_null() && block.addr().is_multiple_of(alignment), "{name}");
            // SAFETY: a block of at least 100 octets, not freed yet.
            let counts = only(|| unsafe {
                block.cast::<u8>().write_bytes(0x5a, 100);
                libc::free(block);
            });
            assert_eq!(counts, Counts { frees: 1, ..Counts::default() }, "{name}");
        }
        trap::arm(Response::Count);
    }

    #[test]
    fn what_c_allocates_inside_itself_is_counted() {
        let _alone = alone();
        // SAFETY: a C string; the copy is freed below.
        let (counts, copy) = counted(|| unsafe { libc::strdup(black_box(c"a text of libc".as_ptr())) });
        assert_eq!(counts, Counts { allocations: 1, ..Counts::default() });
        // SAFETY: from strdup, freed once.
        unsafe { libc::free(copy.cast()) };
    }

    #[test]
    fn bad_alignments_and_sizes_are_refused_as_by_libc() {
        let mut block = std::ptr::null_mut();
        // SAFETY: calls that fail by contract.
        unsafe {
            assert_eq!(libc::posix_memalign(&mut block, 3, 100), libc::EINVAL);
            assert_eq!(libc::posix_memalign(&mut block, 4, 100), libc::EINVAL);
            assert_eq!(libc::posix_memalign(&mut block, 16, usize::MAX - 64), libc::ENOMEM);
            assert!(libc::reallocarray(block, black_box(usize::MAX / 2), 4).is_null());
            assert_eq!(*libc::__errno_location(), libc::ENOMEM);
        }
        assert!(block.is_null());
    }
}

mod locks {
    use super::*;

    #[test]
    fn a_pthread_mutex_is_counted_and_still_excludes() {
        let _alone = alone();
        let mut lock = libc::PTHREAD_MUTEX_INITIALIZER;
        // SAFETY: an initialized mutex on this stack, used by this thread only.
        unsafe {
            let counts = only(|| assert_eq!(libc::pthread_mutex_lock(&mut lock), 0));
            assert_eq!(counts, Counts { mutexes: 1, ..Counts::default() });
            let counts = only(|| assert_eq!(libc::pthread_mutex_trylock(&mut lock), libc::EBUSY));
            assert_eq!(counts, Counts { mutexes: 1, ..Counts::default() });
            assert_eq!(only(|| assert_eq!(libc::pthread_mutex_unlock(&mut lock), 0)), Counts::default());
            assert_eq!(libc::pthread_mutex_trylock(&mut lock), 0);
            assert_eq!(libc::pthread_mutex_unlock(&mut lock), 0);
        }
    }

    #[test]
    fn a_read_write_lock_is_counted_and_still_excludes() {
        let _alone = alone();
        let mut lock = libc::PTHREAD_RWLOCK_INITIALIZER;
        // SAFETY: an initialized lock on this stack, used by this thread only.
        let counts = only(|| unsafe {
            assert_eq!(libc::pthread_rwlock_rdlock(&mut lock), 0);
            assert_eq!(libc::pthread_rwlock_tryrdlock(&mut lock), 0);
            assert_eq!(libc::pthread_rwlock_trywrlock(&mut lock), libc::EBUSY);
            assert_eq!(libc::pthread_rwlock_unlock(&mut lock), 0);
            assert_eq!(libc::pthread_rwlock_unlock(&mut lock), 0);
            assert_eq!(libc::pthread_rwlock_wrlock(&mut lock), 0);
            assert_eq!(libc::pthread_rwlock_tryrdlock(&mut lock), libc::EBUSY);
            assert_eq!(libc::pthread_rwlock_unlock(&mut lock), 0);
        });
        assert_eq!(counts, Counts { mutexes: 5, ..Counts::default() });
    }

    /// A wait that is over at once proves that the forwarded function is the condition variable of this libc, not an
    /// older version of the same name.
    #[test]
    fn a_condition_variable_is_counted_and_still_waits() {
        let _alone = alone();
        let mut lock = libc::PTHREAD_MUTEX_INITIALIZER;
        let mut condition = libc::PTHREAD_COND_INITIALIZER;
        let past = libc::timespec { tv_sec: 1, tv_nsec: 0 };
        // SAFETY: initialized objects on this stack; the mutex is held while waiting.
        unsafe {
            assert_eq!(libc::pthread_mutex_lock(&mut lock), 0);
            let counts = only(|| {
                assert_eq!(libc::pthread_cond_timedwait(&mut condition, &mut lock, &past), libc::ETIMEDOUT);
            });
            assert_eq!(counts, Counts { mutexes: 1, ..Counts::default() });
            assert_eq!(libc::pthread_mutex_unlock(&mut lock), 0);
        }
    }

    struct Meeting {
        lock: std::cell::UnsafeCell<libc::pthread_mutex_t>,
        condition: std::cell::UnsafeCell<libc::pthread_cond_t>,
        open: std::cell::UnsafeCell<bool>,
    }

    // SAFETY: `open` is touched under the lock only; the other two are made for sharing.
    unsafe impl Sync for Meeting {}

    #[test]
    fn a_wait_is_ended_by_another_thread() {
        let _alone = alone();
        let meeting = Meeting {
            lock: libc::PTHREAD_MUTEX_INITIALIZER.into(),
            condition: libc::PTHREAD_COND_INITIALIZER.into(),
            open: false.into(),
        };
        let meeting = &meeting;
        std::thread::scope(|threads| {
            threads.spawn(move || {
                // SAFETY: see `Meeting`.
                unsafe {
                    libc::pthread_mutex_lock(meeting.lock.get());
                    *meeting.open.get() = true;
                    libc::pthread_cond_signal(meeting.condition.get());
                    libc::pthread_mutex_unlock(meeting.lock.get());
                }
            });
            // SAFETY: see `Meeting`.
            unsafe {
                libc::pthread_mutex_lock(meeting.lock.get());
                while !*meeting.open.get() {
                    assert_eq!(libc::pthread_cond_wait(meeting.condition.get(), meeting.lock.get()), 0);
                }
                libc::pthread_mutex_unlock(meeting.lock.get());
            }
        });
    }

    #[test]
    fn the_futex_of_a_contended_standard_mutex_is_counted() {
        let _alone = alone();
        let mutex = Mutex::new(());
        let before = trap::counts();
        let counts = std::thread::scope(|threads| {
            let held = mutex.lock().unwrap();
            let waiter = threads.spawn(|| only(|| drop(mutex.lock().unwrap())));
            // The waiter spins before it sleeps, so the lock is held until the count shows it asleep.
            while trap::counts() == before && !waiter.is_finished() {
                std::thread::yield_now();
            }
            drop(held);
            waiter.join().unwrap()
        });
        assert!(counts.futexes >= 1, "{counts:?}");
        assert_eq!(counts, Counts { futexes: counts.futexes, ..Counts::default() });
    }
}

mod response {
    use super::*;

    #[test]
    fn the_first_call_is_remembered_and_the_next_is_not() {
        let _alone = alone();
        trap::arm(Response::Note);
        assert_eq!(trap::first(), None);
        let boxed = black_box(Box::new([1u8; 64]));
        only(|| {
            drop(boxed);
            drop(black_box(vec![1u8; 77]));
        });
        let first = trap::first().unwrap();
        assert_eq!((first.function, first.size), ("free", 0));
        trap::arm(Response::Note);
        only(|| drop(black_box(Vec::<u8>::with_capacity(77))));
        let first = trap::first().unwrap();
        assert_eq!((first.function, first.size), ("malloc", 77));
        trap::arm(Response::Count);
        only(|| drop(black_box(vec![1u8; 77])));
        assert_eq!(trap::first(), None);
    }

    #[inline(never)]
    fn culprit() {
        drop(black_box(vec![1u8; 77]));
    }

    #[test]
    fn a_backtrace_names_the_culprit_and_is_no_offence_by_itself() {
        let _alone = alone();
        trap::arm(Response::Backtrace);
        let counts = only(culprit);
        let trace = trap::first_backtrace().unwrap();
        trap::arm(Response::Count);
        assert!(trace.contains("culprit"), "{trace}");
        assert_eq!(counts, Counts { allocations: 1, frees: 1, ..Counts::default() });
        assert_eq!(trap::first_backtrace(), None);
    }

    #[test]
    fn a_program_names_its_own_scope() {
        thread_local!(static MEDIA: std::cell::Cell<bool> = const { std::cell::Cell::new(false) });

        let _alone = alone();
        trap::set_scope(|| MEDIA.get());
        let before = trap::counts();
        only(|| drop(black_box(vec![1u8; 10])));
        assert_eq!(trap::counts(), before, "its own scope alone counts");
        MEDIA.set(true);
        drop(black_box(vec![1u8; 10]));
        MEDIA.set(false);
        let counts = trap::counts().since(before);
        trap::set_scope(trap::entered);
        assert_eq!(counts, Counts { allocations: 1, frees: 1, ..Counts::default() });
    }

    #[test]
    fn scopes_nest() {
        let _alone = alone();
        let counts = only(|| {
            drop(trap::enter());
            drop(black_box(vec![1u8; 10]));
        });
        assert_eq!(counts.allocations, 1);
    }
}

mod filter {
    use std::os::fd::RawFd;

    use super::*;
    use support::seccomp::{self, SeccompAction};

    #[derive(Debug, PartialEq, Eq)]
    enum Ending {
        Exit(i32),
        Signal(i32),
    }

    /// Runs `body` in a child process under the filter. The filter is made here: a child of a program of many threads
    /// had better not allocate.
    fn under_filter(action: SeccompAction, body: impl FnOnce() -> bool) -> Ending {
        let filter = seccomp::media_filter(action).unwrap();
        // SAFETY: the child makes system calls only, and leaves by `_exit`.
        unsafe {
            match libc::fork() {
                -1 => panic!("fork: {}", std::io::Error::last_os_error()),
                0 => {
                    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
                    libc::setrlimit(libc::RLIMIT_CORE, &none);
                    libc::signal(libc::SIGSYS, libc::SIG_DFL);
                    if seccompiler::apply_filter(&filter).is_err() {
                        libc::_exit(3);
                    }
                    libc::_exit(if body() { 0 } else { 1 })
                }
                child => {
                    let mut status = 0;
                    assert_eq!(libc::waitpid(child, &mut status, 0), child);
                    if libc::WIFSIGNALED(status) {
                        Ending::Signal(libc::WTERMSIG(status))
                    } else {
                        Ending::Exit(libc::WEXITSTATUS(status))
                    }
                }
            }
        }
    }

    fn eventfd() -> RawFd {
        // SAFETY: no pointers.
        let wake = unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) };
        assert!(wake >= 0);
        wake
    }

    /// Ticks of 1 ms as a worker makes them: sleep to a deadline, read the clock, wake the I/O thread.
    fn ticks(wake: RawFd) -> bool {
        // SAFETY: valid pointers to values of this function; the descriptor is an eventfd.
        unsafe {
            let mut due: libc::timespec = std::mem::zeroed();
            libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut due);
            (0..20).all(|_| {
                due.tv_nsec += 1_000_000;
                if due.tv_nsec >= 1_000_000_000 {
                    due = libc::timespec { tv_sec: due.tv_sec + 1, tv_nsec: due.tv_nsec - 1_000_000_000 };
                }
                let mut now: libc::timespec = std::mem::zeroed();
                let null = std::ptr::null_mut();
                libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &due, null) == 0
                    // The call itself, since the vDSO would answer without it.
                    && libc::syscall(libc::SYS_clock_gettime, libc::CLOCK_MONOTONIC, &mut now) == 0
                    && (now.tv_sec, now.tv_nsec) >= (due.tv_sec, due.tv_nsec)
                    && libc::write(wake, (&1u64 as *const u64).cast(), 8) == 8
            })
        }
    }

    fn close(wake: RawFd) -> u64 {
        let mut written = 0u64;
        // SAFETY: a descriptor of this test, closed once; eight octets to read into.
        unsafe {
            libc::read(wake, (&mut written as *mut u64).cast(), 8);
            libc::close(wake);
        }
        written
    }

    #[test]
    fn sleep_clock_and_wake_up_pass() {
        let wake = eventfd();
        let ending = under_filter(SeccompAction::Trap, || ticks(wake));
        assert_eq!(ending, Ending::Exit(0));
        assert_eq!(close(wake), 20);
    }

    #[test]
    fn any_other_call_is_sigsys() {
        // With arguments that make each of them fail, should it come to pass.
        let calls: [(&str, [libc::c_long; 4]); 9] = [
            ("getpid", [libc::SYS_getpid, 0, 0, 0]),
            ("sched_yield", [libc::SYS_sched_yield, 0, 0, 0]),
            ("futex", [libc::SYS_futex, 0, libc::FUTEX_WAIT.into(), 1]),
            ("read", [libc::SYS_read, -1, 0, 0]),
            ("openat", [libc::SYS_openat, -1, 0, 0]),
            ("mmap", [libc::SYS_mmap, 0, 0, 0]),
            ("brk", [libc::SYS_brk, 0, 0, 0]),
            ("sendto", [libc::SYS_sendto, -1, 0, 0]),
            ("write of one octet", [libc::SYS_write, -1, 0, 1]),
        ];
        for (name, [call, a, b, c]) in calls {
            // SAFETY: the null pointers among the arguments are the kernel's to refuse.
            let ending = under_filter(SeccompAction::Trap, || unsafe { libc::syscall(call, a, b, c, 0, 0, 0) } >= -1);
            assert_eq!(ending, Ending::Signal(libc::SIGSYS), "{name}");
        }
    }

    #[test]
    fn the_action_is_the_callers() {
        // SAFETY: no pointers.
        let getpid = || unsafe { libc::syscall(libc::SYS_getpid) };
        let ending = under_filter(SeccompAction::Errno(7), || {
            getpid() == -1 && std::io::Error::last_os_error().raw_os_error() == Some(7)
        });
        assert_eq!(ending, Ending::Exit(0));
        assert_eq!(under_filter(SeccompAction::KillProcess, || getpid() > 0), Ending::Signal(libc::SIGSYS));
        // The twin: without a filter that does something, the same call passes.
        assert_eq!(under_filter(SeccompAction::Log, || getpid() > 0), Ending::Exit(0));
    }

    #[test]
    fn a_whole_thread_runs_and_ends_under_the_filter() {
        let _alone = alone();
        seccomp::count_traps();
        let wake = eventfd();
        let thread = std::thread::spawn(move || {
            // What a thread has at its end: heap to give back, and a thread-local to drop.
            thread_local!(static KEPT: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) });
            KEPT.with_borrow_mut(|kept| kept.extend([1; 1000]));
            seccomp::install_media_filter(SeccompAction::Trap).unwrap();
            ticks(wake)
        });
        assert!(thread.join().unwrap());
        assert_eq!((seccomp::traps(), seccomp::first_trap()), (0, None));
        assert_eq!(close(wake), 20);
    }

    #[test]
    fn trapped_calls_are_counted_and_fail() {
        let _alone = alone();
        seccomp::count_traps();
        let thread = std::thread::spawn(|| {
            seccomp::install_media_filter(SeccompAction::Trap).unwrap();
            // SAFETY: no pointers.
            unsafe {
                let refused = libc::syscall(libc::SYS_getppid) == -1;
                let errno = *libc::__errno_location();
                (refused, errno, libc::syscall(libc::SYS_sched_yield))
            }
        });
        assert_eq!(thread.join().unwrap(), (true, libc::ENOSYS, -1));
        assert_eq!((seccomp::traps(), seccomp::first_trap()), (2, Some(libc::SYS_getppid)));
    }
}
