//! Real-time: one receive path after another: what it takes over of the one before, so that neither counts nor audio break.

use crate::rt::MAX_BLOCK_SAMPLES;
use crate::telemetry::counters::LegCounters;
use crate::types::SampleRate;
use crate::worker::leg::Converter;
use crate::worker::leg::inward::LegReceiver;
use crate::worker::leg::inward::succession::Succession;

static NONE: LegCounters = LegCounters::NONE;

impl LegReceiver {
    /// With the conversion of audio of the path that this one is to replace. Control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    #[must_use]
    pub fn succeeding(mut self, from: SampleRate) -> Self {
        let converter = Converter::between(from, self.rate);
        let silence = [0.0; MAX_BLOCK_SAMPLES];
        self.succession = Some(Box::new(Succession { from, converter, before: silence, next: silence, fresh: false }));
        self
    }

    /// Whether what it remembers is what was heard last: payloads that passed left no samples behind.
    fn remembers(&self) -> bool {
        self.begun && self.passed.is_none()
    }

    /// What was played last, at this path's rate; empty where that is not known.
    pub(in crate::worker) fn last_block(&self) -> &[f32] {
        if self.begun {
            return if self.remembers() { self.path.last_blocks(1) } else { &[] };
        }
        let before = self.succession.as_ref().and_then(|s| s.before.get(..self.rate.block_samples()));
        before.unwrap_or(&[])
    }

    /// What was played last at this path's rate: two blocks where it has played itself, one of the path before, or none.
    pub(in crate::worker) fn last_blocks(&self) -> &[f32] {
        if self.remembers() { self.path.last_blocks(2) } else { self.last_block() }
    }

    /// What would have been played next at the rate that this path has just changed, and that rate.
    pub(in crate::worker) fn other_rate_next(&self) -> Option<(&[f32], SampleRate)> {
        let succession = self.succession.as_ref().filter(|s| s.fresh && s.from != self.rate)?;
        Some((succession.next.get(..succession.from.block_samples())?, succession.from))
    }

    /// A block of the former path at this one's rate.
    pub(in crate::worker) fn faded_from_former<'a>(&mut self, block: &'a [f32], room: &'a mut [f32]) -> &'a [f32] {
        let Some(succession) = &mut self.succession else { return block };
        succession.fresh = false;
        match &mut succession.converter {
            Some(converter) => converter.convert(block, room).map_or(&[], |converted| converted),
            None => block,
        }
    }

    /// Whether packets wait or are being played.
    pub(in crate::worker) fn has_audio(&self) -> bool {
        self.path.has_audio()
    }

    /// What the path that this one replaces has counted up to now stays counted.
    pub(in crate::worker) fn inherit(&mut self, before: &Self, counters: &mut LegCounters) {
        before.count_into(counters);
        *self.former = *counters;
        self.inherits = true;
    }

    /// Takes over from the path that this one replaces: what it counted stays counted, and its audio goes on.
    pub(in crate::worker) fn take_over(&mut self, before: &Self, counters: &mut LegCounters) {
        self.inherit(before, counters);
        let Some(succession) = self.succession.as_mut().filter(|_| before.remembers()) else { return };
        // The conversion begins with a full filter, so that what goes on through it has no edge.
        for block in before.path.last_blocks(2).chunks(before.block as usize) {
            match &mut succession.converter {
                Some(converter) => drop(converter.convert(block, &mut succession.before)),
                None => succession.before.iter_mut().zip(block).for_each(|(to, from)| *to = *from),
            }
        }
        if let Some(next) = succession.next.get_mut(..before.block as usize) {
            before.path.continue_into(next);
            succession.fresh = before.rate == succession.from;
        }
    }

    pub(in crate::worker) fn count_into(&self, counters: &mut LegCounters) {
        // Most legs replace none: nine lines of memory that are left alone.
        let f = if self.inherits { &*self.former } else { &NONE };
        let s = self.path.statistics(self.now);
        macro_rules! add {
            ($from:expr => $($field:ident),+) => { $(counters.$field = f.$field + $from.$field;)+ };
        }
        add!(s => duplicates, late, lost, reordered, recovered, refilled, timestamps_repaired, concealed_blocks);
        add!(s.burst_gap => gap_packets, gap_losses, bursts, burst_packets, burst_losses, losses_in_row);
        counters.refused = f.refused + s.suspect + s.discarded;
        counters.source_changes = f.source_changes + s.resets;
        counters.silent_concealed_blocks = f.silent_concealed_blocks + s.concealed_silence_blocks;
        counters.dtx_blocks = f.dtx_blocks + s.gap_blocks;
        counters.played_packets = f.played_packets + s.played;
        counters.stretched_ms = f.stretched_ms + (s.shortened_ms + s.lengthened_ms) as u64;
        counters.packet_us = (s.packet_ms * 1000.0) as u64;
        counters.jitter_us = (s.jitter_ms * 1000.0) as u64;
        counters.sender_slow_ppm = s.skew_ppm.max(0.0) as u64;
        counters.sender_fast_ppm = (-s.skew_ppm).max(0.0) as u64;
        counters.buffer_us = (s.level_ms.max(0.0) * 1000.0) as u64;
        counters.target_us = (s.target_ms.max(0.0) * 1000.0) as u64;
    }
}
