//! Control: the end of the calls under churn, and what was counted of them.

use super::*;

impl Churn {
    /// What is only asked, and looked at by no other test.
    pub(super) fn take_causes<T>(&mut self, what: &'static str, mut asked: Pending<T>, again: fn(Pending<T>) -> Asked) {
        match asked.poll_now() {
            Some(answer) => drop(self.note(what, answer)),
            None => self.asked.push(again(asked)),
        }
    }

    /// Ends everything and tells what the engine's gauges said last: the sum over the workers.
    pub(super) fn end(mut self) -> (BTreeMap<String, u64>, Vec<SessionStatistics>, Answers) {
        self.taps.clear();
        self.injections.clear();
        self.engine.hold_recorder(false);
        self.end_agents();
        for call in std::mem::take(&mut self.calls) {
            self.asked.push(Asked::Destroy(call.session.destroy()));
        }
        for _ in 0..50 {
            self.engine.tick();
            self.take_answers();
            for call in std::mem::take(&mut self.calls) {
                self.asked.push(Asked::Destroy(call.session.destroy()));
            }
        }
        assert!(self.asked.is_empty(), "every call is answered");
        let mut sums = BTreeMap::new();
        for room in self.rooms.drain(..) {
            let pending = room.statistics();
            let statistics = done(&mut self.engine, pending);
            *sums.entry("shared_encodes".to_owned()).or_default() += statistics.shared_encodes;
            *sums.entry("shared_packets".to_owned()).or_default() += statistics.shared_packets;
            *sums.entry("wide_rooms".to_owned()).or_default() += u64::from(statistics.workers > 1);
            *sums.entry("missing_blocks".to_owned()).or_default() += statistics.missing_blocks;
            drop(room.destroy());
        }
        self.engine.run_for(Duration::from_millis(2_100));
        let snapshot = self.engine.handle().snapshot();
        assert_eq!((snapshot.sessions, snapshot.conferences), (0, 0));
        for (name, value) in &snapshot.gauges {
            if let Some(name) = name.strip_prefix("/worker/") {
                *sums.entry(name[2..].to_owned()).or_default() += *value as u64;
            }
        }
        assert!(self.engine.stop());
        recordings::check(&self.folder);
        (sums, self.ended, self.answered)
    }
}
