//! Control: the fuzz body of the receive path: any packets at any time keep the invariants. Built for tests and fuzzing
//! only; harnesses call [`receive`] and [`red`].
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests allocate")]

use super::{Arrived, JitterConfig, JitterStrategy, PayloadSource, PlayoutReceiver, RedBlock, RedPayload, write_red};
use crate::codec::{AudioDecoder, CodecFault};
use crate::types::{MediaTime, SampleRate, TickNumber};

/// Payloads by handle; `None` once released.
#[derive(Debug, Default)]
struct Pool(Vec<Option<Vec<u8>>>);

impl Pool {
    fn release(&mut self, handle: u32) {
        assert!(self.0[handle as usize].take().is_some(), "handle {handle} was given back twice");
    }
}

impl PayloadSource<u32> for Pool {
    fn octets(&self, payload: u32) -> &[u8] {
        self.0[payload as usize].as_deref().expect("a handle is used after it was given back")
    }
}

/// An octet a sample; whole packets only if `whole`.
#[derive(Debug)]
struct Octets {
    whole: bool,
    block: usize,
}

impl AudioDecoder for Octets {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        if payload.first() == Some(&255) {
            return Err(CodecFault::BadPayload);
        }
        let to = pcm.get_mut(..payload.len()).ok_or(CodecFault::ShortOutput)?;
        to.iter_mut().zip(payload).for_each(|(s, &o)| *s = f32::from(o) / 128.0 - 1.0);
        Ok(payload.len())
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }

    fn block_octets(&self) -> Option<usize> {
        (!self.whole).then_some(self.block)
    }
}

/// Reads `data` as a redundant payload (RFC 2198): what is accepted lies inside `data` and survives being written again.
///
/// # Panics
/// Where that does not hold.
pub fn red(data: &[u8]) {
    let Ok(red) = RedPayload::parse(data) else { return };
    let inside = |block: &RedBlock<'_>| {
        let (all, part) = (data.as_ptr_range(), block.octets.as_ptr_range());
        all.start <= part.start && part.end <= all.end
    };
    let mut older: Vec<RedBlock<'_>> = red.redundant().collect();
    assert!(inside(&red.primary()) && older.iter().all(inside), "a block lies outside the payload");
    older.reverse();
    let mut out = vec![0; data.len()];
    let length = write_red(&older, &red.primary(), &mut out).expect("no longer than it was");
    assert_eq!(RedPayload::parse(&out[..length]), Ok(red), "read, written, read again");
}

