//! Real-time: prompts: orders that bring and take what plays them, and a leg whose party they speak for.

use crate::playback::Player;
use crate::processing::format::Resampler;
use crate::rt::Parcel;
use crate::types::{BLOCK_MS, LegKey, TickNumber};
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

    /// Phase 2 of a leg whose party is its player.
    pub(in crate::worker) fn speak_for(&mut self, index: u32, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return };
        let Some(player) = body.player.as_deref_mut() else { return };
        player.attend(!head.switches.hold_inward);
        if head.switches.hold_inward {
            return;
        }
        if let Some(frame) = self.frames.take(player.rate(), 1)
            && player.speak(self.frames.samples_mut(&frame), tick)
        {
            head.source.frame = Some(frame);
            head.source.live = true;
            body.counters.prompts_dry_ms += if player.is_dry() { u64::from(BLOCK_MS) } else { 0 };
        }
    }
}
