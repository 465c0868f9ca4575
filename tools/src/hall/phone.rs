//! I/O: a phone of the hall: 20 ms of µ-law out and in over a UDP socket.

use super::heard::Heard;
use anyhow::Result;
use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::rtp::{self, RtpHeader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// Samples of a packet, and packets a second.
pub(super) const PACKET: usize = 160;

/// The frequency of the tone of a talker: whole periods in a packet, so that each packet is the same.
pub(super) fn frequency(talker: u32) -> u32 {
    300 + 100 * talker
}

/// A phone.
#[derive(Debug)]
pub(super) struct Phone {
    socket: UdpSocket,
    next: RtpHeader,
    payload: [u8; PACKET],
    /// The tone that it says, if it talks.
    pub(super) talker: Option<u32>,
    pub(super) heard: Heard,
}

impl Phone {
    /// One that says its tone at that level (1.0 is full scale), or is silent.
    pub(super) fn new(number: u32, talker: Option<u32>, level: f32) -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let turn = talker.map_or(0.0, |talker| std::f32::consts::TAU * frequency(talker) as f32 / 8_000.0);
        let pcm: Vec<f32> = (0..PACKET).map(|at| level * (turn * at as f32).sin()).collect();
        let mut payload = [0; PACKET];
        G711Encoder::new(Law::Mu).encode_into(&pcm, &mut payload)?;
        let next = RtpHeader { marker: true, payload_type: 0, sequence: 1, timestamp: 0, ssrc: 10_000 + number };
        Ok(Self { socket, next, payload, talker, heard: Heard::default() })
    }

    pub(super) fn address(&self) -> Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    /// Where its packets go to.
    pub(super) fn call(&mut self, peer: SocketAddr) -> Result<()> {
        Ok(self.socket.connect(peer)?)
    }

    /// Sends a packet.
    pub(super) fn speak(&mut self) -> Result<()> {
        let mut datagram = [0; PACKET + 12];
        rtp::write(&self.next, &self.payload, &mut datagram)?;
        self.socket.send(&datagram)?;
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(PACKET as u32);
        self.next.marker = false;
        Ok(())
    }

    /// Takes what has come.
    pub(super) fn listen(&mut self) {
        let mut datagram = [0; 1_600];
        while let Ok(length) = self.socket.recv(&mut datagram) {
            match rtp::parse(datagram.get(..length).unwrap_or_default()) {
                Ok((header, payload)) => self.heard.packet(&header, payload),
                Err(_) => self.heard.foreign += 1,
            }
        }
    }
}
