//! Pure: what an address by itself says for its being the peer's.

use crate::transport::block::{is_private, same_block};
use std::net::SocketAddr;

/// How much an address says for a source, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// It was the peer's until signalling named another one.
    Retired,
    /// It has nothing to do with what was signalled.
    Stranger,
    /// Any port of the signalled host; or a source that was trusted before, under the same signalled address.
    Host,
    /// The signalled address itself.
    Signalled,
}

impl Claim {
    pub fn of(signalled: Option<SocketAddr>, from: SocketAddr) -> Self {
        match signalled {
            Some(signalled) if same(signalled, from) => Self::Signalled,
            Some(signalled) if signalled.ip() == from.ip() => Self::Host,
            _ => Self::Stranger,
        }
    }
}

/// Address and port: flow label and scope of IPv6 are no part of what a peer is called.
pub(super) fn same(a: SocketAddr, b: SocketAddr) -> bool {
    (a.ip(), a.port()) == (b.ip(), b.port())
}

/// Whether the signalled address is one that a source at `from` can only be reached by through a translator: it lies in a
/// block that is used anew in each network, and the source is not in that block.
pub(super) fn is_translated(signalled: SocketAddr, from: SocketAddr) -> bool {
    is_private(signalled.ip()) && !same_block(signalled.ip(), from.ip())
}
