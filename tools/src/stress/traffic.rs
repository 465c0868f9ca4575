//! Pure: what comes by RTP: streams of all payload types, good and bad ones, strangers, and what is no RTP at all.

use super::dice::Dice;
use media_core::rtp::{self, RtpHeader};
use media_core::types::SessionId;
use std::collections::HashMap;
use std::net::SocketAddr;

/// Milliseconds of a packet.
const PACKET: u64 = 20;

#[derive(Debug)]
struct Stream {
    phone: usize,
    next: RtpHeader,
    due: u64,
}

/// Who says what to which session.
#[derive(Debug)]
pub struct Traffic {
    dice: Dice,
    phones: usize,
    streams: HashMap<SessionId, Stream>,
}

fn payload_type(dice: &mut Dice) -> u8 {
    dice.one([0, 8, 0, 8, 9, 18, 96, 97, 98, 98, 101, 13, 121, 127])
}

impl Traffic {
    /// Of so many phones.
    pub fn new(dice: Dice, phones: usize) -> Self {
        Self { dice, phones, streams: HashMap::new() }
    }

    /// What is due at `now` (ms) goes by `send`, from which phone and whereto.
    pub fn speak(&mut self, now: u64, to: &[(SessionId, SocketAddr)], mut send: impl FnMut(usize, SocketAddr, &[u8])) {
        let Self { dice, phones, streams } = self;
        streams.retain(|id, _| to.iter().any(|(other, _)| other == id));
        for &(id, address) in to {
            let stream = streams.entry(id).or_insert_with(|| Stream {
                phone: dice.index(*phones),
                next: RtpHeader {
                    payload_type: payload_type(dice),
                    sequence: dice.next() as u16,
                    timestamp: dice.next() as u32,
                    ssrc: dice.next() as u32,
                    ..RtpHeader::default()
                },
                due: now,
            });
            while stream.due <= now {
                stream.due += PACKET;
                let packet = stream.packet(dice);
                let from = if dice.once_in(50) { dice.index(*phones) } else { stream.phone };
                for _ in 0..1 + 30 * u64::from(dice.once_in(2_000)) {
                    send(from, address, &packet);
                }
                if dice.once_in(100) {
                    send(from, address, &odd(dice, &packet));
                }
                if dice.once_in(200) {
                    // RTCP has the port above.
                    let above = SocketAddr::new(address.ip(), address.port().wrapping_add(1));
                    send(from, if dice.once_in(2) { above } else { address }, &report(dice));
                }
            }
        }
    }
}

impl Stream {
    fn packet(&mut self, dice: &mut Dice) -> Vec<u8> {
        match dice.below(400) {
            0 => self.next.payload_type = payload_type(dice),
            1 => self.next.ssrc = dice.next() as u32,
            2 => self.next.sequence = dice.next() as u16,
            3 => self.next.timestamp = dice.next() as u32,
            4 => self.due += 10 * dice.below(200),
            5 => self.next.marker = true,
            6 => self.phone = dice.index(self.phone + 2),
            7 => self.next.sequence = self.next.sequence.wrapping_sub(2),
            _ => {}
        }
        let length = match self.next.payload_type {
            0 | 8 | 9 => dice.one([160, 160, 160, 80, 240, 0, 1_014]),
            18 => dice.one([20, 20, 12, 2, 10, 7]),
            13 => dice.index(12),
            101 => dice.one([4, 4, 8, 3]),
            _ => dice.index(300),
        };
        let payload: Vec<u8> = (0..length).map(|_| dice.next() as u8).collect();
        let mut datagram = vec![0; payload.len() + 12];
        let _ = rtp::write(&self.next, &payload, &mut datagram);
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(160);
        self.next.marker = false;
        datagram
    }
}

/// A packet with something wrong with it, or anything.
fn odd(dice: &mut Dice, packet: &[u8]) -> Vec<u8> {
    let mut octets = packet.to_vec();
    match dice.below(6) {
        0 => return dice.octets(1_700),
        1 => octets.truncate(dice.index(packet.len())),
        // Version, padding, extension, sources.
        2 => octets[0] = dice.next() as u8,
        3 => octets[0] |= 0x3f,
        4 => octets.resize(2_000, 7),
        _ => {
            for _ in 0..1 + dice.below(8) {
                let at = dice.index(octets.len());
                octets[at] ^= 1 << dice.below(8);
            }
        }
    }
    octets
}

fn report(dice: &mut Dice) -> Vec<u8> {
    let mut octets = vec![0x80 | dice.below(4) as u8, 200 + dice.below(5) as u8, 0, dice.below(8) as u8];
    octets.extend(dice.octets(60));
    octets
}