/// Reads `data` as a configuration and a list of events, and plays them.
///
/// # Panics
/// If a handle is given back twice or not at all, the audio is not finite, or a sane stream at the end is not heard
/// again within three packets.
pub fn receive(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let mut byte = || bytes.next();
    let setting = byte().unwrap_or(0);
    let config = JitterConfig {
        strategy: match setting & 3 {
            0 => JitterStrategy::Conservative,
            1 => JitterStrategy::Aggressive,
            2 => JitterStrategy::Fixed(40),
            _ => JitterStrategy::Balanced,
        },
        min_delay_ms: if setting & 4 == 0 { 0 } else { 30 },
        max_delay_ms: if setting & 8 == 0 { 60 } else { 500 },
        ..JitterConfig::new(8_000)
    };
    let rate = if setting & 16 == 0 { SampleRate::Hz8000 } else { SampleRate::Hz16000 };
    let Ok(plan) = config.plan() else { return };
    let (mut receiver, mut pool) = (PlayoutReceiver::new(rate, plan).with_noise(1), Pool::default());
    let mut decoder = Octets { whole: setting & 32 != 0, block: rate.block_samples() };
    let scale = rate.block_samples() / 80;
    let mut out = vec![0.0; rate.block_samples()];
    let (mut sequence, mut timestamp, mut ssrc, mut tick) = (0u16, 0u32, 1u32, 100u64);
    let put = |receiver: &mut PlayoutReceiver<u32>,
               pool: &mut Pool,
               s: u16,
               t: u32,
               ssrc: u32,
               ms: u64,
               units: usize,
               v: u8| {
        let handle = pool.0.len() as u32;
        pool.0.push(Some(vec![v; units * scale]));
        let arrival = MediaTime::from_millis(ms);
        let (marker, samples) = (v & 1 == 1, units as u32);
        let packet = Arrived { sequence: s, timestamp: t, ssrc, marker, arrival, samples, payload: handle };
        receiver.insert(packet, |handle| pool.release(handle));
    };
    let mut pull = |receiver: &mut PlayoutReceiver<u32>, pool: &mut Pool, tick: u64, forward: bool| {
        let (now, mut gone) = (MediaTime::from_millis(tick * 10), Vec::new());
        if forward {
            receiver.forward(now, TickNumber(tick), |handle| gone.push(handle));
        } else {
            receiver.pull(now, TickNumber(tick), pool, &mut decoder, &mut out, |handle| gone.push(handle));
            let ahead = |mark: super::PlayoutMark| mark.ahead.unsigned_abs() as usize;
            assert!(receiver.playout_marks().all(|mark| ahead(mark) < 32 * out.len()), "a packet begins far from here");
            assert!(out.iter().all(|s| s.is_finite() && s.abs() < 4.0), "the audio is not sane");
        }
        gone.into_iter().for_each(|handle| pool.release(handle));
        out[0]
    };
    while let (Some(event), Some(value)) = (byte(), byte()) {
        let units = [80, 160, 160, 240, 480, 7, 0, 961][usize::from(event >> 5)];
        match event & 15 {
            0..=4 => {
                put(&mut receiver, &mut pool, sequence, timestamp, ssrc, tick * 10, units, value);
                (sequence, timestamp) = (sequence.wrapping_add(1), timestamp.wrapping_add(units as u32));
            }
            5 => {
                let back = u16::from(value);
                let old = timestamp.wrapping_sub(u32::from(back) * 160);
                put(&mut receiver, &mut pool, sequence.wrapping_sub(back), old, ssrc, tick * 10, units, value);
            }
            6 => sequence = sequence.wrapping_add(u16::from(value)),
            7 => sequence = sequence.wrapping_mul(257).wrapping_add(u16::from(value) << 8),
            8 => timestamp = timestamp.wrapping_add(u32::from(value) << (event >> 4)),
            9 => timestamp = timestamp.wrapping_mul(65_537).wrapping_add(u32::from(value) << 24),
            10 => ssrc = u32::from(value & 3),
            11 => tick += u64::from(value) / 16,
            12 => receiver.drain(|handle| pool.release(handle)),
            // An older packet comes again, in the newest or one that was never seen.
            14 => {
                let handle = pool.0.len() as u32;
                pool.0.push(Some(vec![value; units.min(960) * scale]));
                let old = timestamp.wrapping_sub(u32::from(value & 7) * units as u32);
                let (arrival, samples) = (MediaTime::from_millis(tick * 10), units as u32);
                let again =
                    Arrived { sequence: 0, timestamp: old, ssrc, marker: false, arrival, samples, payload: handle };
                let carrier = sequence.wrapping_sub(u16::from(value >> 6));
                receiver.insert_redundant(carrier, again, |handle| pool.release(handle));
            }
            // A description of noise.
            15 => {
                let handle = pool.0.len() as u32;
                pool.0.push(Some(vec![value; units % 16]));
                let (arrival, marker) = (MediaTime::from_millis(tick * 10), value & 1 == 1);
                let packet = Arrived { sequence, timestamp, ssrc, marker, arrival, samples: 80, payload: handle };
                receiver.insert_noise(packet, |handle| pool.release(handle));
                (sequence, timestamp) = (sequence.wrapping_add(1), timestamp.wrapping_add(units as u32));
            }
            kind => {
                for _ in 0..=value / 32 {
                    tick += 1;
                    pull(&mut receiver, &mut pool, tick, kind == 13 && value & 1 == 1);
                }
            }
        }
    }
    // A sane stream is heard again within three packets and the delay.
    let mut heard = None;
    for n in 0..100u32 {
        let (s, t) = (sequence.wrapping_add(n as u16), timestamp.wrapping_add(n * 160));
        put(&mut receiver, &mut pool, s, t, 9, tick * 10, 160, 192);
        for _ in 0..2 {
            tick += 1;
            if pull(&mut receiver, &mut pool, tick, false) == 0.5 && heard.is_none() {
                heard = Some(n);
            }
        }
    }
    let wait = u32::from(config.min_delay_ms.max(if setting & 3 == 2 { 40 } else { 0 }).div_ceil(20));
    assert!(heard.is_some_and(|n| n <= 3 + wait), "heard again after {heard:?} packets");
    receiver.drain(|handle| pool.release(handle));
    assert!(pool.0.iter().all(Option::is_none), "a handle was not given back");
}
