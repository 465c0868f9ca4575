//! Real-time: collections of digits, and silence that is told, among the verbs of the churn: four of five sessions listen for tones while
//! they collect.

use super::*;
use media_core::{CollectParams, SilenceParams};

impl Churn {
    /// Chosen by the tick: the other verbs go on as they did without.
    pub(super) fn collect(&mut self) {
        if !self.ticks.is_multiple_of(3) {
            return;
        }
        let session = self.calls[self.ticks as usize * 7 % self.calls.len()].session.clone();
        let silence =
            self.ticks.is_multiple_of(2).then(|| SilenceParams::new(Duration::from_millis(100 + self.ticks % 400)));
        self.ask("silence", session.set_silence_detection(silence));
        let params = CollectParams::new(1 + self.ticks as usize % 4).first_digit_timeout(Duration::from_millis(400));
        let params = match self.ticks % 2 {
            0 => params.discard_typed_ahead(),
            _ => params.prompt(Prompt::samples(self.prompt.clone(), 8_000)),
        };
        self.asked.push(Asked::Collect(session.collect(params)));
        if self.collections.len() > 12 {
            let stopped = self.collections.remove(0).stop();
            self.ask("stop collection", stopped);
        }
    }
}
