//! I/O: the supervisor's orders, carried out at the sockets.

use super::IoDriver;
use crate::transport::io::IoAction;
use crate::transport::io::thread::outlet;

impl IoDriver {
    /// Takes all orders that wait.
    pub(super) fn take_orders(&mut self) {
        let Self { core, table, poll, clock, gauges, .. } = self;
        core.take_orders(|action| match action {
            IoAction::Open { index, sockets: Some(sockets), .. } => {
                let unwatched = table.open(index, sockets, clock.now(), poll.registry()).err();
                gauges.unwatched.add(u64::from(unwatched.is_some()));
                unwatched
            }
            IoAction::Open { sockets: None, .. } => None,
            IoAction::Send { transmit } => {
                let outlet = table.outlet(transmit.index, transmit.rtcp);
                outlet::send(outlet, transmit.octets, transmit.to, gauges);
                None
            }
            IoAction::Close { index } => table.close(index, poll.registry()),
        });
    }
}
