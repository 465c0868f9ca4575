//! Control: waiting for several descriptors at once, for ordinary threads that have no event loop of their own.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "control side")]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

/// What to wait for on one descriptor. Its end and its errors are always waited for.
#[derive(Debug, Clone, Copy)]
pub struct Interest<'f> {
    /// The descriptor.
    pub descriptor: BorrowedFd<'f>,
    /// Until it can be read.
    pub read: bool,
    /// Until it can be written.
    pub write: bool,
}

/// Waits until one of them is ready, or for `timeout` (`None`: for ever). Tells for each whether it is; after a signal
/// none is.
///
/// # Errors
/// Those of poll(2) but EINTR.
pub fn wait(interests: &[Interest<'_>], timeout: Option<Duration>) -> io::Result<Vec<bool>> {
    let mut polled: Vec<libc::pollfd> = interests
        .iter()
        .map(|interest| {
            let read = if interest.read { libc::POLLIN } else { 0 };
            let write = if interest.write { libc::POLLOUT } else { 0 };
            libc::pollfd { fd: interest.descriptor.as_raw_fd(), events: read | write, revents: 0 }
        })
        .collect();
    // Rounded up, so that a wait of less than 1 ms does not spin.
    let ms = timeout.map_or(-1, |timeout| timeout.as_micros().div_ceil(1000).try_into().unwrap_or(libc::c_int::MAX));
    // SAFETY: the pointer and the length are those of `polled`; its descriptors are borrowed, so they are open.
    let code = unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, ms) };
    if code < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
        return Ok(vec![false; interests.len()]);
    }
    Ok(polled.iter().map(|polled| polled.revents != 0).collect())
}
