//! Real-time: prompts: orders that bring and take what plays them, and a leg whose party they speak for.

use crate::playback::{Injected, Player};
use crate::processing::format::Resampler;
use crate::rt::{MAX_BLOCK_SAMPLES, Parcel};
use crate::types::{BLOCK_MS, LegKey, SampleRate, TickNumber};
use crate::worker::boundary::{Cargo, Outcome};
use crate::worker::phase::orders::{Applied, done};
use crate::worker::state::Worker;

impl Worker {
    pub(in crate::worker) fn set_player(&mut self, key: LegKey, player: Option<Parcel<Player>>) -> Applied {
        let Some((head, body)) = self.legs.keyed(key) else {
            return (Outcome::Stale, player.map_or(Cargo::None, Cargo::Player));
        };
        if player.as_ref().is_some_and(|player| !player.is_inward()) {
            head.output.playing = true;
            self.sets.playing.insert(key.index);
        }
        done(std::mem::replace(&mut body.player, player).map(Cargo::Player))
    }

    pub(in crate::worker) fn fit_player(&mut self, key: LegKey, resampler: Option<Parcel<Resampler>>) -> Applied {
        match self.legs.keyed(key).and_then(|(_, body)| body.player.as_mut()) {
            Some(player) => done(player.fit(resampler).map(Cargo::Resampler)),
            None => (Outcome::Stale, resampler.map_or(Cargo::None, Cargo::Resampler)),
        }
    }

    pub(in crate::worker) fn set_injection(&mut self, key: LegKey, injected: Option<Parcel<Injected>>) -> Applied {
        match self.legs.keyed(key).and_then(|(_, body)| body.player.as_mut()) {
            Some(player) => done(player.inject(injected).map(Cargo::Injection)),
            None => (Outcome::Stale, injected.map_or(Cargo::None, Cargo::Injection)),
        }
    }

    /// Phase 2 of a leg whose party is its player.
    pub(in crate::worker) fn speak_for(&mut self, index: u32, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return };
        let Some(player) = body.player.as_deref_mut() else { return };
        player.attend(!head.switches.hold_inward, tick);
        if head.switches.hold_inward {
            return;
        }
        if let Some(frame) = self.frames.take(player.rate(), 1)
            && player.speak(self.frames.samples_mut(&frame), tick)
        {
            head.source.frame = Some(frame);
            head.source.live = true;
            body.counters.prompts_dry_ms += if player.is_dry() { u64::from(BLOCK_MS) } else { 0 };
            if body.glitches.note_prompts(player, tick, false) {
                self.sets.glitched.insert(index);
            }
        }
    }

    /// How loud what else a leg hears is beside its prompts, at both ends of the block; `None`: nothing is played to it.
    pub(in crate::worker) fn beside_prompts(&mut self, leg: LegKey) -> Option<(f32, f32)> {
        let (_, body) = self.legs.keyed(leg)?;
        Some(body.player.as_ref()?.last_block()?.1)
    }

    /// Adds what is played to a leg to the list that another hears, as its term there; whether there was any.
    pub(in crate::worker) fn add_prompts(&mut self, (index, at): (u32, usize), leg: LegKey) -> bool {
        let last = self.legs.keyed(leg).and_then(|(_, body)| body.player.as_ref()?.last_block());
        let Some((block, _, rate)) = last else { return false };
        let mut room = [0.0; MAX_BLOCK_SAMPLES];
        let Some(played) = room.get_mut(..block.len()) else { return false };
        played.copy_from_slice(block);
        let Some((_, body)) = self.legs.get(index) else { return false };
        let samples = body.output.rate().map(SampleRate::block_samples);
        let played = body.at_own_rate(at, rate, played, &mut self.scratch.part);
        if samples != Some(played.len()) {
            return false;
        }
        self.scratch.sum.add(played, 1.0);
        true
    }
}
