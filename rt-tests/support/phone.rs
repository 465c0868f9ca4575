//! A bare RTP endpoint on the virtual network: sends the payloads that it is told to, keeps every packet that comes.

use media_core::MediaSessionHandle;
use media_core::codec::audio::dtmf::{EventClock, EventSender, TelephoneEvent};
use media_core::engine::Pending;
use media_core::engine::virtual_engine::{Network, VirtualEngine};
use media_core::rtp::{self, RtpHeader};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::MediaTime;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// A packet that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    pub at: MediaTime,
    pub header: RtpHeader,
    pub payload: Vec<u8>,
}

/// See the module text.
#[derive(Debug)]
pub struct Phone {
    pub address: SocketAddr,
    pub peer: SocketAddr,
    /// Header of the next packet to send.
    pub next: RtpHeader,
    pub got: Vec<Packet>,
}

/// Where phone `number` is.
pub fn address(number: u32) -> SocketAddr {
    (Ipv4Addr::from(0x0a00_0000 + number), 4000).into()
}

/// Creates the session of dialog `dialog-{number}` with these parameters, and the phone that it talks to.
pub fn connect(engine: &mut VirtualEngine, number: u32, params: MediaSessionParams) -> (MediaSessionHandle, Phone) {
    let payload_type = params.receive.payload_type();
    let pending = engine.handle().create_media_session(&*format!("dialog-{number}"), params.remote(address(number)));
    let session = done(engine, pending);
    let phone = Phone::new(number, &session, payload_type);
    (session, phone)
}

/// A µ-law session and its phone.
pub fn pcmu(engine: &mut VirtualEngine, number: u32) -> (MediaSessionHandle, Phone) {
    connect(engine, number, MediaSessionParams::new(AudioFormat::pcmu()))
}

/// An A-law session and its phone.
pub fn pcma(engine: &mut VirtualEngine, number: u32) -> (MediaSessionHandle, Phone) {
    connect(engine, number, MediaSessionParams::new(AudioFormat::pcma()))
}

/// A session of these parameters in a bridge with a µ-law one, and their phones.
pub fn bridged(
    engine: &mut VirtualEngine,
    params: MediaSessionParams,
) -> (MediaSessionHandle, MediaSessionHandle, [Phone; 2]) {
    let ((a, one), (b, two)) = (connect(engine, 1, params), pcmu(engine, 2));
    let pending = engine.handle().bridge(&a, &b);
    done(engine, pending);
    (a, b, [one, two])
}

/// The answer, after as many ticks as it takes.
pub fn done<T>(engine: &mut VirtualEngine, pending: Pending<T>) -> T {
    engine.complete(pending).expect("the request is carried out")
}

impl Phone {
    pub fn new(number: u32, session: &MediaSessionHandle, payload_type: u8) -> Self {
        let sequence = (number as u16).wrapping_mul(911);
        let next =
            RtpHeader { marker: true, payload_type, sequence, timestamp: number * 77_777, ssrc: 0x5000 + number };
        let peer = session.local_address().expect("a session with a socket");
        Self { address: address(number), peer, next, got: Vec::new() }
    }

    /// Sends a packet of one octet a sample and moves on in the numbering.
    pub fn send(&mut self, network: &mut Network, at: MediaTime, payload: &[u8]) {
        self.post(network, at, self.next, payload);
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(payload.len() as u32);
        self.next.marker = false;
    }

    /// Sends a packet with this header, whatever the numbering.
    pub fn post(&self, network: &mut Network, at: MediaTime, header: RtpHeader, payload: &[u8]) {
        let mut datagram = vec![0; payload.len() + 12];
        let length = rtp::write(&header, payload, &mut datagram).expect("a packet that can be written");
        network.send(self.address, self.peer, &datagram[..length], at);
    }

    /// Presses a key for 100 ms, told by telephone events of that payload type; 200 ms go by.
    pub fn press(&mut self, engine: &mut VirtualEngine, key: char, payload_type: u8) {
        let mut sender = EventSender::new(EventClock::new(8_000), 20);
        sender.send(TelephoneEvent::from_char(key).expect("a key"), 100, 10).expect("room for one");
        let begun = self.next.timestamp;
        for n in 0..10 {
            if let Some(packet) = sender.poll(begun + 160 * n) {
                let (timestamp, marker) = (packet.timestamp, packet.marker);
                let header = RtpHeader { timestamp, marker, payload_type, ..self.next };
                let now = engine.now();
                self.post(&mut engine.network, now, header, &packet.payload);
                self.next.sequence = self.next.sequence.wrapping_add(1);
            }
            engine.run_for(Duration::from_millis(20));
            self.listen(&mut engine.network);
        }
    }

    /// Takes what came.
    pub fn listen(&mut self, network: &mut Network) {
        while let Some(datagram) = network.receive(self.address) {
            let (header, payload) = rtp::parse(&datagram.octets).expect("the engine sends RTP");
            self.got.push(Packet { at: datagram.at, header, payload: payload.to_vec() });
        }
    }

    /// All payloads that came, one after another.
    pub fn heard(&self) -> Vec<u8> {
        self.got.iter().flat_map(|packet| packet.payload.iter().copied()).collect()
    }
}
