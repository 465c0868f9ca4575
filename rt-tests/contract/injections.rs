//! Real-time: samples of the embedder's in what sessions hear and say and in rooms, among the verbs of the churn: fed, starved, and
//! dropped at any time.

use super::*;
use media_core::{InjectParams, InjectPoint};

/// Of so many the oldest are dropped.
const KEPT: usize = 20;

impl Churn {
    /// Chosen apart: the other verbs go on as they did without.
    pub(super) fn inject(&mut self) {
        let mut dice = Random(self.ticks ^ 0x1a7e);
        if self.ticks.is_multiple_of(4) {
            let session = self.calls[dice.below(self.calls.len())].session.clone();
            let rate = [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000][dice.below(3)];
            let beside = [Gain::UNITY, Gain::MUTE][dice.below(2)];
            let point = [InjectPoint::Heard, InjectPoint::Said][dice.below(2)];
            self.asked
                .push(Asked::Inject("inject", session.inject(InjectParams::new(rate).beside(beside).point(point))));
        }
        if self.ticks.is_multiple_of(16) {
            let room = &self.rooms[dice.below(self.rooms.len())];
            self.asked.push(Asked::Inject("inject_room", room.inject(InjectParams::new(SampleRate::Hz16000))));
        }
        for injection in &mut self.injections {
            // Some run dry, and some are full.
            injection.write(&self.prompt[..dice.below(500)]);
        }
        if self.injections.len() > KEPT {
            self.injections.remove(0);
        }
    }
}
