//! Control: the record of a relay stream.

use crate::session::{Direction, RelayParams};
use crate::telemetry::counters::{RelayGauges, TransportGauges};
use crate::transport::io::PortLease;
use crate::types::{BindingKey, PortId, SessionId, StreamId};
use std::net::SocketAddr;
use std::sync::Arc;

/// A relay stream.
#[derive(Debug)]
pub(crate) struct Relay {
    /// As the session's parameters ask for it.
    pub(crate) params: RelayParams,
    /// What the verb lets through each way; the direction of `params` holds as well.
    pub(crate) by_verb: Direction,
    pub(crate) local: SocketAddr,
    pub(crate) rtcp_mux: bool,
    /// Its I/O thread; `None` while it moves to another.
    pub(crate) place: Option<(PortId, BindingKey)>,
    pub(crate) transport: Arc<TransportGauges>,
    pub(crate) gauges: Arc<RelayGauges>,
    /// Whom it is to be connected to: a session and a place in its list.
    pub(crate) partner: Option<(SessionId, usize)>,
}

impl Relay {
    /// What passes each way: what parameters and verb both let through.
    pub(crate) fn direction(&self) -> Direction {
        Direction::of(
            self.params.direction.sends() && self.by_verb.sends(),
            self.params.direction.receives() && self.by_verb.receives(),
        )
    }
}

/// The name of the stream at that place of a session's list of relays: the audio stream comes first.
pub(crate) fn stream_at(place: usize) -> StreamId {
    StreamId((place + 1).min(usize::from(u8::MAX)) as u8)
}

/// A port for a stream that is not there yet.
pub(crate) struct RelayLease {
    pub(crate) params: RelayParams,
    pub(crate) lease: PortLease,
    pub(crate) rtcp_mux: bool,
}

/// A new list of streams that is possible: how many of the present ones stay, and ports for the others.
pub(crate) struct NextRelays {
    pub(crate) kept: usize,
    pub(crate) leases: Vec<RelayLease>,
}
