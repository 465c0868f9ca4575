//! I/O: a packet handed to the kernel, once and without waiting.

use crate::transport::io::IoThreadGauges;
use std::io;
use std::net::{SocketAddr, UdpSocket};

/// Sends; false if the packet was not taken, or there is no socket.
pub(super) fn send(outlet: Option<&UdpSocket>, octets: &[u8], to: SocketAddr, gauges: &IoThreadGauges) -> bool {
    let calls = outlet.map_or(Err(1), |socket| hand_over(socket, octets, to));
    gauges.sends.add(calls.unwrap_or_else(|calls| calls));
    calls.is_ok()
}

/// The number of calls, as an error if the packet was not taken. The kernel may answer with an earlier packet's error and
/// send nothing, so that anything but a lack of room is asked once more.
fn hand_over(socket: &UdpSocket, octets: &[u8], to: SocketAddr) -> Result<u64, u64> {
    match socket.send_to(octets, to) {
        Ok(_) => Ok(1),
        Err(e) if e.kind() == io::ErrorKind::WouldBlock || e.raw_os_error() == Some(libc::ENOBUFS) => Err(1),
        Err(_) => socket.send_to(octets, to).map_or(Err(2), |_| Ok(2)),
    }
}
