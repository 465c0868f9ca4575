//! Pure: a leg in virtual time: payload pool, decoder and network, driven by hand.

use crate::buffer::{Arrived, BlockKind, Forward, Inserted, JitterConfig, PayloadSource, PlayoutReceiver};
use crate::codec::{AudioDecoder, CodecFault};
use crate::types::{MediaTime, SampleRate, TickNumber};

/// A decoder for which an octet is a sample.
#[derive(Debug)]
pub struct ByOctet(pub fn(u8) -> f32);

/// 0 is silence, 255 nearly full scale.
pub const OCTETS: ByOctet = ByOctet(value);

pub fn value(octet: u8) -> f32 {
    f32::from(octet) / 256.0
}

impl AudioDecoder for ByOctet {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let to = pcm.get_mut(..payload.len()).ok_or(CodecFault::ShortOutput)?;
        to.iter_mut().zip(payload).for_each(|(sample, &octet)| *sample = self.0(octet));
        Ok(payload.len())
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }

    fn block_octets(&self) -> Option<usize> {
        Some(80)
    }
}

/// The pool: each handle is out or in.
#[derive(Debug, Default)]
pub struct Pool(pub Vec<Option<Vec<u8>>>);

impl Pool {
    pub fn live(&self) -> usize {
        self.0.iter().flatten().count()
    }
}

impl PayloadSource<u32> for Pool {
    fn octets(&self, payload: u32) -> &[u8] {
        self.0[payload as usize].as_deref().expect("a handle is used after it was released")
    }
}

#[derive(Debug)]
pub struct Rig {
    pub receiver: PlayoutReceiver<u32>,
    pub pool: Pool,
    pub tick: u64,
    pub heard: Vec<f32>,
    pub kinds: Vec<BlockKind>,
}

impl Rig {
    pub fn new(config: JitterConfig) -> Self {
        let receiver = PlayoutReceiver::new(SampleRate::Hz8000, config.plan().unwrap());
        Self { receiver, pool: Pool::default(), tick: 0, heard: Vec::new(), kinds: Vec::new() }
    }

    pub fn put(&mut self, ssrc: u32, sequence: u16, timestamp: u32, at_ms: f64, payload: Vec<u8>) -> Inserted {
        self.put_marked(ssrc, sequence, timestamp, at_ms, payload, false)
    }

    pub fn put_marked(
        &mut self,
        ssrc: u32,
        sequence: u16,
        timestamp: u32,
        at_ms: f64,
        payload: Vec<u8>,
        marker: bool,
    ) -> Inserted {
        let handle = self.pool.0.len() as u32;
        let samples = payload.len() as u32;
        self.pool.0.push(Some(payload));
        let arrival = MediaTime::from_nanos((at_ms * 1e6) as u64);
        let pool = &mut self.pool.0;
        self.receiver.insert(Arrived { sequence, timestamp, ssrc, marker, arrival, samples, payload: handle }, |gone| {
            assert!(pool[gone as usize].take().is_some(), "released twice")
        })
    }

    /// An older packet that came again with packet `sequence`.
    pub fn put_again(&mut self, ssrc: u32, sequence: u16, timestamp: u32, at_ms: f64, payload: Vec<u8>) -> Inserted {
        let (handle, samples) = (self.pool.0.len() as u32, payload.len() as u32);
        self.pool.0.push(Some(payload));
        let arrival = MediaTime::from_nanos((at_ms * 1e6) as u64);
        let again = Arrived { sequence: 0, timestamp, ssrc, marker: false, arrival, samples, payload: handle };
        let pool = &mut self.pool.0;
        self.receiver
            .insert_redundant(sequence, again, |gone| assert!(pool[gone as usize].take().is_some(), "released twice"))
    }

    pub fn now_ms(&self) -> f64 {
        self.tick as f64 * 10.0
    }

    /// One tick; the block is appended to what was heard.
    pub fn pull(&mut self) -> BlockKind {
        self.pull_by(&mut { OCTETS })
    }

    pub fn pull_by(&mut self, decoder: &mut impl AudioDecoder) -> BlockKind {
        let mut out = [0.0; 80];
        let mut gone = Vec::new();
        let now = MediaTime::from_millis(self.tick * 10);
        let kind = self.receiver.pull(now, TickNumber(self.tick), &self.pool, decoder, &mut out, |p| gone.push(p));
        for handle in gone {
            assert!(self.pool.0[handle as usize].take().is_some(), "released twice");
        }
        self.tick += 1;
        self.heard.extend(out);
        self.kinds.push(kind);
        kind
    }

    /// One tick of pass-through.
    pub fn forward(&mut self) -> Forward<u32> {
        let (now, mut gone) = (MediaTime::from_millis(self.tick * 10), Vec::new());
        let forward = self.receiver.forward(now, TickNumber(self.tick), |handle| gone.push(handle));
        for handle in gone {
            assert!(self.pool.0[handle as usize].take().is_some(), "released twice");
        }
        self.tick += 1;
        forward
    }

    /// Ticks until `at_ms` is reached; packets that arrive then are seen by the next tick.
    pub fn run_until(&mut self, at_ms: f64) {
        while self.now_ms() < at_ms {
            self.pull();
        }
    }

    /// Which octet values were heard as they are, run-length coded.
    pub fn runs(&self) -> Vec<(u8, usize)> {
        let mut runs: Vec<(u8, usize)> = Vec::new();
        for &sample in &self.heard {
            let octet = sample * 256.0;
            if octet.fract() != 0.0 {
                continue;
            }
            match runs.last_mut() {
                Some((value, n)) if *value == octet as u8 => *n += 1,
                _ => runs.push((octet as u8, 1)),
            }
        }
        runs
    }
}
