//! Control: what the detector said of a call beside what was done in it.

use super::call::{Call, Kind};
use anyhow::Result;
use media_core::processing::{BargeInDetector, BargeInEvent, BargeInParams};
use media_core::types::SampleRate;

/// Blocks after the caller ceased in which what is found is still of what he said.
const AFTER: usize = 35;

/// Blocks about an alarm in which speech that is found without the echo explains it.
const ABOUT: usize = 25;

/// How calls were judged.
#[derive(Debug, Default)]
pub struct Score {
    /// Judged, of 10 ms.
    pub blocks: usize,
    /// Interruptions of the agent by its own echo: the call's seed and the second.
    pub by_echo: Vec<(u64, f64)>,
    /// Interruptions by nobody that are told of a phone that does not echo as well: by those behind the caller.
    pub by_background: Vec<(u64, f64)>,
    /// Speech that began and that nobody made.
    pub false_speech: usize,
    /// Of each interruption: ms from its onset to the end of the block that told it; none if it was not told in 600 ms.
    pub latencies: Vec<(Option<usize>, u64, f64)>,
    /// Short sounds that were made.
    pub short: usize,
    /// Of these: told as backchannels.
    pub short_told: usize,
    /// Of these: told as interruptions.
    pub short_interrupting: usize,
    /// Turns that were taken while the agent was silent.
    pub turns: usize,
    /// Of these: told to have ended.
    pub turns_ended: usize,
}

impl Score {
    /// Runs a detector over a call.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn judge(&mut self, call: &Call, params: BargeInParams, rate: SampleRate, seed: u64) -> Result<()> {
        let size = rate.block_samples();
        let [mut detector, mut without] = [BargeInDetector::new(rate, params)?, BargeInDetector::new(rate, params)?];
        let (mut told, mut speaks_without_echo) = (Vec::new(), Vec::new());
        let blocks = [&call.sent, &call.came, &call.unechoed].map(|samples| samples.chunks_exact(size));
        let [sent, came, unechoed] = blocks;
        for (n, ((sent, came), unechoed)) in sent.zip(came).zip(unechoed).enumerate() {
            told.extend(detector.process(sent, came)?.into_iter().flatten().map(|event| (n, event)));
            without.process(sent, unechoed)?;
            speaks_without_echo.push(without.speaks());
            self.blocks += 1;
        }
        let within = |from: usize, to: usize| {
            let range = from / size..to / size;
            told.iter().filter(move |(n, _)| range.contains(n))
        };
        for said in &call.said {
            match said.kind {
                Kind::Interruption => {
                    let mut found = within(said.from, said.from + 60 * size);
                    let first = found.find(|(_, event)| matches!(event, BargeInEvent::Interruption { .. }));
                    let latency = first.map(|(n, _)| (n + 1 - said.from / size) * 10);
                    self.latencies.push((latency, seed, said.from as f64 / f64::from(rate.hz())));
                }
                Kind::Short => {
                    self.short += 1;
                    let is = |wanted: fn(&BargeInEvent) -> bool| {
                        within(said.from, said.to + AFTER * size).any(|(_, event)| wanted(event))
                    };
                    self.short_told += usize::from(is(|event| matches!(event, BargeInEvent::Backchannel { .. })));
                    self.short_interrupting +=
                        usize::from(is(|event| matches!(event, BargeInEvent::Interruption { .. })));
                }
                Kind::Turn => {
                    self.turns += 1;
                    let ended = within(said.to, said.to + 120 * size)
                        .any(|(_, event)| matches!(event, BargeInEvent::TurnEnded { .. }));
                    self.turns_ended += usize::from(ended);
                }
            }
        }
        for (n, event) in &told {
            let at = n * size;
            if call.said.iter().any(|said| (said.from..said.to + AFTER * size).contains(&at)) {
                continue;
            }
            match event {
                BargeInEvent::Interruption { .. } => {
                    let about = n.saturating_sub(ABOUT)..(n + ABOUT).min(speaks_without_echo.len());
                    let anyway = speaks_without_echo[about].contains(&true);
                    let of = if anyway { &mut self.by_background } else { &mut self.by_echo };
                    of.push((seed, *n as f64 / 100.0));
                }
                BargeInEvent::SpeechBegan { .. } => self.false_speech += 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Percent of the interruptions that were told within so many ms.
    pub fn within_percent(&self, ms: usize) -> f64 {
        let soon = self.latencies.iter().filter(|(latency, ..)| latency.is_some_and(|latency| latency <= ms)).count();
        100.0 * soon as f64 / self.latencies.len().max(1) as f64
    }
}
