//! I/O: the sockets of a wire: RTP with much room and the kernel's arrival times, and RTCP.

use anyhow::{Result, bail};
use media_core::rt::os::datagram;
use std::net::{IpAddr, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _};

/// Octets that wait in the socket: what a node sends at once.
static ROOM: libc::c_int = 64 << 20;

/// An even port and the next one.
pub(super) fn pair(ip: IpAddr) -> Result<(UdpSocket, UdpSocket)> {
    for _ in 0..200 {
        let socket = UdpSocket::bind((ip, 0))?;
        let port = socket.local_addr()?.port();
        if port % 2 != 0 {
            continue;
        }
        let Ok(rtcp) = UdpSocket::bind((ip, port + 1)) else { continue };
        socket.set_nonblocking(true)?;
        datagram::stamp_arrivals(socket.as_fd())?;
        datagram::count_drops(socket.as_fd())?;
        // Beyond the limit of ordinary users where that is allowed, else up to it.
        for option in [libc::SO_RCVBUFFORCE, libc::SO_RCVBUF] {
            // SAFETY: pointer and length are those of `ROOM`, an int as these options take it.
            let code = unsafe {
                let room = (&raw const ROOM).cast();
                libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, room, size_of_val(&ROOM) as _)
            };
            if code == 0 {
                break;
            }
        }
        return Ok((socket, rtcp));
    }
    bail!("no pair of ports is free at {ip}")
}
