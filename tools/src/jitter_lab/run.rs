//! Control: drives a receive path of the library by a trace, tick by tick in virtual time.

use super::codec::Format;
use super::timeline::Timeline;
use super::trace::Trace;
use super::wire::Wire;
use anyhow::Result;
use media_core::buffer::{Arrived, BlockKind, JitterPlan, JitterStatistics, PlayoutReceiver};
use media_core::types::{MediaTime, TickNumber};

/// Ticks and arrivals lie this far from the clock's origin, so that nothing is before it.
const ORIGIN_MS: u64 = 1_000;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// The stream.
    pub format: Format,
    /// Of the receiver's buffer.
    pub plan: JitterPlan,
    /// Older packets that each packet carries again (RFC 2198).
    pub red: u8,
}

/// When a packet was played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Playback {
    /// Of the trace.
    pub sequence: u64,
    /// When its first sample was heard, on the sender's clock of the trace; `None` if it was not.
    pub playout_ms: Option<f64>,
}

/// What was heard.
#[derive(Debug)]
pub struct Outcome {
    /// Sample 0 is heard when the first packet was sent.
    pub audio: Vec<f32>,
    /// When the first packet was sent, in the trace's own time, ms.
    pub origin_ms: f64,
    /// By how much the clock of the trace's arrivals is ahead of its sender's, ms; was taken out.
    pub clock_offset_ms: f64,
    /// Each packet of the trace.
    pub playback: Vec<Playback>,
    /// Each block.
    pub kinds: Vec<BlockKind>,
    /// Delay over the fastest packet, aim and level after each tick, in ms.
    pub levels: Vec<[f32; 3]>,
    /// By how many samples the codec itself delays: comes on top of the buffer's delay in `audio`.
    pub codec_delay: usize,
    /// Concealed until the end of `audio`.
    pub concealed_ms: f64,
    /// As of the end.
    pub statistics: JitterStatistics,
}

/// Plays `pcm` through the trace. The audio ends with the last packet's playout.
///
/// # Errors
/// The codec does not take such packets, or the trace is too long.
pub fn run(setup: &Setup, trace: &Trace, pcm: &[f32]) -> Result<Outcome> {
    let format = setup.format;
    let block = format.rate.block_samples();
    let units = u64::from(format.clock()) * u64::from(format.ptime.ms()) / 1_000;
    let timeline = Timeline::of(trace, f64::from(format.ptime.ms()), f64::from(format.rate.hz()))?;
    let (places, first) = (&timeline.places, timeline.places[0].number);
    let mut arrivals: Vec<(f64, usize)> =
        places.iter().enumerate().filter_map(|(n, place)| place.arrival_ms.map(|ms| (ms, n))).collect();
    arrivals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let last_ms = arrivals.last().map_or(0.0, |(ms, _)| *ms);
    let count = places.last().map_or(0, |place| (place.number - first) as usize + 1);
    let (encoded, codec_delay) = format.encode(pcm, count)?;
    let mut wire = Wire::new(encoded, setup.red, units as u32);
    let mut decoder = format.decoder()?;
    let mut receiver: PlayoutReceiver<u32> = PlayoutReceiver::new(format.rate, setup.plan);
    let mut playback: Vec<Playback> =
        trace.0.iter().map(|p| Playback { sequence: p.sequence, playout_ms: None }).collect();
    let (mut audio, mut kinds, mut levels, mut concealed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut pending = arrivals.into_iter().peekable();
    let mut out = vec![0.0; block];
    // The receiver names packets by 16 bits of their number; this is the number that they belong to.
    let mut newest = 0u64;
    for tick in 0.. {
        let at_ms = tick as f64 * 10.0;
        while let Some((ms, n)) = pending.next_if(|(ms, _)| *ms <= at_ms) {
            let place = &places[n];
            let paused = (place.paused_ms * f64::from(format.clock()) / 1e3).round() as u64;
            let arrived = Arrived {
                sequence: place.number as u16,
                timestamp: (place.number * units + paused) as u32,
                ssrc: 1,
                marker: place.number == first || place.resumes,
                arrival: MediaTime::from_nanos((ms * 1e6) as u64 + ORIGIN_MS * 1_000_000),
                samples: units as u32,
                payload: 0,
            };
            newest = newest.max(place.number);
            wire.deliver(&mut receiver, arrived, (place.number - first) as usize)?;
        }
        let now = MediaTime::from_millis(tick * 10 + ORIGIN_MS);
        let kind = receiver.pull(now, TickNumber(tick), &wire, &mut decoder, &mut out, |_| ());
        audio.extend_from_slice(&out);
        kinds.push(kind);
        for mark in receiver.playout_marks() {
            let back = (newest as u16).wrapping_sub(mark.sequence) as i16;
            let sequence = newest.saturating_add_signed(-i64::from(back));
            if let Ok(n) = places.binary_search_by_key(&sequence, |place| place.number) {
                let ms = at_ms + f64::from(mark.ahead) * 1_000.0 / f64::from(format.rate.hz());
                playback[places[n].index].playout_ms = Some(timeline.origin_ms + ms);
            }
        }
        let state = receiver.statistics(now);
        levels.push([state.delay_ms, state.target_ms, state.level_ms]);
        concealed.push(state.concealed_ms);
        // Whatever still waits is played within a second of the last arrival.
        if pending.peek().is_none() && at_ms > last_ms + 1_000.0 {
            let heard = kinds.iter().rposition(|kind| *kind == BlockKind::Speech).map_or(0, |n| n + 1);
            audio.truncate(heard * block);
            kinds.truncate(heard);
            levels.truncate(heard);
            break;
        }
    }
    let end = MediaTime::from_millis(audio.len() as u64 / block as u64 * 10 + ORIGIN_MS);
    let statistics = receiver.statistics(end);
    let concealed_ms = kinds.len().checked_sub(1).and_then(|last| concealed.get(last)).copied().unwrap_or(0.0);
    let Timeline { origin_ms, clock_offset_ms, .. } = timeline;
    Ok(Outcome { audio, origin_ms, clock_offset_ms, playback, kinds, levels, codec_delay, concealed_ms, statistics })
}
