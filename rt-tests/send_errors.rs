//! A kernel that has no buffers for one session's packets (ENOBUFS): counted for that session, and no other waits for it.
//!
//! This program interposes `sendto`: packets to one port are refused while it says so.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;

use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::session::AudioFormat;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use support::socket_phone::{SocketPhone, talk};

/// The port that no packet gets to; 0: none.
static REFUSED: AtomicU16 = AtomicU16::new(0);
static REFUSALS: AtomicU64 = AtomicU64::new(0);

/// # Safety
/// The C library's own contract.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sendto(
    socket: libc::c_int,
    octets: *const libc::c_void,
    length: libc::size_t,
    flags: libc::c_int,
    to: *const libc::sockaddr,
    to_length: libc::socklen_t,
) -> isize {
    // SAFETY: the caller's arguments, unchanged; an address that is there is one of its family.
    unsafe {
        let refused = REFUSED.load(SeqCst);
        if refused != 0 && !to.is_null() && i32::from((*to).sa_family) == libc::AF_INET {
            let port = u16::from_be(to.cast::<libc::sockaddr_in>().read_unaligned().sin_port);
            if port == refused {
                REFUSALS.fetch_add(1, SeqCst);
                *libc::__errno_location() = libc::ENOBUFS;
                return -1;
            }
        }
        libc::syscall(libc::SYS_sendto, socket, octets, length, flags, to, to_length) as isize
    }
}

#[test]
fn a_session_without_buffers_is_counted_and_delays_nobody() {
    let config = MediaEngineConfig::default().max_sessions(8usize).bind_address(Ipv4Addr::LOCALHOST);
    let engine = MediaEngine::start(config.rtp_ports(41_540..=41_559)).unwrap();
    let (a, phone_a) = SocketPhone::connect(&engine, 1, AudioFormat::pcmu(), 0x90);
    let (b, phone_b) = SocketPhone::connect(&engine, 2, AudioFormat::pcmu(), 0x91);
    engine.handle().bridge(&a, &b).wait().unwrap();
    let mut phones = [phone_a, phone_b];
    talk(&mut phones, Duration::from_millis(500));
    let before = phones[0].got.len();
    assert!(before > 10, "it heard {before} packets");
    REFUSED.store(phones[0].port(), SeqCst);
    talk(&mut phones, Duration::from_secs(1));
    REFUSED.store(0, SeqCst);
    let (of_a, of_b) = (a.transport_statistics().wait().unwrap(), b.transport_statistics().wait().unwrap());
    assert!(of_a.send_errors > 20, "{of_a:?}");
    assert_eq!(of_a.send_errors, REFUSALS.load(SeqCst), "each packet was tried once");
    assert_eq!(of_b.send_errors, 0);
    assert!(phones[1].got.len() > 50, "the other heard {} packets of about 75", phones[1].got.len());
    let silent = phones[0].got.len();
    talk(&mut phones, Duration::from_millis(500));
    assert!(phones[0].got.len() > silent + 10, "and once there is room it goes on");
    engine.stop().unwrap();
}
