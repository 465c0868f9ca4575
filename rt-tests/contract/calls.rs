//! Control: what a PBX does to calls that are up, among the verbs of the churn: transfers, monitors, and events of one session by
//! queue and by callback.

use super::*;
use std::sync::atomic::Ordering::Relaxed;

/// Of so many queues of events the oldest are dropped.
const QUEUES: usize = 30;

impl Churn {
    /// Calls that go over to others, and who listens to them.
    pub(super) fn churn_calls(&mut self) {
        // Chosen apart: the other verbs go on as they did without.
        let mut dice = Random(self.ticks);
        let mut at = || self.calls[dice.below(self.calls.len())].session.clone();
        let (leaving, comes, monitor, party, first, second) = (at(), at(), at(), at(), at(), at());
        let handle = self.engine.handle().clone();
        self.ask("transfer", handle.transfer(&leaving, &comes));
        let modes = [MonitorMode::Listen, MonitorMode::Whisper, MonitorMode::Barge];
        self.ask("monitor", handle.monitor(&monitor, &party, modes[dice.below(3)]));
        self.ask("attended transfer", handle.attended_transfer(&first, &second));
        // Few monitor at a time: each of the calls is asked in its turn.
        let ended = self.calls[self.ticks as usize % self.calls.len()].session.clone();
        self.ask("end monitor", handle.end_monitor(&ended));
        self.asked.push(Asked::Events(party.events()));
        self.events.push(handle.events_of(&*format!("dialog-{}", self.next)));
        // Every second one is read; the others' queues fill, and lag.
        let told = self.events.iter().step_by(2).flat_map(|events| std::iter::from_fn(|| events.try_next())).count();
        self.told.fetch_add(told as u64, Relaxed);
        if self.events.len() > QUEUES {
            self.events.drain(..2);
        }
    }

    /// Some are called back.
    pub(super) fn keep_events(&mut self, answer: Result<SessionEvents, Error>) {
        let Some(events) = self.note("events", answer) else { return };
        if self.ticks.is_multiple_of(16) {
            let told = self.told.clone();
            events.on_event(move |_| _ = told.fetch_add(1, Relaxed)).unwrap();
        } else {
            self.events.push(events);
        }
    }
}
