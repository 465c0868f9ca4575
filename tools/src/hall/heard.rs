//! Pure: what a phone of the hall has heard: whether its stream is whole, and how loud each tone was.

use super::phone::PACKET;
use media_core::codec::{AudioDecoder, G711Decoder, Law};
use media_core::rtp::RtpHeader;

/// What a phone has heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// All of it.
    pcm: Vec<f32>,
    last: Option<(u16, u32)>,
    pub(super) packets: u64,
    /// Packets that did not follow on the one before: in their number, or in their time.
    pub(super) gaps: u64,
    /// Datagrams that are no µ-law of 20 ms.
    pub(super) foreign: u64,
}

impl Heard {
    pub(super) fn packet(&mut self, header: &RtpHeader, payload: &[u8]) {
        let at = self.pcm.len();
        self.pcm.resize(at + PACKET, 0.0);
        let decoded = G711Decoder::new(Law::Mu).decode_into(payload, &mut self.pcm[at..]);
        if header.payload_type != 0 || decoded != Ok(PACKET) {
            self.pcm.truncate(at);
            self.foreign += 1;
            return;
        }
        let follows = |(sequence, timestamp): (u16, u32)| {
            header.sequence == sequence.wrapping_add(1) && header.timestamp == timestamp.wrapping_add(PACKET as u32)
        };
        self.gaps += u64::from(self.last.is_some_and(|last| !follows(last)));
        self.last = Some((header.sequence, header.timestamp));
        self.packets += 1;
    }

    /// How loud a tone was in each second from the `skip`th on, as a part of full scale; the last, unfinished second is left out.
    pub(super) fn levels(&self, frequency: u32, skip: usize) -> Vec<f32> {
        self.pcm.chunks_exact(8_000).skip(skip).map(|second| amplitude(second, frequency)).collect()
    }
}

/// The amplitude of a sine of so many Hz in a second of 8 kHz.
fn amplitude(second: &[f32], frequency: u32) -> f32 {
    let turn = std::f64::consts::TAU * f64::from(frequency) / 8_000.0;
    let (re, im) = second.iter().enumerate().fold((0.0, 0.0), |(re, im), (at, x)| {
        let (sin, cos) = (turn * at as f64).sin_cos();
        (re + f64::from(*x) * cos, im + f64::from(*x) * sin)
    });
    (2.0 * (re * re + im * im).sqrt() / second.len() as f64) as f32
}
