//! A phone of the virtual network whose RTP and RTCP are protected.

use super::*;
use crate::support::phone::{Phone, connect};
use media_core::MediaTime;
use media_core::rtp::{self, SrtpFault};
use media_core::transport::secure::{SrtpReceiver, SrtpSender};
use std::net::SocketAddr;

/// What a phone needs beside a plain one.
#[derive(Debug)]
pub struct SrtpPhone {
    pub plain: Phone,
    pub sender: SrtpSender,
    pub receiver: SrtpReceiver,
    /// Datagrams that came to its RTP port, as they came.
    pub raw: Vec<Vec<u8>>,
    /// What of them was not authentic.
    pub refused: Vec<SrtpFault>,
    /// RTCP that came to either port, deciphered.
    pub reports: Vec<Vec<u8>>,
}

impl SrtpPhone {
    /// Of a session of [`protected`] parameters, or the like.
    pub fn connect(
        engine: &mut VirtualEngine,
        number: u32,
        suite: SrtpSuite,
        params: MediaSessionParams,
    ) -> (MediaSessionHandle, Self) {
        let (session, plain) = connect(engine, number, params);
        (session, Self::of(plain, suite))
    }

    pub fn of(plain: Phone, suite: SrtpSuite) -> Self {
        let (sender, receiver) = (SrtpSender::new(&key(suite, 2)).unwrap(), SrtpReceiver::new(&key(suite, 1)).unwrap());
        Self { plain, sender, receiver, raw: Vec::new(), refused: Vec::new(), reports: Vec::new() }
    }

    /// The next packet, protected.
    pub fn packet(&mut self, payload: &[u8]) -> Vec<u8> {
        let next = &mut self.plain.next;
        let mut packet = vec![0; 12 + payload.len() + 20];
        let length = rtp::write(next, payload, &mut packet).unwrap();
        let length = self.sender.protect(&mut packet, length).unwrap();
        packet.truncate(length);
        next.sequence = next.sequence.wrapping_add(1);
        next.timestamp = next.timestamp.wrapping_add(payload.len() as u32);
        next.marker = false;
        packet
    }

    /// Sends octets as they are.
    pub fn post(&self, engine: &mut VirtualEngine, octets: &[u8]) {
        let now = engine.now();
        engine.network.send(self.plain.address, self.plain.peer, octets, now);
    }

    pub fn send(&mut self, engine: &mut VirtualEngine, payload: &[u8]) {
        let packet = self.packet(payload);
        self.post(engine, &packet);
    }

    /// A report, protected.
    pub fn report(&mut self, report: &[u8]) -> Vec<u8> {
        let mut packet = [report, &[0; 20]].concat();
        let length = self.sender.protect_rtcp(&mut packet, report.len()).unwrap();
        packet.truncate(length);
        packet
    }

    /// Takes what came.
    pub fn listen(&mut self, engine: &mut VirtualEngine) {
        let above = SocketAddr::new(self.plain.address.ip(), self.plain.address.port() + 1);
        for address in [self.plain.address, above] {
            while let Some(datagram) = engine.network.receive(address) {
                self.take(datagram.at, datagram.octets);
            }
        }
    }

    fn take(&mut self, at: MediaTime, octets: Vec<u8>) {
        let mut opened = octets.clone();
        if (192..=223).contains(&octets[1]) {
            match self.receiver.unprotect_rtcp(&mut opened) {
                Ok(length) => self.reports.push(opened[..length].to_vec()),
                Err(fault) => self.refused.push(fault),
            }
            return;
        }
        self.raw.push(octets);
        match self.receiver.unprotect(&mut opened, None) {
            Ok(length) => {
                let (header, payload) = rtp::parse(&opened[..length]).unwrap();
                let payload = payload.to_vec();
                self.plain.got.push(crate::support::phone::Packet { at, header, payload });
            }
            Err(fault) => self.refused.push(fault),
        }
    }
}
