//! Control: what the receive path costs, in virtual time. `cargo bench --bench jitter [-- --json]`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

use media_core::buffer::{
    Arrived, JitterBuffer, JitterConfig, PayloadSource, Playout, PlayoutContext, PlayoutReceiver,
};
use media_core::codec::{AudioDecoder, CodecFault};
use media_core::processing::audio::plc::Concealer;
use media_core::processing::audio::time_stretch::{Splice, lengthen, shorten};
use media_core::types::{MediaTime, SampleRate, TickNumber};
use std::hint::black_box;
use std::time::Instant;

/// Decoding that costs next to nothing, so that the path around it is seen.
#[derive(Debug)]
struct Nothing;

impl AudioDecoder for Nothing {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        pcm.get_mut(..payload.len()).ok_or(CodecFault::ShortOutput)?.fill(0.25);
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

struct One([u8; 160]);

impl PayloadSource<u32> for One {
    fn octets(&self, _: u32) -> &[u8] {
        &self.0
    }
}

fn packet(n: u32) -> Arrived<u32> {
    Arrived {
        sequence: n as u16,
        timestamp: n.wrapping_mul(160),
        ssrc: 1,
        marker: false,
        arrival: MediaTime::from_nanos(u64::from(n) * 20_000_000 + 5_000_000 + u64::from(n % 3) * 1_000_000),
        samples: 160,
        payload: n & 127,
    }
}

/// The least of many short batches, in ns per call: short enough to fall between two pre-emptions.
fn least(calls: u32, mut batch: impl FnMut()) -> f64 {
    let mut once = || {
        let begun = Instant::now();
        batch();
        begun.elapsed().as_nanos() as f64 / f64::from(calls)
    };
    (0..400).map(|_| once()).fold(f64::MAX, f64::min)
}

fn put_get() -> f64 {
    const CALLS: u32 = 2_000;
    let mut buffer = JitterBuffer::new(JitterConfig::new(8_000).plan().expect("the usual"));
    let mut n = 0;
    least(CALLS, || {
        for _ in 0..CALLS {
            buffer.insert(packet(n), |_| ());
            let now = MediaTime::from_nanos(u64::from(n) * 20_000_000 + 10_000_000);
            buffer.begin(TickNumber(u64::from(n) * 2));
            let due = buffer.next(now, PlayoutContext::default(), |_| ());
            assert!(matches!(black_box(due), Playout::Play(_)));
            buffer.begin(TickNumber(u64::from(n) * 2 + 1));
            n += 1;
        }
    })
}

fn receive() -> f64 {
    const CALLS: u32 = 1_000;
    let mut receiver = PlayoutReceiver::new(SampleRate::Hz8000, JitterConfig::new(8_000).plan().expect("the usual"));
    let (payloads, mut out) = (One([0; 160]), [0.0; 80]);
    let mut n = 0;
    least(CALLS, || {
        for _ in 0..CALLS {
            receiver.insert(packet(n), |_| ());
            for half in 0..2 {
                let tick = u64::from(n) * 2 + half + 1;
                let now = MediaTime::from_millis(tick * 10);
                receiver.pull(now, TickNumber(tick), &payloads, &mut Nothing, &mut out, |_| ());
                black_box(&out);
            }
            n += 1;
        }
    })
}

fn speech(n: usize) -> Vec<f32> {
    (0..n)
        .map(|i| {
            let t = i as f32 / 8_000.0 * std::f32::consts::TAU;
            (1..6).map(|k| (t * 117.0 * k as f32).sin() / k as f32).sum::<f32>() * 0.2
        })
        .collect()
}

fn conceal() -> f64 {
    const CALLS: u32 = 50;
    let (past, good) = (speech(480), speech(320));
    least(2 * CALLS, || {
        let mut concealer = Concealer::new(SampleRate::Hz8000);
        let mut samples = past.clone();
        for _ in 0..CALLS {
            samples.truncate(480);
            samples.resize(640, 0.0);
            let (before, out) = samples.split_at_mut(480);
            concealer.conceal(before, &mut out[..80]);
            let (before, out) = samples.split_at_mut(560);
            concealer.conceal(before, out);
            samples.extend_from_slice(&good);
            concealer.merge(&mut samples, 560, 640);
            black_box(&samples);
        }
    })
}

fn stretch(longer: bool) -> f64 {
    const CALLS: u32 = 50;
    let mut samples = speech(1_200);
    let splice = Splice { lags: 20..=160, overlap: 80, thin: 2 };
    least(CALLS, || {
        for _ in 0..CALLS {
            let change = if longer {
                lengthen(&mut samples, 900, 480, &splice, 0.5)
            } else {
                shorten(&mut samples, 480, &splice, 0.5)
            };
            black_box(change);
        }
    })
}

fn main() {
    let json = std::env::args().any(|a| a == "--json");
    let rows: [(&str, f64, Option<f64>); 5] = [
        ("jitter_put_get", put_get(), Some(35.0)),
        ("jitter_receive_packet", receive(), None),
        ("conceal_block_8k", conceal(), None),
        ("shorten_8k", stretch(false), None),
        ("lengthen_8k", stretch(true), None),
    ];
    for (name, ns, peer) in rows {
        let peer_value = peer.map_or("null".into(), |p| p.to_string());
        if json {
            let peer = peer.map_or("null", |_| "\"pjmedia (other run)\"");
            println!(
                "{{\"name\":\"{name}\",\"value\":{ns:.1},\"unit\":\"ns\",\"peer\":{peer},\"peer_value\":{peer_value}}}"
            );
        } else {
            println!("{name:24} {ns:9.1} ns   peer {peer_value}");
        }
    }
}
