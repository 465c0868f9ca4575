//! Control: a phone that says a recorded voice over and over, counts what it sends and what it hears.

use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::rtp::{self, RtpHeader};
use std::net::SocketAddr;

use crate::call_demo::voice::voice;

/// Packets of a voice before it begins anew.
const PACKETS: usize = 250;
/// A phone sends one datagram that is no RTP, and one RTCP report, in so many packets.
const ODD: u64 = 499;

/// Voices, encoded.
#[derive(Debug)]
pub struct Voices([Vec<u8>; 2]);

impl Voices {
    pub fn new() -> Self {
        let pcm = voice(3, PACKETS * 160);
        Self([Law::Mu, Law::A].map(|law| {
            let mut octets = vec![0; pcm.len()];
            G711Encoder::new(law).encode_into(&pcm, &mut octets).map(|_| octets).unwrap_or_default()
        }))
    }

    fn packet(&self, law: usize, number: usize) -> &[u8] {
        let at = number % PACKETS * 160;
        self.0[law].get(at..at + 160).unwrap_or(&[])
    }
}

/// One end of a call.
#[derive(Debug)]
pub struct Phone<L> {
    pub line: L,
    /// Its session's address.
    pub peer: SocketAddr,
    pub talking: bool,
    /// Datagrams to the session, whoever sent them.
    pub sent: u64,
    /// Packets that came from it.
    pub heard: u64,
    law: usize,
    said: usize,
    next: RtpHeader,
}

impl<L> Phone<L> {
    pub fn new(line: L, peer: SocketAddr, law: Law, number: u32) -> Self {
        let payload_type = if law == Law::Mu { 0 } else { 8 };
        let next = RtpHeader { marker: true, payload_type, sequence: number as u16, timestamp: number, ssrc: number };
        let law = usize::from(law == Law::A);
        Self { line, peer, talking: true, sent: 0, heard: 0, law, said: number as usize * 37, next }
    }

    /// What it sends this time, `send` being called for each datagram.
    pub fn speak(&mut self, voices: &Voices, mut send: impl FnMut(&L, SocketAddr, &[u8])) {
        let mut datagram = [0; 172];
        if let Ok(length) = rtp::write(&self.next, voices.packet(self.law, self.said), &mut datagram) {
            send(&self.line, self.peer, datagram.get(..length).unwrap_or(&[]));
            self.sent += 1;
        }
        self.said += 1;
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(160);
        self.next.marker = false;
        match self.said as u64 % ODD {
            0 => self.also(&mut send, b"no RTP at all"),
            1 => self.also(&mut send, &report(self.next.ssrc)),
            _ => {}
        }
    }

    fn also(&mut self, send: &mut impl FnMut(&L, SocketAddr, &[u8]), datagram: &[u8]) {
        send(&self.line, self.peer, datagram);
        self.sent += 1;
    }
}

/// An empty receiver report (RFC 3550 section 6.4.2).
fn report(ssrc: u32) -> [u8; 8] {
    let [a, b, c, d] = ssrc.to_be_bytes();
    [0x80, 201, 0, 1, a, b, c, d]
}

/// A packet of a stranger who knows neither SSRC nor numbers.
pub fn forged(number: u64) -> [u8; 172] {
    let mut datagram = [0; 172];
    let header = RtpHeader { ssrc: 0xbad, sequence: number as u16, payload_type: 0, ..RtpHeader::default() };
    let _ = rtp::write(&header, &[0x55; 160], &mut datagram);
    datagram
}
