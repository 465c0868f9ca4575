//! Control: where an engine on the virtual network is.

use crate::config::MediaEngineConfig;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where an engine is that is to be anywhere: there are no interfaces here, and 0.0.0.0 as a peer's address means hold. It is
/// in the network 10.0.0.0/8, so that phones that are signalled there count as reachable.
const OWN: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 255, 255, 254));
const OWN_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 1));

pub(super) fn placed(config: MediaEngineConfig) -> MediaEngineConfig {
    match config.bind_address {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => config.bind_address(OWN),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => config.bind_address(OWN_V6),
        _ => config,
    }
}
