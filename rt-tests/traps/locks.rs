//! Real-time: locks and waits are seen.

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
