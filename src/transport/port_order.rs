//! Boundary: what the supervisor asks of an [`RtpPort`](crate::transport::RtpPort), and the answers.

use crate::transport::endpoint::Endpoint;
use crate::transport::equipment::Equipment;
use crate::transport::handshake::Handshakes;
use crate::transport::keep_alive::KeepAlivePlan;
use crate::transport::latch::Expectation;
use crate::transport::own_streams::Loops;
use crate::transport::relay::RelaySetting;
use crate::transport::reporting::ReportPlan;
use crate::transport::secure::Protection;
use crate::types::{BindingKey, LegKey, SessionId, WorkerId};
use std::net::SocketAddr;

/// What the supervisor asks of a port.
#[derive(Debug)]
pub enum PortVerb {
    /// A new binding; its index is free.
    Bind {
        /// Whose packets.
        session: SessionId,
        /// Worker that runs the leg.
        worker: WorkerId,
        /// The leg.
        leg: LegKey,
        /// Where packets come from and go to.
        endpoint: Endpoint,
    },
    /// A new binding of a relay stream, which has no leg; its index is free.
    BindRelay {
        /// Whose stream.
        session: SessionId,
        /// Where datagrams come from and go to, with the stream's half.
        endpoint: Endpoint,
    },
    /// A setting of a relay stream.
    SetRelay(RelaySetting),
    /// The leg moved: packets go to its new place from now on.
    Flip {
        /// The worker it lives on now.
        worker: WorkerId,
        /// Its place there.
        leg: LegKey,
    },
    /// The signalled remote address changed.
    SetRemote {
        /// The new address.
        remote: SocketAddr,
    },
    /// What is expected of the peer, and what it gets while there is nothing to send.
    Expect(Expectation, Option<KeepAlivePlan>),
    /// How it reports by RTCP; `None`: it does not.
    Report(Option<ReportPlan>),
    /// The streams of our own that the session is not to hear.
    Loops(Loops),
    /// What protects it from now on: its first keys, or others.
    Protect(Box<Protection>),
    /// What of handshakes it takes.
    Handshakes(Handshakes),
    /// Send this there, by its RTP socket, as it is: a part of a handshake.
    Send(SocketAddr, Box<[u8]>),
    /// What it works with where feedback was negotiated: once for each session, whatever its plan says later.
    Equip(Equipment),
    /// The session ended.
    Unbind,
}

/// An order to a port.
#[derive(Debug)]
pub struct PortOrder {
    /// Counts the orders to this port.
    pub seq: u32,
    /// The binding concerned.
    pub binding: BindingKey,
    /// What to do.
    pub verb: PortVerb,
}

/// The answer to a [`PortOrder`].
#[derive(Debug)]
pub struct PortReceipt {
    /// The order's number.
    pub seq: u32,
    /// The binding concerned.
    pub binding: BindingKey,
    /// Whether it was done: the binding was there, or, for a new one, its place was free and its sockets could be used.
    pub done: bool,
    /// The endpoint of a binding that ended or was refused: sockets to be closed and gauges to be dropped by the control
    /// side.
    pub endpoint: Option<Endpoint>,
    /// What protected the session until now, to be overwritten and freed there.
    pub protection: Option<Box<Protection>>,
    /// What was sent, to be freed there.
    pub datagram: Option<Box<[u8]>>,
    /// What a session had no use for.
    pub equipment: Option<Equipment>,
}

impl PortReceipt {
    /// One that brings nothing home.
    pub fn new(seq: u32, binding: BindingKey, done: bool) -> Self {
        Self { seq, binding, done, endpoint: None, protection: None, datagram: None, equipment: None }
    }
}

/// What the owner of the port has to do about an order.
#[derive(Debug)]
pub enum PortEvent {
    /// A binding began: answer with [`RtpPort::accept`](crate::transport::RtpPort::accept) or [`RtpPort::refuse`](crate::transport::RtpPort::refuse).
    Bound {
        /// The new binding.
        key: BindingKey,
        /// The order's number, for the answer.
        seq: u32,
        /// Where its packets come from and go to.
        endpoint: Endpoint,
    },
    /// A setting of a relay stream; answered already.
    Relay(BindingKey, RelaySetting),
    /// The remote address was signalled anew; answered already.
    Remote(BindingKey, SocketAddr),
    /// What is expected of the peer; answered already.
    Expect(BindingKey, Expectation, Option<KeepAlivePlan>),
    /// How it reports; answered already.
    Report(BindingKey, Option<ReportPlan>),
    /// What is not to be heard; answered already.
    Loops(BindingKey, Loops),
    /// What of handshakes it takes; answered already.
    Handshakes(BindingKey, Handshakes),
    /// A datagram to send, with the order's number: answer with [`RtpPort::sent`](crate::transport::RtpPort::sent).
    Send(BindingKey, u32, SocketAddr, Box<[u8]>),
    /// What protects it from now on, with the order's number: answer with
    /// [`RtpPort::protected`](crate::transport::RtpPort::protected).
    Protect(BindingKey, u32, Box<Protection>),
    /// What it works with by feedback, with the order's number: answer with
    /// [`RtpPort::equipped`](crate::transport::RtpPort::equipped).
    Equip(BindingKey, u32, Equipment),
    /// A binding ended: answer with [`RtpPort::release`](crate::transport::RtpPort::release).
    Unbound {
        /// The binding that ended.
        key: BindingKey,
        /// The order's number, for the answer.
        seq: u32,
    },
}
