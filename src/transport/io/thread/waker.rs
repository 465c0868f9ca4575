//! Boundary: wakes an I/O thread, from a worker or the supervisor.

use crate::rt::Wake;
use mio::{Registry, Token, Waker};
use std::io;
use std::sync::Arc;

/// Wakes an I/O thread: one write to an eventfd.
#[derive(Debug, Clone)]
pub struct IoWaker(Arc<Waker>);

impl IoWaker {
    pub(super) fn new(registry: &Registry, token: Token) -> io::Result<Self> {
        Waker::new(registry, token).map(|waker| Self(Arc::new(waker)))
    }
}

impl Wake for IoWaker {
    fn wake(&self) {
        // Fails only if the descriptor is gone.
        let _ = Waker::wake(&self.0);
    }
}
