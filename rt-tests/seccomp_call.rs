//! A call and a conference on real threads, every media thread under the seccomp filter of its contract: in a fault-free run
//! it makes no system call but the sleep, the clock and the wake-up write; one that it must not make is caught.

#![cfg(target_os = "linux")]

#[path = "support/seccomp.rs"]
mod seccomp;
mod support;

use media_core::codec::{AudioEncoder, CodecFault, G711Encoder, Law};
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::session::{AudioFormat, CustomCodec};
use media_core::types::{SampleRate, WorkerId};
use seccomp::SeccompAction;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use support::per_octet::{Decodes, PerOctet};
use support::socket_phone::{SocketPhone, talk};

/// The count is the process's: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

static FILTERED: AtomicU64 = AtomicU64::new(0);

fn filter(_: WorkerId) {
    seccomp::install_media_filter(SeccompAction::Trap).expect("the kernel has seccomp filters");
    FILTERED.fetch_add(1, SeqCst);
}

fn engine(workers: usize, ports: u16) -> MediaEngine {
    seccomp::count_traps();
    let config = MediaEngineConfig::default()
        .workers(workers)
        .max_sessions(32usize)
        .bind_address(Ipv4Addr::LOCALHOST)
        .rtp_ports(ports..=ports + 199)
        .thread_hook(Some(filter as fn(WorkerId)));
    MediaEngine::start(config).unwrap()
}

#[test]
fn a_call_and_a_conference_make_no_forbidden_system_call() {
    let _alone = alone();
    let before = FILTERED.load(SeqCst);
    let engine = engine(2, 41_000);
    let formats = [AudioFormat::pcmu(), AudioFormat::pcma()];
    let connect = |n: u32| SocketPhone::connect(&engine, n, formats[n as usize % 2].clone(), 0x90 + n as u8);
    let (sessions, mut phones): (Vec<_>, Vec<_>) = (0..5).map(connect).unzip();
    let handle = engine.handle();
    handle.bridge(&sessions[0], &sessions[1]).wait().unwrap();
    let room = handle.create_conference(SampleRate::Hz8000).wait().unwrap();
    for session in &sessions[2..] {
        room.join(session).wait().unwrap();
    }
    talk(&mut phones, Duration::from_millis(1_500));
    // And what happens to calls.
    sessions[0].mute().wait().unwrap();
    sessions[0].unmute().wait().unwrap();
    let tap = sessions[2].tap().wait().unwrap();
    room.leave(&sessions[2]).wait().unwrap();
    sessions[2].move_to(WorkerId(1)).wait().unwrap();
    room.join(&sessions[2]).wait().unwrap();
    talk(&mut phones, Duration::from_millis(1_500));
    drop(tap);
    for (n, phone) in phones.iter().enumerate() {
        assert!(phone.got.len() > 75, "{n} heard {} packets of about 150", phone.got.len());
    }
    for session in sessions {
        session.destroy().wait().unwrap();
    }
    let caught = (seccomp::traps(), seccomp::first_trap());
    // The thread's own end is under the filter as well, where the C library may wait for a lock of its own.
    engine.stop().unwrap();
    assert_eq!(FILTERED.load(SeqCst) - before, 2, "both media threads were under the filter");
    assert_eq!(caught, (0, None), "from start to stop");
    println!("{} calls caught in all, the first {:?}", seccomp::traps(), seccomp::first_trap());
}

/// A decoder that asks the kernel something for each block.
#[derive(Debug)]
struct Curious;

impl Decodes for Curious {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        // SAFETY: takes nothing, touches nothing.
        unsafe { libc::getppid() };
        pcm[..payload.len()].fill(0.1);
        Ok(payload.len())
    }
    fn reset(&mut self) {}
}

#[test]
fn a_forbidden_call_of_one_leg_is_caught_and_the_call_goes_on() {
    let _alone = alone();
    let engine = engine(1, 41_200);
    let curious = CustomCodec::new("CURIOUS", 8_000, SampleRate::Hz8000, || {
        let encoder: Box<dyn AudioEncoder> = Box::new(G711Encoder::new(Law::Mu));
        (encoder, Box::new(PerOctet(Curious)))
    });
    let (a, phone_a) = SocketPhone::connect(&engine, 1, AudioFormat::custom(&curious, 96).unwrap(), 0x90);
    let (b, phone_b) = SocketPhone::connect(&engine, 2, AudioFormat::pcmu(), 0x91);
    engine.handle().bridge(&a, &b).wait().unwrap();
    let mut phones = [phone_a, phone_b];
    talk(&mut phones, Duration::from_millis(600));
    assert!(seccomp::traps() > 10, "{} calls caught", seccomp::traps());
    assert_eq!(seccomp::first_trap(), Some(libc::SYS_getppid));
    assert!(phones[1].got.len() > 10, "what is caught fails; the media goes on");
    engine.stop().unwrap();
}
