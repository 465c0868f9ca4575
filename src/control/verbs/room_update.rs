//! Control: a conference becomes another while it runs: its members stay, and hear no edge.

use super::room_places::NOBODY;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::{After, Supervisor};
use crate::error::ConferenceError;
use crate::session::ConferenceParams;
use crate::types::{ConferenceId, SessionId};
use crate::worker::Verb;

impl Supervisor {
    pub(crate) fn update_room(
        &mut self,
        id: ConferenceId,
        params: ConferenceParams,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Err(error) = params.check() {
            return Self::refuse(promise, error);
        }
        let Some(room) = self.rooms.get_mut(id) else { return Self::refuse(promise, ConferenceError::Unknown(id)) };
        let members = room.members.clone();
        let (before, rate) = (std::mem::replace(&mut room.params, params), room.rate);
        room.rate = params.rate.unwrap_or(rate);
        self.forget_what_is_told_no_more(id, before, &members);
        let answer = self.promised(promise, ());
        // What was told all the time is believed all the time, though it comes late.
        let anew = if params.speakers && !before.speakers { &*members } else { &[] };
        self.send_buses(id, anew, answer);
        // Of no fixed rate any more: that of the best member, if it is higher.
        members.iter().for_each(|member| self.fit_rate(id, *member));
        if self.rooms.get(id).is_some_and(|room| room.rate != rate) {
            self.send_whisper_buses(id);
            members.iter().for_each(|member| self.send_room_route(id, *member, None));
        }
        Step::Done
    }

    pub(crate) fn room_params(&self, id: ConferenceId, promise: &mut Option<Promise<ConferenceParams>>) -> Step {
        let params = self.rooms.get(id).map(|room| room.params);
        Self::settle(promise, params.ok_or(ConferenceError::Unknown(id)))
    }

    /// Who spoke, as far as anybody knew, speaks no more; nobody has the floor, and no level is known. Where that begins to be told,
    /// what comes of the time before is of something else.
    fn forget_what_is_told_no_more(&mut self, id: ConferenceId, before: ConferenceParams, members: &[SessionId]) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        let now = room.params;
        if !now.speakers {
            room.dominant = None;
        }
        for member in members {
            let Some(known) = self.rooms.get_mut(id).and_then(|room| room.member_mut(*member)) else { continue };
            if now.speakers && !before.speakers {
                known.since = None;
            }
            if now.level_interval.is_none() {
                known.level = None;
            }
            if !now.speakers {
                self.note_talk(id, *member, false);
            }
        }
    }

    /// Its buses become others, each in its worker's next tick: from then on what is told of each member is believed.
    fn send_buses(&mut self, id: ConferenceId, anew: &[SessionId], answer: After) {
        let Some(room) = self.rooms.get(id) else { return };
        let Some(first) = room.places.first().map(|place| place.worker) else { return };
        let member_of = |n| move |member: &&SessionId| room.member(**member).is_some_and(|member| member.place == n);
        let of_place = |n| anew.iter().filter(member_of(n)).copied().collect();
        let members: Vec<Vec<_>> = (0..room.places.len()).map(of_place).collect();
        let all = self.after_all(members.len(), move |s| s.order(first, Verb::Publish(NOBODY), answer));
        for (place, members) in members.into_iter().enumerate() {
            let begin = |after, member| Self::begins(id, member, after);
            self.send_bus(id, place, members.into_iter().fold(Self::arrival(all), begin));
        }
    }
}
