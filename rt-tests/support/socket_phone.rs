//! RTP endpoints on loopback for tests with real threads: G.711 packets of 20 ms in real time.

use media_core::MediaSessionHandle;
use media_core::engine::MediaEngine;
use media_core::rtp::{self, RtpHeader};
use media_core::session::{AudioFormat, MediaSessionParams};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// See the module text.
#[derive(Debug)]
pub struct SocketPhone {
    socket: UdpSocket,
    peer: SocketAddr,
    next: RtpHeader,
    code: u8,
    /// What came, and when.
    pub got: Vec<(Instant, RtpHeader, Vec<u8>)>,
}

impl SocketPhone {
    /// A phone and its session; it says `code` all the time.
    pub fn connect(
        engine: &MediaEngine,
        number: u32,
        format: AudioFormat,
        code: u8,
    ) -> (MediaSessionHandle, SocketPhone) {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        let payload_type = format.payload_type();
        let params = MediaSessionParams::new(format).remote(socket.local_addr().unwrap());
        let session = engine.handle().create_media_session(&*format!("dialog-{number}"), params).wait().unwrap();
        let peer = (Ipv4Addr::LOCALHOST, session.local_address().unwrap().port()).into();
        let next = RtpHeader { marker: true, payload_type, sequence: 1, timestamp: 1, ssrc: 100 + number };
        (session, Self { socket, peer, next, code, got: Vec::new() })
    }

    /// The port it listens at.
    pub fn port(&self) -> u16 {
        self.socket.local_addr().unwrap().port()
    }

    fn speak(&mut self) {
        let mut datagram = [0; 172];
        rtp::write(&self.next, &[self.code; 160], &mut datagram).unwrap();
        self.socket.send_to(&datagram, self.peer).unwrap();
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(160);
        self.next.marker = false;
    }

    fn listen(&mut self) {
        let mut datagram = [0; 1_600];
        while let Ok(length) = self.socket.recv(&mut datagram) {
            let (header, payload) = rtp::parse(&datagram[..length]).expect("the engine sends RTP");
            self.got.push((Instant::now(), header, payload.to_vec()));
        }
    }
}

/// All talk and listen for that long, from this thread.
pub fn talk(phones: &mut [SocketPhone], time: Duration) {
    let begin = Instant::now();
    let mut packets = 0;
    while begin.elapsed() < time {
        while begin.elapsed() >= Duration::from_millis(20) * packets {
            phones.iter_mut().for_each(SocketPhone::speak);
            packets += 1;
        }
        std::thread::sleep(Duration::from_millis(2));
        phones.iter_mut().for_each(SocketPhone::listen);
    }
}
