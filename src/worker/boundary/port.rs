//! Boundary: a worker's ring ends to and from one RtpPort.

use crate::rt::{PacketRx, PacketTx, Wake};

/// Ring ends of one port, brought by order, home by receipt.
#[derive(Debug)]
pub struct WorkerPort {
    /// Packets received by the port.
    pub from_port: PacketRx,
    /// Packets to be sent by the port.
    pub to_port: PacketTx,
    /// How the port's thread is woken; `None` if it polls.
    pub wake: Option<Box<dyn Wake>>,
    pub(in crate::worker) dirty: bool,
}

impl WorkerPort {
    /// Ring ends and wake-up of a port. Control side.
    pub fn new(from_port: PacketRx, to_port: PacketTx, wake: Option<Box<dyn Wake>>) -> Self {
        Self { from_port, to_port, wake, dirty: false }
    }
}

/// Most ports a worker serves.
pub const MAX_PORTS: usize = 32;
