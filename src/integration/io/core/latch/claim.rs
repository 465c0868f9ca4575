//! Pure: what an address by itself says for its being the peer's.

use std::net::{IpAddr, SocketAddr};

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
/// block that is used anew in each network (RFC 1918, 6598, 4193, 3927), and the source is not in that block.
pub(super) fn is_translated(signalled: SocketAddr, from: SocketAddr) -> bool {
    let block = block(signalled.ip());
    block != Block::Global && block != self::block(from.ip())
}

#[derive(PartialEq, Eq)]
enum Block {
    Global,
    Ten,
    OneSevenTwo,
    OneNineTwo,
    Shared,
    LinkLocal,
    Loopback,
    UniqueLocal,
}

fn block(ip: IpAddr) -> Block {
    match ip.to_canonical() {
        IpAddr::V4(v4) => match v4.octets() {
            [10, ..] => Block::Ten,
            [172, 16..=31, ..] => Block::OneSevenTwo,
            [192, 168, ..] => Block::OneNineTwo,
            [100, 64..=127, ..] => Block::Shared,
            [169, 254, ..] => Block::LinkLocal,
            [127, ..] => Block::Loopback,
            _ => Block::Global,
        },
        IpAddr::V6(v6) if v6.is_loopback() => Block::Loopback,
        IpAddr::V6(v6) => match v6.segments()[0] {
            0xfc00..=0xfdff => Block::UniqueLocal,
            0xfe80..=0xfebf => Block::LinkLocal,
            _ => Block::Global,
        },
    }
}
