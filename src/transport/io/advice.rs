//! Control: what of the machine stands in the way of as many sessions as are asked for, found at the start, with advice.

use crate::rt::os::limits::{DescriptorShortage, Limits};
use crate::transport::io::{PortAllocator, PortError, PortPlan};
use socket2::SockRef;
use std::fs;
use std::net::UdpSocket;

/// Descriptors for everything but media sockets.
const OTHER_DESCRIPTORS: usize = 64;

/// Something that will not be as configured; its text says what to do.
///
/// From [`MediaEngine::transport_advice`](crate::MediaEngine::transport_advice), at the start.
///
/// ```no_run
/// use media_core::{MediaEngine, MediaEngineConfig, TransportAdvice};
///
/// let engine = MediaEngine::start(MediaEngineConfig::default().max_sessions(50_000))?;
/// for advice in engine.transport_advice() {
///     if let TransportAdvice::Descriptors(shortage) = advice {
///         assert!(shortage.needed > shortage.allowed);
///     }
///     eprintln!("{advice}"); // with the command that cures it
/// }
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportAdvice {
    /// Fewer descriptors than sockets.
    #[error("{0}")]
    Descriptors(DescriptorShortage),
    /// Fewer ports than sessions.
    #[error(
        "rtp_ports {first}-{last} has room for {places} sessions and max_sessions is {sessions}: widen the range, or set \
         rtcp_mux if every peer speaks it"
    )]
    Ports {
        /// The range's first port.
        first: u16,
        /// The range's last port.
        last: u16,
        /// Sessions that it has room for.
        places: usize,
        /// Sessions configured.
        sessions: usize,
    },
    /// The kernel gives ports of the range to any program.
    #[error(
        "rtp_ports {first}-{last} overlaps {from}-{to}, of which the kernel gives to any program: choose another range, or \
         `sysctl -w net.ipv4.ip_local_reserved_ports={first}-{last}`"
    )]
    Ephemeral {
        /// The range's first port.
        first: u16,
        /// The range's last port.
        last: u16,
        /// The kernel's first.
        from: u16,
        /// The kernel's last.
        to: u16,
    },
    /// Smaller buffers than asked for.
    #[error(
        "socket buffers of {asked} octets are asked for and {granted} granted: `sysctl -w net.core.{limit}={asked}`"
    )]
    Buffer {
        /// `rmem_max` (receiving) or `wmem_max` (sending).
        limit: &'static str,
        /// As configured.
        asked: usize,
        /// As granted.
        granted: usize,
    },
    /// The packets' class was refused.
    #[error(
        "packets cannot be marked with DSCP {0}: the network will not prefer them; the container may need NET_ADMIN"
    )]
    Dscp(u8),
    /// Fewer sockets can be watched than there are.
    #[error("{needed} sockets are to be watched and {allowed} allowed: `sysctl -w fs.epoll.max_user_watches={needed}`")]
    Watches {
        /// Sockets.
        needed: u64,
        /// So many the system lets a user watch.
        allowed: u64,
    },
}

/// The limits of a machine; `None` where it does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Machine {
    /// Of this process.
    pub limits: Option<Limits>,
    /// Ports that the kernel gives to whoever asks for any.
    pub ephemeral_ports: Option<(u16, u16)>,
    /// Descriptors that a user may watch by epoll.
    pub watches: Option<u64>,
}

impl Machine {
    /// This machine, from `/proc`.
    pub fn read() -> Self {
        let numbers = |file: &str| -> Vec<u64> {
            let text = fs::read_to_string(file).unwrap_or_default();
            text.split_ascii_whitespace().map_while(|number| number.parse().ok()).collect()
        };
        let ephemeral_ports = match numbers("/proc/sys/net/ipv4/ip_local_port_range")[..] {
            [from, to] => u16::try_from(from).ok().zip(u16::try_from(to).ok()),
            _ => None,
        };
        let watches = numbers("/proc/sys/fs/epoll/max_user_watches").first().copied();
        Self { limits: Limits::read().ok(), ephemeral_ports, watches }
    }
}

/// What stands in the way of `sessions` sessions by `plan` on this machine. Binds one socket, for a moment.
///
/// # Errors
/// [`PortError`]: with that address, interface or range there can be no session at all.
pub fn transport_advice(
    plan: &PortPlan,
    sessions: usize,
    machine: &Machine,
) -> Result<Vec<TransportAdvice>, PortError> {
    let mut advice = Vec::new();
    let places = PortAllocator::new(plan.clone())?.capacity();
    let (first, last) = plan.range;
    if places < sessions {
        advice.push(TransportAdvice::Ports { first, last, places, sessions });
    }
    let Some(probe) = plan.probe()? else { return Ok(advice) };
    let sockets = plan.descriptors(sessions) as u64;
    let short = machine.limits.and_then(|limits| limits.check_descriptors(sockets + OTHER_DESCRIPTORS as u64).err());
    advice.extend(short.map(TransportAdvice::Descriptors));
    if let Some((from, to)) = machine.ephemeral_ports.filter(|&(from, to)| first <= to && last >= from) {
        advice.push(TransportAdvice::Ephemeral { first, last, from, to });
    }
    if let Some(allowed) = machine.watches.filter(|&allowed| allowed < sockets) {
        advice.push(TransportAdvice::Watches { needed: sockets, allowed });
    }
    advice.extend(of_socket(plan, &probe));
    Ok(advice)
}

/// What the system did not grant a socket.
fn of_socket(plan: &PortPlan, probe: &UdpSocket) -> Vec<TransportAdvice> {
    let Some(options) = &plan.sockets else { return Vec::new() };
    let socket = SockRef::from(probe);
    let marked = if plan.address.is_ipv4() { socket.tos_v4() } else { socket.tclass_v6() };
    let refused = marked.is_ok_and(|tos| tos >> 2 != u32::from(options.dscp));
    // Linux doubles what is asked for, to have room for its own bookkeeping.
    let buffers = [
        ("rmem_max", options.receive_buffer, socket.recv_buffer_size()),
        ("wmem_max", options.send_buffer, socket.send_buffer_size()),
    ];
    let small = buffers.into_iter().filter_map(|(limit, asked, granted)| {
        let granted = granted.ok()? / 2;
        (granted < asked).then_some(TransportAdvice::Buffer { limit, asked, granted })
    });
    refused.then_some(TransportAdvice::Dscp(options.dscp)).into_iter().chain(small).collect()
}

#[cfg(test)]
mod tests;
