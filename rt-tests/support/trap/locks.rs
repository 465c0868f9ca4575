//! Real-time: locks and waits, in place of the C library's.

//! The pthread locks and libc's `syscall`, forwarded to the next definition after the program's own.

use super::*;

/// The next definition of a symbol. Looked up before main, by [`RESOLVE`], so that no lookup falls into a scope;
/// what is called earlier still looks for itself.
struct Next {
    name: &'static CStr,
    found: AtomicPtr<c_void>,
}

impl Next {
    const fn new(name: &'static CStr) -> Self {
        Self { name, found: AtomicPtr::new(std::ptr::null_mut()) }
    }

    fn get(&self) -> *mut c_void {
        let found = self.found.load(Ordering::Acquire);
        if found.is_null() { self.resolve() } else { found }
    }

    #[cold]
    fn resolve(&self) -> *mut c_void {
        // SAFETY: the name is a C string.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
        self.found.store(found, Ordering::Release);
        found
    }
}

/// Interposes functions that take or wait for a lock, all of which return an error number.
macro_rules! lockers {
    ($($name:ident($($arg:ident: $kind:ty),+);)*) => {
        /// One place a function, under its name.
        #[allow(non_upper_case_globals)]
        mod next {
            use super::*;

            $(pub static $name: Next = Next::new(literal(concat!(stringify!($name), "\0")));)*
            pub static syscall: Next = Next::new(c"syscall");
        }

        extern "C" fn resolve() {
            $(next::$name.resolve();)*
            next::syscall.resolve();
        }

        $(
            /// # Safety
            /// The C library's own contract.
            #[cfg_attr(not(sanitized), unsafe(no_mangle))]
            pub unsafe extern "C" fn $name($($arg: $kind),+) -> c_int {
                seen(Kind::Mutex, next::$name.name, 0);
                let function = next::$name.get();
                if function.is_null() {
                    return libc::ENOSYS;
                }
                // SAFETY: the C library's function of this name, with its signature, and the caller's arguments.
                unsafe {
                    let function: unsafe extern "C" fn($($kind),+) -> c_int = std::mem::transmute(function);
                    function($($arg),+)
                }
            }
        )*
    };
}

type Lock = *mut c_void;
type Time = *const c_void;

lockers! {
    pthread_mutex_lock(lock: Lock);
    pthread_mutex_trylock(lock: Lock);
    pthread_mutex_timedlock(lock: Lock, until: Time);
    pthread_mutex_clocklock(lock: Lock, clock: c_int, until: Time);
    pthread_rwlock_rdlock(lock: Lock);
    pthread_rwlock_wrlock(lock: Lock);
    pthread_rwlock_tryrdlock(lock: Lock);
    pthread_rwlock_trywrlock(lock: Lock);
    pthread_rwlock_timedrdlock(lock: Lock, until: Time);
    pthread_rwlock_timedwrlock(lock: Lock, until: Time);
    pthread_spin_lock(lock: Lock);
    pthread_spin_trylock(lock: Lock);
    pthread_cond_wait(condition: Lock, lock: Lock);
    pthread_cond_timedwait(condition: Lock, lock: Lock, until: Time);
    pthread_cond_clockwait(condition: Lock, lock: Lock, clock: c_int, until: Time);
}

#[used]
#[unsafe(link_section = ".init_array")]
static RESOLVE: extern "C" fn() = resolve;

/// libc's system call door, by which `std` reaches the futex; other calls pass uncounted.
///
/// # Safety
/// The kernel's contract for the call of that number. Variadic in C: integers lie in the same places either way,
/// on x86-64 and aarch64, and what the caller did not pass is not looked at by the call either.
#[cfg_attr(not(sanitized), unsafe(no_mangle))]
pub unsafe extern "C" fn syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    if number == libc::SYS_futex {
        seen(Kind::Futex, c"futex", 0);
    }
    type Function = unsafe extern "C" fn(c_long, ...) -> c_long;
    // SAFETY: libc's function of this name, which every libc has, and the caller's arguments.
    unsafe {
        let function: Function = std::mem::transmute(next::syscall.get());
        function(number, a, b, c, d, e, f)
    }
}
