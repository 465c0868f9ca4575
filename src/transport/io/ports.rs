//! Control: hands out local addresses for sessions: a port range of one local address, with sockets or (on a virtual
//! network) without.

use crate::transport::PortSockets;
use crate::transport::io::socket::SocketOptions;
use crate::transport::io::{PortError, socket};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// Whether RTCP has a port of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PortPairing {
    /// RTP on an even port, RTCP on the next.
    #[default]
    Pairs,
    /// RTP and RTCP on one port (rtcp-mux).
    Shared,
}

/// Which local addresses sessions get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortPlan {
    /// The local address: a unicast address of this machine, or the unspecified one of either family.
    pub address: IpAddr,
    /// First and last port.
    pub range: (u16, u16),
    /// Whether RTCP has a port of its own.
    pub pairing: PortPairing,
    /// How sockets are set up; `None`: a virtual network, no sockets.
    pub sockets: Option<SocketOptions>,
}

impl Default for PortPlan {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::UNSPECIFIED.into(),
            range: (16_384, 32_767),
            pairing: PortPairing::Pairs,
            sockets: Some(SocketOptions::default()),
        }
    }
}

/// A session's place on the network, from [`PortAllocator::allocate`].
#[derive(Debug)]
pub struct PortLease {
    /// Its address.
    pub local: SocketAddr,
    /// Its sockets; `None` on a virtual network.
    pub sockets: Option<PortSockets>,
}

/// Hands out local addresses for sessions: a port range of one local address, with sockets or (on a virtual network)
/// without.
///
/// Ports are given in turn, so that one which became free stays unused as long as possible and late packets of an ended
/// call meet nobody. RTP takes even ports and RTCP the odd one above (RFC 3550 section 11) unless both share one
/// (RFC 5761).
#[derive(Debug)]
pub struct PortAllocator {
    plan: PortPlan,
    // One per RTP port, in ascending order.
    taken: Box<[bool]>,
    in_use: usize,
    next: usize,
}

impl PortAllocator {
    /// An allocator over a plan. Binds nothing yet.
    ///
    /// # Errors
    /// [`PortError::EmptyRange`].
    pub fn new(mut plan: PortPlan) -> Result<Self, PortError> {
        let (first, last) = plan.range;
        let empty = PortError::EmptyRange { first, last };
        if plan.pairing == PortPairing::Pairs {
            plan.range.0 = first.checked_next_multiple_of(2).unwrap_or(u16::MAX);
        }
        let span = usize::from(last) + 1;
        let places = span.saturating_sub(usize::from(plan.range.0)) / plan.step();
        if places == 0 || first == 0 {
            return Err(empty);
        }
        Ok(Self { plan, taken: vec![false; places].into_boxed_slice(), in_use: 0, next: 0 })
    }

    /// How many sessions the range can hold at most.
    pub fn capacity(&self) -> usize {
        self.taken.len()
    }

    /// How many sessions hold a port.
    pub fn in_use(&self) -> usize {
        self.in_use
    }

    /// Takes the next free port (or pair) and binds it; one that another program holds is passed over.
    ///
    /// # Errors
    /// [`PortError::RangeUsedUp`], or [`PortError::Bind`] for any other reason the system gives.
    pub fn allocate(&mut self) -> Result<PortLease, PortError> {
        self.allocate_one(true)
    }

    /// As [`allocate`](Self::allocate); where `rtcp` is false no socket is bound for RTCP, and the port above stays unused.
    ///
    /// # Errors
    /// As [`allocate`](Self::allocate).
    pub fn allocate_one(&mut self, rtcp: bool) -> Result<PortLease, PortError> {
        let places = self.taken.len();
        let mut foreign = 0;
        for place in (0..places).map(|i| (self.next + i) % places) {
            if self.taken[place] {
                continue;
            }
            let local = self.local(place);
            match self.plan.bind(local, rtcp) {
                Ok(sockets) => {
                    self.taken[place] = true;
                    self.in_use += 1;
                    self.next = (place + 1) % places;
                    return Ok(PortLease { local, sockets });
                }
                Err(e) if e.kind() == io::ErrorKind::AddrInUse => foreign += 1,
                Err(why) => return Err(PortError::bind(local, &why)),
            }
        }
        let (first, last) = self.plan.range;
        Err(PortError::RangeUsedUp { address: self.plan.address, first, last, ours: self.in_use, foreign })
    }

    /// Takes back the port of a session whose sockets are closed.
    pub fn release(&mut self, local: SocketAddr) {
        let place = usize::from(local.port()).checked_sub(self.plan.range.0.into()).map(|p| p / self.plan.step());
        if let Some(taken) = place.and_then(|p| self.taken.get_mut(p)) {
            self.in_use -= usize::from(std::mem::replace(taken, false));
        }
    }

    fn local(&self, place: usize) -> SocketAddr {
        let port = usize::from(self.plan.range.0) + place * self.plan.step();
        SocketAddr::new(self.plan.address, port as u16)
    }
}

impl PortPlan {
    fn bind(&self, local: SocketAddr, rtcp: bool) -> io::Result<Option<PortSockets>> {
        let Some(options) = &self.sockets else { return Ok(None) };
        let rtp = socket::bind(local, options)?;
        let rtcp = match self.pairing {
            PortPairing::Pairs if rtcp => Some(socket::bind(SocketAddr::new(local.ip(), local.port() + 1), options)?),
            _ => None,
        };
        Ok(Some(PortSockets { rtp, rtcp }))
    }

    /// A socket as sessions get them, at any port: what the system grants it shows before the first call does.
    pub(super) fn probe(&self) -> Result<Option<UdpSocket>, PortError> {
        let local = SocketAddr::new(self.address, 0);
        let bound = self.sockets.as_ref().map(|options| socket::bind(local, options)).transpose();
        bound.map_err(|why| PortError::bind(local, &why))
    }

    fn step(&self) -> usize {
        match self.pairing {
            PortPairing::Pairs => 2,
            PortPairing::Shared => 1,
        }
    }

    /// How many descriptors `sessions` sessions need.
    pub fn descriptors(&self, sessions: usize) -> usize {
        if self.sockets.is_some() { sessions * self.step() } else { 0 }
    }
}

#[cfg(test)]
mod tests;
