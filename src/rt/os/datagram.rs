//! I/O: what the standard library lacks for datagrams: receiving with the kernel's arrival time, and asking many sockets
//! at once whether more waits.
//!
//! Neither call waits or allocates.

use std::io;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::ptr;

/// A datagram in the caller's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datagram {
    /// Octets in the buffer.
    pub length: usize,
    /// Who sent it.
    pub from: SocketAddr,
    /// When the kernel received it, in nanoseconds of CLOCK_REALTIME, if the socket takes timestamps.
    pub stamp: Option<u64>,
    /// How many datagrams the kernel had dropped at this socket by then, for want of room, if the socket counts them.
    pub dropped: u32,
}

/// Asks the kernel for arrival times (SO_TIMESTAMPNS).
///
/// # Errors
/// Those of setsockopt(2).
pub fn stamp_arrivals(socket: BorrowedFd<'_>) -> io::Result<()> {
    switch_on(socket, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS)
}

/// Asks the kernel to tell how many datagrams it dropped for want of room (SO_RXQ_OVFL).
///
/// # Errors
/// Those of setsockopt(2).
pub fn count_drops(socket: BorrowedFd<'_>) -> io::Result<()> {
    switch_on(socket, libc::SOL_SOCKET, libc::SO_RXQ_OVFL)
}

/// Switches on an option of a socket that is a flag.
pub(super) fn switch_on(socket: BorrowedFd<'_>, level: libc::c_int, option: libc::c_int) -> io::Result<()> {
    let on: libc::c_int = 1;
    // SAFETY: pointer and length are those of `on`, an int as such options take it.
    let code = unsafe {
        libc::setsockopt(socket.as_raw_fd(), level, option, (&raw const on).cast(), size_of_val(&on) as libc::socklen_t)
    };
    if code == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Receives one datagram without waiting; what is longer than `buffer` is cut off.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] if none is there, else those of recvmsg(2).
pub fn receive(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<Datagram> {
    let mut name = MaybeUninit::<libc::sockaddr_storage>::zeroed();
    // Words, so that control messages are aligned; room for a timestamp and a count, with their headers.
    let mut control = [0u64; 8];
    let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: all-zero is a valid msghdr.
    let mut message: libc::msghdr = unsafe { MaybeUninit::zeroed().assume_init() };
    message.msg_name = name.as_mut_ptr().cast();
    message.msg_namelen = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = size_of_val(&control) as _;
    // SAFETY: each pointer in `message` is to a live local or to `buffer`, with its true length.
    let length = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_DONTWAIT) };
    let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
    // SAFETY: zeroed at first, and the kernel writes whole addresses only; any octets are a valid sockaddr_storage.
    let from = address(&unsafe { name.assume_init() }).ok_or(io::ErrorKind::InvalidData)?;
    let (stamp, dropped) = told(&message);
    Ok(Datagram { length, from, stamp, dropped })
}

/// What the control messages tell: arrival, and datagrams dropped.
fn told(message: &libc::msghdr) -> (Option<u64>, u32) {
    let (mut stamp, mut dropped) = (None, 0);
    // SAFETY: the kernel filled in the control buffer that `message` still points to, and its length.
    let mut header = unsafe { libc::CMSG_FIRSTHDR(message) };
    while !header.is_null() {
        // SAFETY: the CMSG walk yields null or a whole header within the control buffer.
        let found = unsafe { *header };
        match (found.cmsg_level, found.cmsg_type) {
            (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => {
                // SAFETY: a control message of this type carries one timespec; it may lie unaligned.
                let time = unsafe { ptr::read_unaligned(libc::CMSG_DATA(header).cast::<libc::timespec>()) };
                stamp = Some(nanoseconds(time));
            }
            (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => {
                // SAFETY: a control message of this type carries one 32-bit count; it may lie unaligned.
                dropped = unsafe { ptr::read_unaligned(libc::CMSG_DATA(header).cast::<u32>()) };
            }
            _ => {}
        }
        // SAFETY: `header` is within the control buffer of `message`.
        header = unsafe { libc::CMSG_NXTHDR(message, header) };
    }
    (stamp, dropped)
}

fn address(name: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match libc::c_int::from(name.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says that a sockaddr_in is there; the storage is large and aligned enough for it.
            let v4 = unsafe { &*ptr::from_ref(name).cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr));
            Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: as above, for sockaddr_in6.
            let v6 = unsafe { &*ptr::from_ref(name).cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            // Without the flow label, so that one sender has one address.
            Some(SocketAddrV6::new(ip, u16::from_be(v6.sin6_port), 0, v6.sin6_scope_id).into())
        }
        _ => None,
    }
}

/// CLOCK_REALTIME in nanoseconds: what arrival times are stamped with.
pub fn wall_clock() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec that the call only writes to.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut time) };
    nanoseconds(time)
}

fn nanoseconds(time: libc::timespec) -> u64 {
    (time.tv_sec as u64).wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec as u64)
}

/// A fixed list of sockets to be asked together: one system call instead of an empty receive each.
#[derive(Debug)]
pub struct ReadableCheck {
    asked: Box<[libc::pollfd]>,
    length: usize,
}

impl ReadableCheck {
    /// A list of up to `capacity` sockets. Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(capacity: usize) -> Self {
        let nobody = libc::pollfd { fd: -1, events: libc::POLLIN, revents: 0 };
        Self { asked: vec![nobody; capacity].into_boxed_slice(), length: 0 }
    }

    /// Puts a socket on the list; its place, or `None` if the list is full.
    pub fn add(&mut self, socket: RawFd) -> Option<usize> {
        let place = self.length;
        let entry = self.asked.get_mut(place)?;
        (entry.fd, entry.revents) = (socket, 0);
        self.length += 1;
        Some(place)
    }

    /// Asks for all, and empties the list; [`readable`](Self::readable) tells until the next [`add`](Self::add). A
    /// descriptor that was closed in between is not readable.
    pub fn ask(&mut self) {
        let length = std::mem::take(&mut self.length);
        if length > 0 {
            // SAFETY: the first `length` entries are initialised, `length` is within the slice, and nothing is waited for.
            unsafe { libc::poll(self.asked.as_mut_ptr(), length as libc::nfds_t, 0) };
        }
    }

    /// Whether a datagram waited at the socket of this place.
    pub fn readable(&self, place: usize) -> bool {
        self.asked.get(place).is_some_and(|entry| entry.revents & libc::POLLIN != 0)
    }
}

#[cfg(test)]
mod tests;
