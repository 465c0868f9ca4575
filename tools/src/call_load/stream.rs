//! Pure: one leg of a call as its phone sees it: where it speaks to, what, and what it hears.

use super::heard::Heard;
use super::sound::Sound;
use media_core::rtp::{self, RtpHeader};
use std::net::SocketAddr;
use std::sync::Arc;

/// One leg.
#[derive(Debug)]
pub(super) struct Stream {
    /// Among all of a run; of the two of a call an even one and the next.
    pub(super) number: usize,
    /// Where its packets go, and come from.
    pub(super) to: SocketAddr,
    pub(super) heard: Heard,
    /// When its tone began, ns since 1970.
    pub(super) marks: Vec<u64>,
    sound: Arc<Sound>,
    next: RtpHeader,
    said: u64,
}

impl Stream {
    pub(super) fn new(number: usize, to: SocketAddr, sound: Arc<Sound>, payload_type: u8) -> Self {
        let number_32 = number as u32;
        let next = RtpHeader {
            marker: true,
            payload_type,
            sequence: number_32.wrapping_mul(40_503) as u16,
            timestamp: number_32.wrapping_mul(2_654_435_761),
            ssrc: 0x4c00_0000 | number_32,
        };
        Self { number, to, heard: Heard::default(), marks: Vec::new(), sound, next, said: 0 }
    }

    /// The next packet, at `now`: its length.
    pub(super) fn speak(&mut self, now: u64, datagram: &mut [u8]) -> usize {
        if self.sound.begins(self.said) {
            self.marks.push(now);
        }
        let length = rtp::write(&self.next, self.sound.packet(self.said), datagram).unwrap_or(0);
        self.said += 1;
        self.next.marker = false;
        self.next.sequence = self.next.sequence.wrapping_add(1);
        self.next.timestamp = self.next.timestamp.wrapping_add(self.sound.codec.units());
        length
    }

    /// What it hears is counted from now on, and kept where it is listened to.
    pub(super) fn begin(&mut self, kept: bool) {
        self.heard = Heard::new(kept);
        // The last one may be on its way.
        let old = self.marks.len().saturating_sub(1);
        self.marks.drain(..old);
    }
}
