//! Control: the phones of all calls, on one thread: each says a packet every 20 ms and notes when the kernel got one for it.

use crate::soak::phone::{Phone, Voices};
use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;
use media_core::codec::Law;
use media_core::rt::os::datagram::{receive, stamp_arrivals};
use media_core::rt::os::thread::ThreadSetup;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::{MediaHandle, MediaSessionHandle, rtp};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// Phones talk and listen.
pub const TALK: u8 = 0;
/// They note how late packets are, too.
pub const NOTE: u8 = 1;
/// They only listen.
pub const HUSH: u8 = 2;
/// They leave.
pub const END: u8 = 3;

const STEP: Duration = Duration::from_millis(10);
/// Packets of a stream follow one another at this distance.
const PACKET: u64 = 20_000_000;

/// A session and its phone.
#[derive(Debug)]
pub struct Party {
    pub session: MediaSessionHandle,
    pub phone: Phone<UdpSocket>,
    /// Number and arrival of the last packet.
    last: Option<(u16, u64)>,
}

impl Party {
    /// A new one; `law` by its number.
    pub fn new(handle: &MediaHandle, number: u32) -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("a phone's socket: see ulimit -n")?;
        socket.set_nonblocking(true)?;
        stamp_arrivals(socket.as_fd())?;
        let law = if number.is_multiple_of(2) { Law::Mu } else { Law::A };
        let format = if law == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() };
        // The port above a phone's is another phone's: reports would be counted there.
        let params = MediaSessionParams::new(format).rtcp(None).remote(socket.local_addr()?);
        let session = handle.create_media_session(&*format!("call-{number}"), params).wait()?;
        let peer = session.local_address().context("a session with a socket")?;
        Ok(Self { session, phone: Phone::new(socket, peer, law, number), last: None })
    }

    /// Takes what came; enters into `late` by how much the time between two packets is another than 20 ms, in ns.
    fn listen(&mut self, note: bool, late: &mut Histogram<u64>) {
        let mut buffer = [0; 2_048];
        while let Ok(datagram) = receive(self.phone.line.as_fd(), &mut buffer) {
            self.phone.heard += 1;
            let header = buffer.get(..datagram.length).and_then(|octets| rtp::parse(octets).ok()).map(|(h, _)| h);
            let now = header.zip(datagram.stamp).map(|(header, stamp)| (header.sequence, stamp));
            if let (Some((before, then)), Some((number, stamp)), true) = (self.last, now, note)
                && number == before.wrapping_add(1)
            {
                late.saturating_record(stamp.saturating_sub(then).abs_diff(PACKET));
            }
            self.last = now;
        }
    }
}

/// Runs the phones until told to end; how uneven their packets came.
pub fn run(parties: &mut [Party], phase: &AtomicU8) -> Histogram<u64> {
    // Where that is granted, a flood from this machine does not hold up the phones: below all threads of the engine.
    let _ = ThreadSetup { realtime_priority: Some(1), ..ThreadSetup::default() }.apply();
    let voices = Voices::new();
    let mut late = Histogram::new_with_bounds(1, 10_000_000_000, 2).unwrap_or_else(|_| Histogram::new(2).unwrap());
    let (mut next, mut step) = (Instant::now(), 0);
    loop {
        let phase = phase.load(SeqCst);
        if phase == END {
            return late;
        }
        for (number, party) in parties.iter_mut().enumerate() {
            let turn = (number / 2 + step).is_multiple_of(2);
            if turn && phase < HUSH && party.phone.talking {
                party.phone.speak(&voices, |line, to, datagram| {
                    // What the kernel does not take shows in the books.
                    let _ = line.send_to(datagram, to);
                });
            }
            party.listen(phase == NOTE, &mut late);
        }
        step += 1;
        next += STEP;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}
