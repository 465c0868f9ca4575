//! Real-time: an outward stream's encoder and the packet that it fills. Built whole by the control side.

mod encoding;

use crate::codec::{AudioEncoder, CodecFault, Encoder};
use crate::rt::prefetch_all;
use crate::types::{Decibels, Ptime, SampleRate};
use crate::worker::leg::shared_encoder;
use crate::worker::leg::{BlockHints, DtxController, Follower, PacketKind, RedSender, Sending};

/// The level of the noise that says that a line without sound is there: what a quiet room has.
const FAINT: Decibels = Decibels(-70.0);

/// Encoder and packetization of an outward stream. Swapped whole when a session is updated.
#[derive(Debug)]
pub struct OutputPlan {
    /// The encoder.
    pub encoder: Encoder,
    /// RTP payload type.
    pub payload_type: u8,
    /// Packet time.
    pub ptime: Ptime,
    /// Rate of the audio that the encoder takes.
    pub rate: SampleRate,
    /// RTP clock units in 10 ms (80 for G.722 too, RFC 3551 section 4.5.2).
    pub timestamp_step: u32,
    /// In which of the ticks of a packet time a packet that begins from silence begins.
    pub stagger: u8,
    /// The SSRC from this output on, where it changes: with the clock rate (RFC 7160 section 4.1), or by a collision.
    pub ssrc: Option<u32>,
    /// Payload type of comfort noise, where it was negotiated.
    pub noise_payload_type: Option<u8>,
    /// The judge of its pauses, where it is to pause by descriptions of noise.
    pub(in crate::worker) pauses: Option<Box<DtxController>>,
    /// Its last packet's time was a pause.
    pub(in crate::worker) paused: bool,
    /// What the packet that is full now holds.
    pub(in crate::worker) kind: PacketKind,
    /// There was nothing to say in any block of the packet being filled.
    pub(in crate::worker) nothing: bool,
    /// What has each packet carry older ones again.
    pub red: Option<RedSender>,
    pub(in crate::worker) payload: Box<[u8]>,
    pub(in crate::worker) filled: usize,
    pub(in crate::worker) blocks: u8,
    /// Its encoder is new, and may begin in the midst of sound: with the route that comes before its first block.
    pub(in crate::worker) begins: bool,
    /// How it stands to encoders that it might share.
    pub(in crate::worker) follower: Follower,
    /// Blocks of the packet being filled that are what all hear who hear its bus.
    pub(in crate::worker) alike: u8,
    /// What was encoded last describes a silence, in the codec's own way.
    pub(in crate::worker) descriptor: bool,
    /// Whether its encoder was told to work with the least effort.
    pub(in crate::worker) low_complexity: bool,
    pub(in crate::worker) collected: Box<[f32]>,
}

impl OutputPlan {
    /// Plans an output. Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(encoder: Encoder, payload_type: u8, ptime: Ptime, rate: SampleRate, timestamp_step: u32) -> Self {
        // A codec that takes single blocks needs no collected packet of samples.
        let unit = shared_encoder::unit(&encoder, rate, ptime);
        let collected = if unit == 1 { 0 } else { rate.block_samples() * usize::from(unit) };
        Self {
            encoder,
            payload_type,
            ptime,
            rate,
            timestamp_step,
            stagger: 0,
            ssrc: None,
            noise_payload_type: None,
            pauses: None,
            paused: false,
            kind: PacketKind::Audio,
            nothing: false,
            red: None,
            payload: vec![0; crate::rt::MAX_PAYLOAD].into_boxed_slice(),
            filled: 0,
            blocks: 0,
            begins: false,
            follower: Follower::default(),
            alike: 0,
            descriptor: false,
            low_complexity: false,
            collected: vec![0.0; collected].into_boxed_slice(),
        }
    }

    /// With pauses. Whole packets are collected then, so that an encoder is not led through what is not sent. Allocates:
    /// control side.
    #[expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "control side")]
    #[must_use]
    pub fn pausing(mut self, pauses: DtxController) -> Self {
        self.collected = vec![0.0; self.rate.block_samples() * usize::from(self.ptime.blocks())].into_boxed_slice();
        self.pauses = Some(Box::new(pauses));
        self
    }
}

