//! Control: a session takes another's seat in a conference, with all that that one was there.

use crate::control::supervisor::Supervisor;
use crate::error::{ConferenceError, Error};
use crate::session::MemberRole;
use crate::types::{ConferenceId, LegKey, SessionId};

impl Supervisor {
    /// Whether a member's seat can be another's. Nothing is changed.
    pub(super) fn check_seat(&self, id: ConferenceId, leaving: SessionId, comes: SessionId) -> Result<(), Error> {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?;
        let member = room.member(leaving).ok_or(ConferenceError::NotMember(id, leaving))?;
        Ok(self.check_whispers(id, (comes, Some(member.place)), &member.params.role)?)
    }

    /// Who leaves is faded in that block, and the other begins in it; whoever whispered to the one whispers to the other.
    pub(super) fn replace_in_room(&mut self, id: ConferenceId, leaving: SessionId, (comes, key): (SessionId, LegKey)) {
        let Some(room) = self.rooms.get(id) else { return };
        let Some(member) = room.member(leaving) else { return };
        let (place, params) = (member.place, member.params.clone());
        let whispers_to_it = |other: &&SessionId| {
            let role = room.member(**other).map(|other| &other.params.role);
            matches!(role, Some(MemberRole::Whisper(to)) if to.contains(&leaving))
        };
        let whisperers: Vec<_> = room.members.iter().filter(whispers_to_it).copied().collect();
        let at = room.members.iter().position(|other| *other == leaving);
        self.leave_room(id, leaving);
        let now = self.now;
        let Some(room) = self.rooms.get_mut(id) else { return };
        if room.add(comes, place, params.clone(), now) {
            self.send_bus(id, place, None);
        }
        if let (Some(at), Some(room)) = (at, self.rooms.get_mut(id)) {
            room.keep_turn(comes, at);
        }
        self.seat(id, (comes, key), &params, None);
        for whisperer in whisperers {
            self.whisper_to_instead(id, whisperer, comes);
        }
    }

    /// Somebody whispers to one more.
    fn whisper_to_instead(&mut self, id: ConferenceId, whisperer: SessionId, comes: SessionId) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        let Some(mut params) = room.member(whisperer).map(|member| member.params.clone()) else { return };
        let MemberRole::Whisper(to) = &mut params.role else { return };
        to.push(comes);
        let role = params.role.clone();
        room.change(whisperer, params);
        self.fit_whisper_bus(id, whisperer);
        self.send_whispers(id, &[&role]);
    }
}
