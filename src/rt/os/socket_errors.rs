//! I/O: what became of datagrams that were sent: the kernel keeps what the network answered (ICMP) in a socket's error queue.
//!
//! Without it a UDP socket that is not connected never hears that nobody listens at the other end, and a packet dropped for
//! want of a buffer in the sending queue is not told either (ip(7), IP_RECVERR).

use super::datagram::switch_on;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Asks the kernel to keep errors for [`take_error`], and to tell of a lack of buffers.
///
/// # Errors
/// Those of setsockopt(2).
pub fn keep_errors(socket: BorrowedFd<'_>, ipv6: bool) -> io::Result<()> {
    if ipv6 {
        switch_on(socket, libc::IPPROTO_IPV6, libc::IPV6_RECVERR)
    } else {
        switch_on(socket, libc::IPPROTO_IP, libc::IP_RECVERR)
    }
}

/// Takes one error out of the queue; `false` if none is there. Neither waits nor allocates.
pub fn take_error(socket: BorrowedFd<'_>) -> bool {
    // The head of the packet that was not delivered comes with it, and is of no interest.
    let mut packet = [0u8; 16];
    let mut part = libc::iovec { iov_base: packet.as_mut_ptr().cast(), iov_len: packet.len() };
    // SAFETY: all-zero is a valid msghdr.
    let mut message: libc::msghdr = unsafe { MaybeUninit::zeroed().assume_init() };
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    // SAFETY: each pointer in `message` is null or to a live local, with its true length.
    let code = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT) };
    code >= 0
}
