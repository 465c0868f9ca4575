//! Control: who sends to one port as fast as told.

use media_core::rtp::{self, RtpHeader};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// A pause, once it is ahead of its rate.
const PAUSE: Duration = Duration::from_micros(100);
/// Packets between two looks at the clock.
const AT_ONCE: u64 = 16;

/// What was sent, and how long it took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sent {
    pub packets: u64,
    /// What the kernel did not take.
    pub not_taken: u64,
    pub took: Duration,
}

/// One stream of the payload type 0, its numbers ascending: the `number`th datagram.
pub fn datagram(number: u64) -> [u8; 172] {
    let mut datagram = [0; 172];
    let timestamp = (number as u32).wrapping_mul(160);
    let header =
        RtpHeader { ssrc: 0xf100d, sequence: number as u16, timestamp, payload_type: 0, ..RtpHeader::default() };
    let _ = rtp::write(&header, &[0x55; 160], &mut datagram);
    datagram
}

/// Sends `rate` packets a second for `time`, or as many as it can.
pub fn flood(socket: &UdpSocket, to: SocketAddr, rate: u32, time: Duration) -> Sent {
    let (begun, mut sent) = (Instant::now(), Sent::default());
    loop {
        sent.took = begun.elapsed();
        if sent.took >= time {
            return sent;
        }
        let due = (sent.took.as_secs_f64() * f64::from(rate)) as u64;
        let asked = sent.packets + sent.not_taken;
        if due <= asked {
            std::thread::sleep(PAUSE);
            continue;
        }
        for number in asked..due.min(asked + AT_ONCE) {
            match socket.send_to(&datagram(number), to) {
                Ok(_) => sent.packets += 1,
                Err(_) => sent.not_taken += 1,
            }
        }
    }
}
