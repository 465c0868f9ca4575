//! Real-time: prompts to sessions and rooms, among the verbs of the churn.

use super::*;

impl Churn {
    /// Prompts to sessions and rooms, and what is done to them.
    pub(super) fn churn_prompts(&mut self, next: bool) {
        let s = self.any();
        // The table of a foreign rate takes its time.
        let hz = if self.ticks.is_multiple_of(40) { 11_025 } else { [8_000, 16_000][self.random.below(2)] };
        let prompt = Prompt::samples(self.prompt.clone(), hz);
        self.asked.push(Asked::Play(if next { s.play_next(prompt.clone()) } else { s.play(prompt.clone()) }));
        let at = self.random.below(self.rooms.len() - 1);
        self.asked.push(Asked::Play(self.rooms[at].play(prompt.times(2))));
        if self.playbacks.len() > 24 {
            let mut some = || self.playbacks[self.random.below(24)].clone();
            let (stopped, paused, resumed, sought) = (some(), some(), some(), some());
            self.ask("stop prompt", stopped.stop());
            self.ask("pause prompt", paused.pause());
            self.ask("resume prompt", resumed.resume());
            self.ask("seek prompt", sought.seek(Duration::from_millis(self.ticks % 500)));
            self.playbacks.drain(..2);
        }
        let s = self.any();
        self.ask("flush prompts", s.flush_prompts());
    }
}
