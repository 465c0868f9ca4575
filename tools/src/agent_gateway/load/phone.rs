//! I/O: a phone: 20 ms of µ-law noise out, and what comes in, over a UDP socket.

use super::noise;
use media_core::rtp::{self, RtpHeader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// Samples of a packet.
pub(in crate::agent_gateway) const PACKET: usize = 160;
/// The payload type of its telephone events.
pub(in crate::agent_gateway) const EVENTS: u8 = 101;

/// A phone.
#[derive(Debug)]
pub(in crate::agent_gateway) struct Phone {
    socket: UdpSocket,
    seed: u64,
    next: RtpHeader,
    said: u64,
    /// All that it was sent, as octets of µ-law.
    pub(in crate::agent_gateway) heard: Vec<u8>,
    /// The telephone events that it was sent: event codes, each once.
    pub(in crate::agent_gateway) digits: Vec<u8>,
    last: Option<(u16, u32)>,
    /// What it says in place of noise, and then silence.
    #[cfg(test)]
    pub(in crate::agent_gateway) says: Option<std::collections::VecDeque<u8>>,
    /// Packets of audio that did not follow on the one before.
    pub(in crate::agent_gateway) gaps: u64,
}

impl Phone {
    pub(in crate::agent_gateway) fn new(seed: u64) -> std::io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let next = RtpHeader { marker: true, payload_type: 0, sequence: 1, timestamp: 0, ssrc: 7_000 + seed as u32 };
        Ok(Self {
            socket,
            seed,
            next,
            said: 0,
            heard: Vec::new(),
            digits: Vec::new(),
            last: None,
            #[cfg(test)]
            says: None,
            gaps: 0,
        })
    }

    pub(in crate::agent_gateway) fn address(&self) -> std::io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Where its packets go to.
    pub(in crate::agent_gateway) fn call(&mut self, peer: SocketAddr) -> std::io::Result<()> {
        self.socket.connect(peer)
    }

    /// Sends the next packet of its noise.
    pub(in crate::agent_gateway) fn speak(&mut self) -> std::io::Result<()> {
        let payload = noise::octets(self.seed, self.said, PACKET);
        #[cfg(test)]
        let payload = match &mut self.says {
            Some(says) => (0..PACKET).map(|_| says.pop_front().unwrap_or(0xff)).collect(),
            None => payload,
        };
        self.said += PACKET as u64;
        self.send(0, &payload)?;
        self.next.timestamp = self.next.timestamp.wrapping_add(PACKET as u32);
        Ok(())
    }

    /// Presses a key for 100 ms, in one go (RFC 4733 section 2.5).
    #[cfg(test)]
    pub(in crate::agent_gateway) fn press(&mut self, code: u8) -> std::io::Result<()> {
        for step in 1..=5_u16 {
            self.next.marker = step == 1;
            let [high, low] = (step * PACKET as u16).to_be_bytes();
            self.send(EVENTS, &[code, 10, high, low])?;
        }
        for _ in 0..3 {
            self.send(EVENTS, &[code, 0x80 | 10, 3, 0x20])?;
        }
        self.next.timestamp = self.next.timestamp.wrapping_add(5 * PACKET as u32);
        Ok(())
    }

    fn send(&mut self, payload_type: u8, payload: &[u8]) -> std::io::Result<()> {
        let mut datagram = [0; PACKET + 12];
        let length = 12 + payload.len();
        let header = RtpHeader { payload_type, ..self.next };
        rtp::write(&header, payload, &mut datagram).map_err(std::io::Error::other)?;
        self.socket.send(datagram.get(..length).unwrap_or_default())?;
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.marker = false;
        Ok(())
    }

    /// Takes what has come.
    pub(in crate::agent_gateway) fn listen(&mut self) {
        let mut datagram = [0; 1_600];
        while let Ok(length) = self.socket.recv(&mut datagram) {
            let Ok((header, payload)) = rtp::parse(datagram.get(..length).unwrap_or_default()) else { continue };
            match header.payload_type {
                0 => self.hear(&header, payload),
                EVENTS if header.marker => self.digits.extend(payload.first()),
                _ => {}
            }
        }
    }

    fn hear(&mut self, header: &RtpHeader, payload: &[u8]) {
        let follows = |(sequence, timestamp): (u16, u32)| {
            header.sequence == sequence.wrapping_add(1) && header.timestamp == timestamp
        };
        self.gaps += u64::from(self.last.is_some_and(|last| !follows(last)));
        self.last = Some((header.sequence, header.timestamp.wrapping_add(payload.len() as u32)));
        self.heard.extend(payload);
    }

    /// Where that lies in what it heard.
    #[cfg(test)]
    pub(in crate::agent_gateway) fn found(&self, said: &[u8]) -> Option<usize> {
        self.heard.windows(said.len().max(1)).position(|window| window == said)
    }
}
