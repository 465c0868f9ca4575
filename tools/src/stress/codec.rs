//! Control: a codec of the embedder's that keeps no contract: µ-law that panics wherever it is called, gives faults, numbers
//! that are none, and more samples than there are.

use super::dice::Dice;
use media_core::codec::{AudioDecoder, AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::error::SessionError;
use media_core::session::{AudioFormat, CustomCodec};
use media_core::types::SampleRate;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

const AT_THE_END: &str = "planted: as it ends";

static ALIVE: AtomicI64 = AtomicI64::new(0);

/// Halves of codecs that exist.
pub fn alive() -> i64 {
    ALIVE.load(SeqCst)
}

#[derive(Debug)]
struct Faithless {
    dice: Dice,
    encoder: G711Encoder,
    decoder: G711Decoder,
}

/// What a panic says is left to itself by who catches it, as it may panic when it ends: one allocation each.
static SAID: AtomicI64 = AtomicI64::new(0);
/// Those as a codec was freed.
static ENDED: AtomicI64 = AtomicI64::new(0);

/// Panics so far, and the octets in what one of them says.
pub fn panics() -> (i64, i64) {
    (SAID.load(SeqCst), size_of::<&'static str>() as i64)
}

/// Panics so far as a codec was freed.
pub fn panics_at_the_end() -> i64 {
    ENDED.load(SeqCst)
}

fn plant(now: bool, what: &'static str) {
    if now && !std::thread::panicking() {
        SAID.fetch_add(1, SeqCst);
        std::panic::panic_any(what);
    }
}

impl Faithless {
    fn new(dice: Dice) -> Self {
        ALIVE.fetch_add(1, SeqCst);
        Self { dice, encoder: G711Encoder::new(Law::Mu), decoder: G711Decoder::new(Law::Mu) }
    }
}

impl Drop for Faithless {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, SeqCst);
        if self.dice.once_in(10) {
            SAID.fetch_add(1, SeqCst);
            ENDED.fetch_add(1, SeqCst);
            // Also while something else of the session unwinds.
            std::panic::panic_any(AT_THE_END);
        }
    }
}

impl AudioEncoder for Faithless {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        plant(self.dice.once_in(2_000), "planted: encoding");
        match self.dice.below(400) {
            0 => Err(CodecFault::BadFrame),
            1 => Ok(out.len() + 1),
            2 => Ok(0),
            _ => self.encoder.encode_into(pcm, out),
        }
    }

    fn frame_samples(&self) -> usize {
        160
    }

    fn reset(&mut self) {
        plant(self.dice.once_in(50), "planted: at reset");
    }
}

impl AudioDecoder for Faithless {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        plant(self.dice.once_in(2_000), "planted: decoding");
        match self.dice.below(400) {
            0 => Err(CodecFault::BadPayload),
            1 => Ok(pcm.len() + 1),
            2 => {
                pcm.fill(f32::NAN);
                Ok(payload.len().min(pcm.len()))
            }
            _ => self.decoder.decode_into(payload, pcm),
        }
    }

    fn conceal_into(&mut self, _: &mut [f32]) -> Result<usize, CodecFault> {
        plant(self.dice.once_in(200), "planted: concealing");
        Err(CodecFault::Unsupported)
    }

    fn reset(&mut self) {
        plant(self.dice.once_in(50), "planted: at reset");
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }

    fn block_octets(&self) -> Option<usize> {
        Some(80)
    }
}

/// Such a codec, under a payload type of its own.
pub fn faithless(dice: &mut Dice) -> Result<AudioFormat, SessionError> {
    let makers = Mutex::new(dice.split());
    let codec = CustomCodec::new("X-FAITHLESS", 8_000, SampleRate::Hz8000, move || {
        let mut dice = makers.lock().unwrap_or_else(PoisonError::into_inner).split();
        plant(dice.once_in(20), "planted: in the factory");
        let encoder: Box<dyn AudioEncoder> = Box::new(Faithless::new(dice.split()));
        (encoder, Box::new(Faithless::new(dice.split())))
    });
    AudioFormat::custom(&codec, 98)
}
