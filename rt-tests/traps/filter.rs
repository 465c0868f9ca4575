//! Real-time: the seccomp filter of a media thread.

use std::os::fd::RawFd;

use super::*;
use seccomp::SeccompAction;

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
    // The heap's own lock, where another test happens to hold it at that moment, is the one thing that it may wait for.
    assert!(matches!(seccomp::first_trap(), None | Some(libc::SYS_futex)), "{:?}", seccomp::first_trap());
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
            let yielded = libc::syscall(libc::SYS_sched_yield);
            // The kernel would say EFAULT. The C library takes no answer but this for a wait that was none: after
            // any other it ends the process, and that within the filter hangs for good.
            let waited = libc::syscall(libc::SYS_futex, 0, libc::FUTEX_WAIT, 1, 0);
            (refused, errno, yielded, waited, *libc::__errno_location())
        }
    });
    assert_eq!(thread.join().unwrap(), (true, libc::ENOSYS, -1, -1, libc::EAGAIN));
    assert_eq!((seccomp::traps(), seccomp::first_trap()), (3, Some(libc::SYS_getppid)));
}
