//! Control: prompts on their way: rendered, where no thread does; and players that have nothing left to play come home.

use crate::control::supervisor::Supervisor;
use crate::playback::{MarkEnd, News, PlaybackEnd, PlaybackReport, PlayerNews};
use crate::session::EventKind;
use crate::types::{BLOCK_MS, SessionId};
use crate::worker::Verb;
use std::time::Duration;

/// How long a player stays behind its last prompt: what else is heard is faded in by it, and its limiter comes to rest.
const FADES: Duration = Duration::from_millis(100);

impl Supervisor {
    pub(in crate::control) fn attend_playbacks(&mut self) {
        self.playbacks.host.fill();
        self.attend_said();
        if self.playbacks.players.is_empty() && self.playbacks.rooms.is_empty() {
            return;
        }
        let players: Vec<SessionId> = self.playbacks.players.keys().copied().collect();
        for &id in &players {
            self.hear_player(id);
            self.hear_injections(id);
        }
        for id in players {
            let now = self.now;
            let Some(player) = self.playbacks.players.get_mut(&id) else { continue };
            let idle = player.prompts.is_empty() && player.injection.is_none();
            player.idle = idle.then(|| player.idle.unwrap_or(now));
            let over = player.idle.is_some_and(|since| now >= since + FADES);
            if let (true, Ok(Some((worker, key)))) = (over, self.leg_of(id)) {
                self.playbacks.end(id);
                self.order(worker, Verb::SetPlayer(key, None), None);
                self.send_heard_routes(id);
            }
        }
        self.leave_rooms();
    }

    /// What is mixed into what sessions say, and has nothing more to mix in, comes home.
    fn attend_said(&mut self) {
        if self.playbacks.said.is_empty() && self.playbacks.injectors.is_empty() {
            return;
        }
        let said: Vec<SessionId> = self.playbacks.said.keys().copied().collect();
        for id in said {
            self.hear_injections(id);
            let now = self.now;
            let Some(said) = self.playbacks.said.get_mut(&id) else { continue };
            said.idle = said.injection.is_none().then(|| said.idle.unwrap_or(now));
            let over = said.idle.is_some_and(|since| now >= since + FADES);
            // One of ours ends with it.
            let over = over && !self.playbacks.injectors.contains_key(&id);
            if let (true, Ok(Some((worker, key)))) = (over, self.leg_of(id)) {
                self.playbacks.said.remove(&id);
                self.order(worker, Verb::SetSaid(key, None), None);
            }
        }
        self.leave_injected_rooms();
    }

    /// Takes what a session's player says, in its order.
    pub(in crate::control) fn hear_player(&mut self, id: SessionId) {
        let next = |s: &mut Self| s.playbacks.players.get_mut(&id)?.news.pop().ok();
        while let Some(news) = next(self) {
            self.take_player_news(id, news);
        }
    }

    fn take_player_news(&mut self, id: SessionId, news: PlayerNews) {
        let PlayerNews { slot, epoch, position, rounds, what } = news;
        let Some(player) = self.playbacks.players.get_mut(&id) else { return };
        let rate = player.rate;
        let Some(prompt) = player.prompts.iter_mut().find(|prompt| prompt.slot == slot) else { return };
        let (playback, last) = (prompt.id, epoch == prompt.epoch);
        let mut place = (position, rounds);
        let end = match what {
            News::Started => {
                if !std::mem::replace(&mut prompt.begun, true) {
                    self.tell(id, EventKind::PlaybackStarted(playback));
                }
                return;
            }
            News::Dry => return self.tell(id, EventKind::PlaybackUnderrun { playback, lasted: None }),
            News::Refilled(blocks) => {
                let lasted = Some(Duration::from_millis(u64::from(blocks) * u64::from(BLOCK_MS)));
                return self.tell(id, EventKind::PlaybackUnderrun { playback, lasted });
            }
            News::Cut => {
                prompt.place = Some(place);
                prompt.cut
            }
            // An end that a seek overtook is none.
            News::Ended(_) | News::Dropped if !last => None,
            News::Ended(MarkEnd::Complete) => Some(PlaybackEnd::Complete),
            News::Ended(MarkEnd::Failed(fault)) => Some(PlaybackEnd::Failed(fault)),
            News::Ended(MarkEnd::Cut) | News::Dropped => {
                place = prompt.place.unwrap_or((prompt.start(rate), 0));
                prompt.cut.or(Some(PlaybackEnd::Stopped))
            }
        };
        let Some(end) = end else { return };
        if !std::mem::replace(&mut prompt.told, true) {
            if let PlaybackEnd::Failed(fault) = end {
                self.warn_of(id, format_args!("prompt {playback} failed: {fault}"));
            }
            let report = PlaybackReport::new(playback, end, place.0, rate, place.1);
            self.tell(id, EventKind::PlaybackFinished(report));
            self.hear_prompt_over(id, playback);
        }
        if what != News::Cut {
            self.playbacks.forget(id, slot);
        }
    }
}
