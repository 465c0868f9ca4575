//! Control: what can go wrong with ports and I/O threads, with the remedy.

use std::net::{IpAddr, SocketAddr};

/// A fault of the transport's control side. Faults of packets are counted, see
/// [`TransportStatistics`](crate::TransportStatistics).
///
/// ```
/// use media_core::error::PortError;
///
/// let text = PortError::EmptyRange { first: 30_001, last: 30_001 }.to_string();
/// assert!(text.starts_with("port range 30001-30001 holds no RTP port"), "{text}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// The port range holds no port, or no pair of an even and the next odd one.
    #[error("port range {first}-{last} holds no RTP port: give an even first port and at least one more")]
    EmptyRange {
        /// Its first port.
        first: u16,
        /// Its last port.
        last: u16,
    },
    /// Every port of the range is in use.
    #[error(
        "port range {first}-{last} of {address} is used up: {ours} sessions of ours, {foreign} ports taken by other \
         programs; widen the range"
    )]
    RangeUsedUp {
        /// The local address.
        address: IpAddr,
        /// The range's first port.
        first: u16,
        /// The range's last port.
        last: u16,
        /// Sessions of ours that hold a port.
        ours: usize,
        /// Ports that another program holds.
        foreign: usize,
    },
    /// A socket could not be had, for another reason than a port in use.
    #[error("cannot bind {local}: {why}; are address and interface this machine's, and descriptors left (ulimit -n)?")]
    Bind {
        /// The address asked for.
        local: SocketAddr,
        /// The system's reason.
        why: String,
    },
    /// An I/O thread could not be started, or failed.
    #[error("cannot start an I/O thread: {0}")]
    Thread(String),
}

impl PortError {
    pub(crate) fn bind(local: SocketAddr, why: &std::io::Error) -> Self {
        Self::Bind { local, why: why.to_string() }
    }

    #[cfg(feature = "net")]
    pub(crate) fn thread(why: std::io::Error) -> Self {
        Self::Thread(why.to_string())
    }
}
