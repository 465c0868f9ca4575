//! Pure: address blocks that are used anew in each network (RFC 1918, 6598, 4193, 3927): who is in one is reached from
//! outside by translation only.

use std::net::IpAddr;

/// Whether two addresses are of the same block, or both of none.
pub(crate) fn same_block(a: IpAddr, b: IpAddr) -> bool {
    block(a) == block(b)
}

/// Whether the address is of such a block.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    block(ip) != Block::Global
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