impl OutputPlan {
    /// Asks the cache for the part of the payload that the next block goes to.
    pub(in crate::worker) fn prefetch(&self) {
        let next = self.filled..(self.filled + 160).min(self.payload.len());
        prefetch_all(self.payload.get(next).unwrap_or(&[]));
    }
}

impl OutputPlan {
    /// Makes a packet of what is there of a packet that will not be filled, from block `from` to `to`. Returns its blocks;
    /// `None` if the codec cannot, or has nothing to send.
    pub(in crate::worker) fn finish_early(&mut self, from: u8, to: u8) -> Option<u8> {
        if self.collected.is_empty() {
            return (self.filled > 0).then_some(to - from);
        }
        if self.pauses.as_ref().is_some_and(|pauses| pauses.is_pausing()) {
            return None;
        }
        let block = self.rate.block_samples();
        // Opus has no 50 ms: that is 40 and 10.
        let blocks = if to - from == 5 { 4 } else { to - from };
        let pcm = self.collected.get(usize::from(from) * block..usize::from(from + blocks) * block)?;
        self.filled = self.encoder.encode_short(pcm, blocks, &mut self.payload).ok()?;
        (self.filled > 0).then_some(blocks)
    }

    /// Whether blocks go into its packets one by one, so that octets of a block may be another's, too.
    pub(in crate::worker) fn takes_octets(&self) -> bool {
        self.collected.is_empty()
    }

    /// Before a packet begins: whether its encoder is to save effort.
    pub(in crate::worker) fn set_low_complexity(&mut self, low_complexity: bool) {
        if self.low_complexity != low_complexity {
            self.low_complexity = low_complexity;
            self.encoder.set_low_complexity(low_complexity);
        }
    }

    /// Encodes (or collects) one block; a fault leaves the packet as long as it should be, with what there is.
    pub(in crate::worker) fn add(&mut self, pcm: &[f32], known: BlockHints<'_>) -> Result<(), CodecFault> {
        let done = usize::from(self.blocks);
        self.blocks += 1;
        if done == 0 {
            (self.filled, self.begins, self.nothing, self.alike) = (0, false, true, 0);
        }
        self.nothing &= known.nothing;
        self.alike += u8::from(known.sharing.is_some());
        if self.collected.is_empty() {
            let room = self.payload.get_mut(self.filled..).unwrap_or(&mut []);
            self.filled += match known.encoded.and_then(|made| Some((made, room.get_mut(..made.len())?))) {
                Some((made, room)) => {
                    room.copy_from_slice(made);
                    made.len()
                }
                None if known.sharing.is_none() && !known.followed => {
                    let filled = self.encoder.encode_into(pcm, room)?;
                    self.descriptor = self.encoder.is_descriptor();
                    filled
                }
                None => self.encode(Some(pcm), known.sharing)?,
            };
            self.kind = self.kind_of_audio();
            self.describe_nothing();
            return Ok(());
        }
        if let Some(pauses) = &mut self.pauses {
            pauses.hear(pcm, &known);
        }
        let place = self.collected.get_mut(done * pcm.len()..(done + 1) * pcm.len());
        place.ok_or(CodecFault::BadFrame)?.copy_from_slice(pcm);
        if self.blocks < self.ptime.blocks() {
            return Ok(());
        }
        self.kind = PacketKind::Audio;
        let sending = self.pauses.as_mut().map_or(Sending::Audio, |pauses| pauses.decide(self.blocks));
        self.filled = match sending {
            Sending::Audio => {
                let filled = self.encode(None, known.sharing)?;
                self.kind = self.kind_of_audio();
                filled
            }
            Sending::Noise(noise) => {
                self.kind = PacketKind::Noise;
                noise.write(&mut self.payload)?
            }
            Sending::Nothing => 0,
        };
        self.describe_nothing();
        Ok(())
    }

    /// Another packet goes in place of the one that is full now.
    pub(in crate::worker) fn put_noise_off(&mut self) {
        if let Some(pauses) = self.pauses.as_mut().filter(|_| self.kind == PacketKind::Noise) {
            pauses.put_off();
        }
    }
}

impl OutputPlan {
    /// Has each packet carry older ones again. Control side.
    #[must_use]
    pub fn with_redundancy(mut self, payload_type: u8, level: u8) -> Self {
        self.red = (level > 0).then(|| crate::worker::leg::red_sender::RedSender::new(payload_type, level));
        self
    }
}
