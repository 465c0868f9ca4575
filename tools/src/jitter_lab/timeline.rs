//! Pure: a trace on one clock that begins at 0: numbers unwrapped, order, pauses, and what is too long to be played.

use super::trace::Trace;
use anyhow::{Result, bail, ensure};

/// A packet of a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Which of the trace.
    pub index: usize,
    /// Its number, unwrapped.
    pub number: u64,
    /// When it was sent, ms after the first.
    pub send_ms: f64,
    /// When it came in, on the same clock; `None` if it was lost.
    pub arrival_ms: Option<f64>,
    /// Pauses of the sender up to it, ms: by so much more its timestamp has moved on than its number.
    pub paused_ms: f64,
    /// It is the first after a pause.
    pub resumes: bool,
}

/// A trace's packets in the order of their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// Each row.
    pub places: Vec<Place>,
    /// When the first was sent, in the trace's own time, ms.
    pub origin_ms: f64,
    /// By how much the clock of the arrivals is ahead of the sender's, ms: 0 where both may be one clock.
    pub clock_offset_ms: f64,
}

/// Longer transits, and negative ones, are two clocks.
const MOST_TRANSIT_MS: f64 = 10_000.0;
/// The sender waited by so much more than its packets last: it paused. A shorter time is a sender that is late.
const PAUSE_MS: f64 = 1_000.0;
/// What is played at most: 800 MB of samples.
pub const MOST_SAMPLES: f64 = 2e8;

impl Timeline {
    /// Puts a trace of packets of `ptime_ms` in order, for a sound of `rate_hz`.
    ///
    /// # Errors
    /// Names the row that leaves no sense, or would take more memory than there is.
    pub fn of(trace: &Trace, ptime_ms: f64, rate_hz: f64) -> Result<Self> {
        ensure!(!trace.0.is_empty(), "the trace has no packet");
        let mut places = unwrapped(trace);
        places.sort_by_key(|place| place.number);
        let origin_ms = places[0].send_ms;
        let transits = places.iter().filter_map(|place| Some(place.arrival_ms? - place.send_ms));
        let least = transits.fold(f64::INFINITY, f64::min);
        let two_clocks = least.is_finite() && !(0.0..=MOST_TRANSIT_MS).contains(&least);
        let clock_offset_ms = if two_clocks { least } else { 0.0 };
        let first = places[0].number;
        let most_ms = MOST_SAMPLES / rate_hz * 1e3;
        let (mut paused_ms, mut former) = (0.0, (first, 0.0));
        for place in &mut places {
            place.send_ms -= origin_ms;
            place.arrival_ms = place.arrival_ms.map(|ms| ms - origin_ms - clock_offset_ms);
            let more = place.send_ms - former.1 - (place.number - former.0) as f64 * ptime_ms;
            place.resumes = more > PAUSE_MS;
            paused_ms += if place.resumes { more } else { 0.0 };
            place.paused_ms = paused_ms;
            let row = place.index + 2;
            let audio_ms = (place.number - first) as f64 * ptime_ms;
            for (what, ms) in [
                ("is sent", place.send_ms),
                ("arrives", place.arrival_ms.unwrap_or(0.0)),
                ("by its number is", audio_ms),
            ] {
                if ms > most_ms {
                    bail!(
                        "line {row}: the packet {what} {:.0} s after the first; up to {:.0} s are played at {rate_hz} Hz: \
                         cut the trace into parts",
                        ms / 1e3,
                        most_ms / 1e3
                    );
                }
                ensure!(ms >= -most_ms, "line {row}: the packet {what} {:.0} s before the first one", -ms / 1e3);
            }
            former = (place.number, place.send_ms);
        }
        spacing(&places, ptime_ms)?;
        Ok(Self { places, origin_ms, clock_offset_ms })
    }
}

/// The rows, numbers of 16 bits carried on over their wrap.
fn unwrapped(trace: &Trace) -> Vec<Place> {
    let wraps = trace.0.iter().all(|packet| packet.sequence <= u64::from(u16::MAX));
    let mut last = None;
    let rows = trace.0.iter().enumerate().map(|(index, packet)| {
        // Room below for rows that are out of order at the very start.
        let number = match last {
            _ if !wraps => packet.sequence,
            None => packet.sequence + 65_536,
            Some(last) => {
                let step = (packet.sequence as u16).wrapping_sub(last as u16) as i16;
                u64::saturating_add_signed(last, step.into())
            }
        };
        last = Some(number);
        Place { index, number, send_ms: packet.send_ms, arrival_ms: packet.arrival_ms, paused_ms: 0.0, resumes: false }
    });
    rows.collect()
}

/// Packets that are sent at another pace than they last cannot be told from a sender whose clock is wrong by a half.
fn spacing(places: &[Place], ptime_ms: f64) -> Result<()> {
    let pairs = places.windows(2).filter(|pair| pair[1].number == pair[0].number + 1);
    let mut steps: Vec<f64> = pairs.map(|pair| pair[1].send_ms - pair[0].send_ms).collect();
    if steps.len() < 10 {
        return Ok(());
    }
    steps.sort_by(f64::total_cmp);
    let usual = steps[steps.len() / 2];
    ensure!(
        (0.8..1.25).contains(&(usual / ptime_ms)),
        "the trace has a packet each {usual:.1} ms, played are packets of {ptime_ms} ms: --ptime has to say what they last"
    );
    Ok(())
}
