//! I/O: threads that carry RTP over UDP: mio around [`IoCore`].
//!
//! The control side starts an [`IoThread`] over an [`IoCore`], gives a waker to each worker that emits through it and to
//! the supervisor, and stops it. Sessions and sockets come and go by order, never through this handle.

mod arrival;
mod driver;
mod outlet;
mod table;
mod waker;

pub use driver::IoDriver;
pub use waker::IoWaker;

use crate::rt::Wake;
use crate::rt::os::Privileges;
use crate::rt::os::thread::ThreadSetup;
use crate::transport::io::{IoCore, IoThreadGauges, PortError};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Release};
use std::sync::mpsc;
use std::thread::JoinHandle;

/// A running I/O thread. Dropping it stops and joins it.
#[derive(Debug)]
pub struct IoThread {
    waker: IoWaker,
    stop: Arc<AtomicBool>,
    gauges: Arc<IoThreadGauges>,
    privileges: Privileges,
    handle: Option<JoinHandle<(IoDriver, io::Result<()>)>>,
}

impl IoThread {
    /// Starts a thread over `core`, set up as `setup` says; what it was not granted, it runs without.
    ///
    /// # Errors
    /// [`PortError::Thread`]: no descriptors or no thread left.
    pub fn start(core: IoCore, setup: ThreadSetup) -> Result<Self, PortError> {
        let (mut driver, waker) = IoDriver::new(core).map_err(PortError::thread)?;
        let stop = Arc::new(AtomicBool::new(false));
        let gauges = Arc::clone(driver.gauges());
        let told = Arc::clone(&stop);
        let (granted_tx, granted_rx) = mpsc::sync_channel(1);
        let body = move |granted| {
            let _ = granted_tx.send(granted);
            let ended = driver.run(&told);
            // It goes home with its sockets, to be freed by whoever joins.
            (driver, ended)
        };
        let handle = setup.spawn(body).map_err(PortError::thread)?;
        let privileges = granted_rx.recv().unwrap_or_default();
        Ok(Self { waker, stop, gauges, privileges, handle: Some(handle) })
    }

    /// Wakes it: for workers after they emitted, for the supervisor after it sent orders.
    pub fn waker(&self) -> IoWaker {
        self.waker.clone()
    }

    /// What it counts of itself.
    pub fn gauges(&self) -> &Arc<IoThreadGauges> {
        &self.gauges
    }

    /// What it was granted.
    pub fn privileges(&self) -> &Privileges {
        &self.privileges
    }

    /// Stops it after it has sent what waits, and joins. Sockets that are still open are closed here.
    ///
    /// # Errors
    /// [`PortError::Thread`] if it had ended before, and why.
    pub fn stop(mut self) -> Result<(), PortError> {
        self.join()
    }

    /// Stops and joins it if it ends by then, else leaves it behind; whether it ended well.
    pub(crate) fn end_within(&mut self, until: std::time::Instant) -> bool {
        self.stop.store(true, Release);
        self.waker.wake();
        if self.handle.as_ref().is_some_and(|handle| !crate::rt::os::join::ends_by(handle, until)) {
            self.handle = None;
            return false;
        }
        self.join().inspect_err(|error| log::error!("{error}")).is_ok()
    }

    fn join(&mut self) -> Result<(), PortError> {
        let Some(handle) = self.handle.take() else { return Ok(()) };
        self.stop.store(true, Release);
        self.waker.wake();
        match handle.join() {
            Ok((_, ended)) => ended.map_err(PortError::thread),
            Err(_) => Err(PortError::Thread("it panicked".to_owned())),
        }
    }
}

impl Drop for IoThread {
    fn drop(&mut self) {
        if let Err(e) = self.join() {
            log::error!("{e}");
        }
    }
}

#[cfg(test)]
mod tests;
