//! Control: what the laboratory writes: playout log, levels, summary.

use super::{Outcome, Trace};
use media_core::buffer::BlockKind;
use serde::Serialize;
use std::fmt::Write as _;

impl Outcome {
    /// When each packet was played: `seq,playout_ms,concealed`.
    #[must_use]
    pub fn playout_csv(&self) -> String {
        let mut csv = String::from("seq,playout_ms,concealed\n");
        for packet in &self.playback {
            let at = packet.playout_ms.map_or(String::new(), |ms| format!("{ms:.3}"));
            let _ = writeln!(csv, "{},{at},{}", packet.sequence, u8::from(packet.playout_ms.is_none()));
        }
        csv
    }

    /// The buffer after each tick: `t_ms,delay_ms,target_ms,level_ms,kind`; delay and target over the fastest packet.
    #[must_use]
    pub fn levels_csv(&self) -> String {
        let mut csv = String::from("t_ms,delay_ms,target_ms,level_ms,kind\n");
        for (n, ([delay, target, level], kind)) in self.levels.iter().zip(&self.kinds).enumerate() {
            let _ = writeln!(csv, "{},{delay:.2},{target:.2},{level:.2},{kind:?}", n * 10);
        }
        csv
    }

    /// Delay from send to playout, concealment, and what the buffer counted.
    #[must_use]
    pub fn summary(&self, trace: &Trace, rate_hz: u32) -> Summary {
        let both = self.playback.iter().zip(&trace.0);
        let mut delays: Vec<f64> =
            both.filter_map(|(played, sent)| played.playout_ms.map(|ms| ms - sent.send_ms)).collect();
        delays.sort_by(f64::total_cmp);
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let heard = self.kinds.iter().skip_while(|kind| **kind == BlockKind::Idle);
        let missing = self.playback.iter().filter(|packet| packet.playout_ms.is_none()).count();
        let s = self.statistics;
        Summary {
            delay_mean_ms: delays.iter().sum::<f64>() / delays.len().max(1) as f64,
            delay_p95_ms: delays.get(delays.len() * 95 / 100).copied().unwrap_or(0.0),
            delay_max_ms: delays.last().copied().unwrap_or(0.0),
            codec_delay_ms: self.codec_delay as f64 * 1_000.0 / f64::from(rate_hz),
            concealed_percent: 10.0 * self.concealed_ms / heard.count().max(1) as f64,
            packets_unheard_percent: share(missing, self.playback.len()),
            packets: self.playback.len(),
            lost: s.lost,
            late: s.late,
            discarded: s.discarded,
            recovered: s.recovered,
            shortened_ms: s.shortened_ms,
            lengthened_ms: s.lengthened_ms,
            skew_ppm: s.skew_ppm,
            clock_offset_ms: self.clock_offset_ms,
        }
    }
}

/// What a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// From send to playout.
    pub delay_mean_ms: f64,
    /// 95 % of the packets are heard within this.
    pub delay_p95_ms: f64,
    /// All are.
    pub delay_max_ms: f64,
    /// On top of that in the sound: the codec's own.
    pub codec_delay_ms: f64,
    /// Share of the time from the first packet heard that was concealed.
    pub concealed_percent: f64,
    /// Share of the packets of which nothing was heard.
    pub packets_unheard_percent: f64,
    /// Of the trace.
    pub packets: usize,
    /// Never came before their time was over.
    pub lost: u64,
    /// Of these, those that came later.
    pub late: u64,
    /// Thrown away by the buffer.
    pub discarded: u64,
    /// Lost packets whose audio came with a later one.
    pub recovered: u64,
    /// Taken out by time stretching.
    pub shortened_ms: f64,
    /// Put in by time stretching.
    pub lengthened_ms: f64,
    /// By how much our clock runs faster than the sender's.
    pub skew_ppm: f32,
    /// By how much the clock of the trace's arrivals is ahead of its sender's (0: one clock). Delays are without it.
    pub clock_offset_ms: f64,
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "delay {:.1} ms (95 %: {:.1}, codec {:.1} on top), concealed {:.2} % of the time, {:.2} % of the packets \
             not heard; lost {}, late {}, discarded {}, recovered {}, shortened {:.0} ms, lengthened {:.0} ms, skew \
             {:.0} ppm",
            self.delay_mean_ms,
            self.delay_p95_ms,
            self.codec_delay_ms,
            self.concealed_percent,
            self.packets_unheard_percent,
            self.lost,
            self.late,
            self.discarded,
            self.recovered,
            self.shortened_ms,
            self.lengthened_ms,
            self.skew_ppm
        )?;
        match self.clock_offset_ms {
            0.0 => Ok(()),
            ms => write!(f, "; the trace has two clocks, {ms:.0} ms apart: the least transit counts as 0"),
        }
    }
}
