//! Boundary: what the transport reports of a session, by the light road to the supervisor.

use crate::types::{SessionId, StreamId};
use std::net::SocketAddr;

/// A change at a session's transport. Plain data; a notice that found the lane full is posted again with the next packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportNotice {
    /// The remote address was locked, or moved by one of the rules of [`Latch`](crate::transport::Latch).
    Latched {
        /// Whose.
        session: SessionId,
        /// Which of its streams.
        stream: StreamId,
        /// Where packets go from now on.
        remote: SocketAddr,
        /// The address that was locked before, if any.
        before: Option<SocketAddr>,
    },
    /// Packets of our own SSRC came back. Reported once; each packet is counted.
    Looped {
        /// Whose packets.
        session: SessionId,
        /// From where they came.
        from: SocketAddr,
    },
    /// Another sends under our SSRC: a session is to have a new one. Reported each second until it has.
    Collided {
        /// Whose SSRC it was first.
        session: SessionId,
        /// The SSRC.
        ssrc: u32,
        /// From where the other sends.
        from: SocketAddr,
    },
    /// A session hears another source than before, and that one or this may be a stream of our own.
    Heard {
        /// Whose packets.
        session: SessionId,
        /// The source.
        ssrc: u32,
        /// Where it sends from; `None` where that is the embedder's business.
        from: Option<SocketAddr>,
    },
    /// A source was refused. Reported once until the remote address changes; each packet is counted.
    Refused {
        /// Whose packets it claimed to be.
        session: SessionId,
        /// Which of its streams.
        stream: StreamId,
        /// The source.
        from: SocketAddr,
    },
}
