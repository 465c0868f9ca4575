//! Control: who whispers to whom in a room, and on which buses that comes to members on other workers.

use super::Room;
use crate::session::MemberRole;
use crate::types::{Gain, SessionId, WorkerId};
use std::collections::BTreeSet;

/// A whisper as a listener has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whisper {
    pub(crate) from: SessionId,
    /// How loud it is in the listener's route.
    pub(crate) gain: Gain,
    /// The bus of the listener's worker on which it comes, if that is not the whisperer's own.
    pub(crate) bus: Option<u32>,
}

impl Whisper {
    /// Whether it comes by the same way.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.from, self.bus) == (other.from, other.bus)
    }
}

/// The buses of a member who whispers to others on other workers.
#[derive(Debug)]
pub(crate) struct WhisperBus {
    /// On its own worker.
    pub(crate) own: (WorkerId, u32),
    /// On those of the room's other places that hear it.
    pub(crate) others: Vec<(usize, (WorkerId, u32))>,
    /// It speaks there: until then it may still be heard on the room's bus.
    pub(crate) seated: bool,
}

impl Room {
    /// Who whispers to a member by now, and how loud.
    pub(crate) fn whispers_to(&self, id: SessionId) -> Vec<Whisper> {
        let place = self.member(id).map(|member| member.place);
        let heard = |from: &SessionId| {
            let whisperer = self.member(*from)?;
            let MemberRole::Whisper(to) = &whisperer.params.role else { return None };
            if !to.contains(&id) {
                return None;
            }
            if Some(whisperer.place) == place {
                return Some(Whisper { from: *from, gain: whisperer.params.said(), bus: None });
            }
            // As loud as it is on its bus.
            let others = &self.whisper_buses.get(from)?.others;
            let (_, (_, bus)) = others.iter().find(|(other, _)| Some(*other) == place)?;
            Some(Whisper { from: *from, gain: Gain::UNITY, bus: Some(*bus) })
        };
        self.whisperers.iter().filter_map(heard).collect()
    }

    pub(crate) fn whisper_bus(&self, id: SessionId) -> Option<&WhisperBus> {
        self.whisper_buses.get(&id)
    }

    /// The places where a member's whispers to these are to be heard, and are not yet, other than its own.
    pub(crate) fn places_whispered_to(&self, (id, own): (SessionId, usize), to: &[SessionId]) -> BTreeSet<usize> {
        let has = |place: usize| {
            self.whisper_buses.get(&id).is_some_and(|bus| bus.others.iter().any(|(other, _)| *other == place))
        };
        let places = to.iter().filter_map(|to| self.member(*to)).map(|member| member.place);
        places.filter(|place| *place != own && !has(*place)).collect()
    }
}
