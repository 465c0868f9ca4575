//! Real-time: samples of the embedder's in what legs' parties say, behind all that listens to the parties themselves.

use crate::playback::SaidMix;
use crate::processing::format::Resampler;
use crate::rt::{FrameFlags, Parcel};
use crate::types::{LegKey, MediaTime, TickNumber};
use crate::worker::boundary::{Cargo, Outcome};
use crate::worker::leg::Input;
use crate::worker::phase::orders::{Applied, done};
use crate::worker::state::Worker;

impl Worker {
    pub(in crate::worker) fn set_said(&mut self, key: LegKey, mut said: Option<Parcel<SaidMix>>) -> Applied {
        let Some((head, body)) = self.legs.keyed(key) else {
            return (Outcome::Stale, said.map_or(Cargo::None, Cargo::Said));
        };
        if let (Some(said), Some(former)) = (&mut said, &body.said) {
            said.continue_from(former);
        }
        (head.switches.said, head.source.voice) = (said.is_some(), None);
        // Nothing announces what the embedder writes.
        if said.is_some() {
            self.sets.always.insert(key.index);
        } else if !matches!(body.input, Input::Pcm(_) | Input::Agent(_)) {
            self.sets.always.remove(key.index);
        }
        done(std::mem::replace(&mut body.said, said).map(Cargo::Said))
    }

    pub(in crate::worker) fn fit_said(&mut self, key: LegKey, resampler: Option<Parcel<Resampler>>) -> Applied {
        match self.legs.keyed(key).and_then(|(_, body)| body.said.as_mut()) {
            Some(said) => done(said.fit(resampler).map(Cargo::Resampler)),
            None => (Outcome::Stale, resampler.map_or(Cargo::None, Cargo::Resampler)),
        }
    }

    /// Phase 3, the last of it: who says nothing speaks with what is injected alone.
    pub(in crate::worker) fn mix_said(&mut self, index: u32, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index).filter(|(head, _)| head.switches.said) else { return };
        let Some(said) = body.said.as_deref_mut() else { return };
        said.attend(tick);
        if head.switches.hold_inward {
            return;
        }
        let alone = !head.source.live;
        if alone {
            if !said.waits() {
                return said.rest();
            }
            head.source.frame = self.frames.take(head.source.rate, 1);
            if let Some(frame) = &head.source.frame {
                self.frames.samples_mut(frame).fill(0.0);
            }
        }
        // Of a packet that is passed on as it came the rest is heard first.
        let Some(frame) = &mut head.source.frame else { return };
        if said.add(self.frames.samples_mut(frame), tick) {
            // Whatever is known of the party's own sound is not known of this: it is as little a pause as a prompt is.
            (frame.flags, head.source.voice) = (FrameFlags::default(), Some(true));
        } else if !head.source.processes {
            head.source.voice = None;
        }
        if alone {
            (head.source.live, head.source.arrival) = (true, MediaTime::ZERO);
            // What it gives is taken back at the end of the block, though nothing came for it.
            self.sets.live.insert(index);
        }
    }
}
