//! A step of the wall clock by a second, back and forth, does not reach the media: on real threads and sockets, with a clock
//! and kernel arrival times that step under the engine's feet.
//!
//! This program interposes `clock_gettime` and `recvmsg`: CLOCK_REALTIME and the kernel's SO_TIMESTAMPNS stamps are moved
//! together, as they are when the clock of the machine is set.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;

use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::session::AudioFormat;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, SystemTime};
use support::socket_phone::{SocketPhone, talk};

/// Seconds by which the wall clock is off.
static OFF: AtomicI64 = AtomicI64::new(0);
/// Arrival stamps given to the engine while it was off.
static STAMPS: AtomicU64 = AtomicU64::new(0);
static READINGS: AtomicU64 = AtomicU64::new(0);

/// # Safety
/// The C library's own contract.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut libc::timespec) -> libc::c_int {
    // SAFETY: the caller's arguments, unchanged; after success `time` is written.
    unsafe {
        let code = libc::syscall(libc::SYS_clock_gettime, clock, time);
        if code == 0 && clock == libc::CLOCK_REALTIME {
            (*time).tv_sec += OFF.load(SeqCst);
            READINGS.fetch_add(u64::from(OFF.load(SeqCst) != 0), SeqCst);
        }
        code as libc::c_int
    }
}

/// # Safety
/// The C library's own contract.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recvmsg(socket: libc::c_int, message: *mut libc::msghdr, flags: libc::c_int) -> isize {
    // SAFETY: the caller's arguments, unchanged; the control messages are those that the kernel wrote.
    unsafe {
        let length = libc::syscall(libc::SYS_recvmsg, socket, message, flags) as isize;
        if length < 0 {
            return length;
        }
        let mut header = libc::CMSG_FIRSTHDR(message);
        while !header.is_null() {
            if ((*header).cmsg_level, (*header).cmsg_type) == (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) {
                let stamp = libc::CMSG_DATA(header).cast::<libc::timespec>();
                let mut time = stamp.read_unaligned();
                time.tv_sec += OFF.load(SeqCst);
                stamp.write_unaligned(time);
                STAMPS.fetch_add(u64::from(OFF.load(SeqCst) != 0), SeqCst);
            }
            header = libc::CMSG_NXTHDR(message, header);
        }
        length
    }
}

#[test]
fn a_step_of_the_wall_clock_does_not_reach_the_media() {
    let config =
        MediaEngineConfig::default().max_sessions(8usize).bind_address(Ipv4Addr::LOCALHOST).rtp_ports(41_400..=41_499);
    let engine = MediaEngine::start(config).unwrap();
    let (a, phone_a) = SocketPhone::connect(&engine, 1, AudioFormat::pcmu(), 0x90);
    let (b, phone_b) = SocketPhone::connect(&engine, 2, AudioFormat::pcma(), 0x91);
    engine.handle().bridge(&a, &b).wait().unwrap();
    let mut phones = [phone_a, phone_b];
    let real = SystemTime::now();
    for off in [0, 1, 0, -1, 0] {
        OFF.store(off, SeqCst);
        talk(&mut phones, Duration::from_millis(500));
    }
    OFF.store(3_600, SeqCst);
    let hour = SystemTime::now().duration_since(real).unwrap();
    OFF.store(0, SeqCst);
    assert!(hour > Duration::from_secs(3_600), "the clock of this program really steps");
    assert!(STAMPS.load(SeqCst) > 40 && READINGS.load(SeqCst) > 40, "and the engine read it while it was off");
    for (n, (session, phone)) in [(&a, &phones[0]), (&b, &phones[1])].into_iter().enumerate() {
        let (begin, first, _) = &phone.got[0];
        assert!(phone.got.len() > 60, "{n} heard {} packets of about 125", phone.got.len());
        for pair in phone.got.windows(2) {
            let [(_, before, _), (at, after, _)] = pair else { continue };
            assert_eq!(after.sequence, before.sequence.wrapping_add(1), "{n}");
            let step = after.timestamp.wrapping_sub(before.timestamp);
            // A machine that is late makes the engine skip, and say so; nothing else may.
            assert!(step == 160 || (after.marker && step < 8_000), "{n}: {after:?} after {before:?}");
            let media = f64::from(after.timestamp.wrapping_sub(first.timestamp)) / 8_000.0;
            let elapsed = at.duration_since(*begin).as_secs_f64();
            assert!((media - elapsed).abs() < 0.4, "{n}: {media} s of media in {elapsed} s");
        }
        let counted = session.statistics().wait().unwrap();
        println!("{n}: {} packets, {counted}", phone.got.len());
        assert_eq!(counted.source_changes, 0, "{counted}");
        assert!(counted.buffer_us < 400_000 && counted.target_us < 400_000, "{counted}");
    }
    engine.stop().unwrap();
}
