//! Pure: the fuzz bodies over seeded data: plain property tests, which everyone runs.

use crate::codec::format::CodecName;
use crate::codec::negotiation::fuzz::negotiation;
use crate::codec::{AudioCodecParams, AudioDecoder, CodecFault, G711Decoder, G711Encoder, Law, fuzz};
use crate::types::SampleRate;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    fn octets(&mut self, most: u64) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.below(256) as u8).collect()
    }
}

fn over_random(body: fn(&[u8]), rounds: u32, most: u64) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    body(&[]);
    for _ in 0..rounds {
        body(&random.octets(most));
    }
}

#[test]
fn g711() {
    over_random(fuzz::g711, 500, 600);
}

#[test]
fn g722() {
    over_random(fuzz::g722, 500, 600);
}

#[test]
fn g729() {
    over_random(fuzz::g729, 300, 600);
}

#[test]
fn l16() {
    over_random(fuzz::l16, 500, 600);
}

#[test]
fn opus() {
    over_random(fuzz::opus, 300, 600);
}

#[test]
fn comfort_noise() {
    over_random(fuzz::comfort_noise, 500, 600);
}

#[test]
fn transcoder() {
    over_random(fuzz::transcoder, 300, 800);
}

#[test]
fn negotiation_of_any_text() {
    over_random(negotiation, 500, 300);
    let pieces = [
        "0 PCMU/8000",
        "8 PCMA/8000",
        "9 G722/8000",
        "96 opus/48000/2",
        "97 opus/48000/2 stereo=1;cbr=x",
        "101 telephone-event/8000 0-16",
        "101 telephone-event/48000 0-300",
        "13 CN/8000",
        "18 G729/8000 annexb=maybe",
        "18 G729/8000 annexb=no",
        "99 H264/90000 profile-level-id=42e01f;packetization-mode=1",
        "99 H264/90000 profile-level-id=zz",
        "128 x/1",
        "300 y/8000",
        "0 PCMU/16000",
        "0 PCMU/8000/0",
        "\n",
        "\n",
        ";",
        "=",
        " ",
    ];
    let mut random = Random(3);
    for _ in 0..3_000 {
        let mut text = random.octets(5).into_iter().map(|o| char::from(o & 0x7f)).collect::<String>();
        for _ in 0..random.below(14) {
            text += pieces[random.below(pieces.len() as u64) as usize];
            text += "\n";
        }
        negotiation(text.as_bytes());
    }
}

/// A decoder that promises one thing and does another.
#[derive(Debug)]
enum Liar {
    More,
    NotANumber,
}

impl AudioDecoder for Liar {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let pcm = pcm.get_mut(..payload.len()).ok_or(CodecFault::ShortOutput)?;
        pcm.fill(if matches!(self, Self::NotANumber) { f32::NAN } else { 0.0 });
        Ok(payload.len() + usize::from(matches!(self, Self::More)))
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }

    fn block_octets(&self) -> Option<usize> {
        Some(80)
    }
}

/// The twin: the bodies do look at what they are given.
#[test]
fn a_codec_that_lies_is_found() {
    let params = AudioCodecParams::mono(SampleRate::Hz8000);
    let data = [0, 3, 1, 2, 3];
    let play = |decoder: &mut dyn AudioDecoder| {
        let mut encoder = G711Encoder::new(Law::Mu);
        fuzz::play(&CodecName::Pcmu, (&mut encoder, decoder), &params, fuzz::Octets(&data));
    };
    play(&mut G711Decoder::new(Law::Mu));
    for mut liar in [Liar::More, Liar::NotANumber] {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(&mut liar)));
        assert!(caught.is_err(), "{liar:?}");
    }
}
