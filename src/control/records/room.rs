//! Control: the record of a conference: its roster, and on which workers it is.

mod place;
mod whispers;

pub(crate) use place::RoomPlace;
pub(crate) use whispers::{Whisper, WhisperBus};

use super::encodings::Encoding;
use crate::rt::Gauge;
use crate::session::{ConferenceParams, MemberHealth, MemberParams, MemberRole};
use crate::types::{Decibels, MediaTime, SampleRate, SessionId, TickNumber, WorkerId};
use crate::worker::{BusGauges, Look};
use std::collections::HashMap;

/// A conference.
#[derive(Debug)]
pub(crate) struct Room {
    /// Its workers, in the order in which it grew over them.
    pub(crate) places: Vec<RoomPlace>,
    pub(crate) rate: SampleRate,
    pub(crate) params: ConferenceParams,
    pub(crate) begun: MediaTime,
    /// Who has the floor: until another takes it, or it ceases to be a speaker.
    pub(crate) dominant: Option<SessionId>,
    /// In the order of joining.
    pub(crate) members: Vec<SessionId>,
    /// Those of them that are speech machines.
    pub(crate) agents: Vec<SessionId>,
    /// Those who are listened to for the sake of these.
    pub(crate) listened: Vec<SessionId>,
    roster: HashMap<SessionId, Membership>,
    /// Members whose role it is to speak to all.
    speakers: usize,
    /// Members who whisper.
    whisperers: Vec<SessionId>,
    pub(crate) whisper_buses: HashMap<SessionId, WhisperBus>,
}

/// A member, as its room knows it.
#[derive(Debug)]
pub(crate) struct Membership {
    /// Which of the room's workers it is on, and its seat there.
    pub(crate) place: usize,
    pub(crate) seat: u32,
    pub(crate) params: MemberParams,
    pub(crate) joined: MediaTime,
    /// Who whispers to it, as its route has it.
    pub(crate) whispers: Vec<Whisper>,
    /// Who whispered to it until just now, and how often its route was exchanged since they are being faded.
    pub(crate) fading: (Vec<Whisper>, u64),
    /// The tick since which it has been there as what it is; what was told before is of something else. `None`: not yet.
    pub(crate) since: Option<TickNumber>,
    /// When it began to speak, if it does; and how long it spoke before, in ns.
    pub(crate) talking: Option<MediaTime>,
    pub(crate) spoke_ns: u64,
    pub(crate) level: Option<Decibels>,
    /// Which of the room's encodings it is sent.
    encoding: Option<usize>,
    pub(crate) health: MemberHealth,
}

impl Membership {
    fn new((place, seat): (usize, u32), params: MemberParams, joined: MediaTime) -> Self {
        Self {
            place,
            seat,
            params,
            joined,
            whispers: Vec::new(),
            fading: (Vec::new(), 0),
            since: None,
            talking: None,
            spoke_ns: 0,
            level: None,
            encoding: None,
            health: MemberHealth::Newcomer,
        }
    }

    /// Whether it is its role to speak to all.
    pub(crate) fn speaks(&self) -> bool {
        self.params.role == MemberRole::Speak
    }

    /// It speaks, or does not; whether that is new.
    pub(crate) fn talks(&mut self, talks: bool, now: MediaTime) -> bool {
        let before = self.talking;
        if let Some(begun) = before.filter(|_| !talks) {
            self.spoke_ns += now.nanos_since(begun);
        }
        self.talking = talks.then(|| before.unwrap_or(now));
        before.is_some() != talks
    }
}

impl Room {
    /// On one worker, with that bus there.
    pub(crate) fn new(worker: WorkerId, bus: u32, params: ConferenceParams, begun: MediaTime) -> Self {
        Self {
            places: vec![RoomPlace::new(worker, bus)],
            rate: params.rate.unwrap_or_default(),
            params,
            begun,
            dominant: None,
            members: Vec::new(),
            agents: Vec::new(),
            listened: Vec::new(),
            roster: HashMap::new(),
            speakers: 0,
            whisperers: Vec::new(),
            whisper_buses: HashMap::new(),
        }
    }

    pub(crate) fn member(&self, id: SessionId) -> Option<&Membership> {
        self.roster.get(&id)
    }

    pub(crate) fn member_mut(&mut self, id: SessionId) -> Option<&mut Membership> {
        self.roster.get_mut(&id)
    }

    pub(crate) fn speakers(&self) -> usize {
        self.speakers
    }

    /// Members whom somebody hears.
    pub(crate) fn heard(&self) -> usize {
        self.speakers + self.whisperers.len()
    }

    /// It is on one more worker, with that bus there; which of its places that is.
    pub(crate) fn grow(&mut self, worker: WorkerId, bus: u32) -> usize {
        self.places.push(RoomPlace::new(worker, bus));
        self.places.len() - 1
    }

    /// Its bus and its worker where that member is.
    pub(crate) fn place_of(&self, id: SessionId) -> Option<&RoomPlace> {
        self.places.get(self.roster.get(&id)?.place)
    }

    /// A member comes to one of its places; whether there are more seats for it now.
    pub(crate) fn add(&mut self, id: SessionId, place: usize, params: MemberParams, joined: MediaTime) -> bool {
        let max_members = self.params.max_members;
        let Some(there) = self.places.get_mut(place) else { return false };
        let (seat, full) = there.take_seat(max_members, joined);
        self.members.push(id);
        self.count(id, &params.role, true);
        self.roster.insert(id, Membership::new((place, seat), params, joined));
        full
    }

    /// A member goes. Nobody whispers to it any more.
    pub(crate) fn remove(&mut self, id: SessionId, now: MediaTime) -> Option<Membership> {
        let member = self.roster.remove(&id)?;
        // From the end, as a room that ends is emptied.
        let at = self.members.iter().rposition(|other| *other == id);
        at.map(|at| self.members.remove(at));
        self.count(id, &member.params.role, false);
        if let Some(place) = self.places.get_mut(member.place) {
            place.leave_seat(member.seat, member.encoding, now);
        }
        self.dominant = self.dominant.filter(|holder| *holder != id);
        for whisperer in &self.whisperers {
            let role = self.roster.get_mut(whisperer).map(|whisperer| &mut whisperer.params.role);
            if let Some(MemberRole::Whisper(to)) = role {
                to.retain(|to| *to != id);
            }
        }
        Some(member)
    }

    /// Who came last has that turn in the order of joining: another's, who went.
    pub(crate) fn keep_turn(&mut self, id: SessionId, turn: usize) {
        if self.members.last() == Some(&id) && turn < self.members.len() {
            self.members.pop();
            self.members.insert(turn, id);
        }
    }

    /// A member is another from now on; what it was.
    pub(crate) fn change(&mut self, id: SessionId, params: MemberParams) -> Option<MemberParams> {
        let member = self.roster.get_mut(&id)?;
        let role = params.role.clone();
        let before = std::mem::replace(&mut member.params, params);
        if role != MemberRole::Speak {
            self.dominant = self.dominant.filter(|holder| *holder != id);
        }
        self.count(id, &before.role, false);
        self.count(id, &role, true);
        Some(before)
    }

    /// A member is sent that encoding, in place of what it was sent. The number of an encoder that its bus is to have for it.
    pub(crate) fn note_encoding(&mut self, id: SessionId, encoding: Option<Encoding>) -> Option<u32> {
        let member = self.roster.get_mut(&id)?;
        let noted = self.places.get_mut(member.place)?.note_encoding(member.encoding, encoding);
        member.encoding = noted.map(|(at, _)| at);
        noted?.1
    }

    /// A member hears the room in packets of that rate. The place whose bus is to convert to it from now on, if that is new.
    pub(crate) fn note_rate(&mut self, id: SessionId, rate: SampleRate) -> Option<usize> {
        let at = self.roster.get(&id)?.place;
        let place = self.places.get_mut(at)?;
        if place.rates.contains(&rate) {
            return None;
        }
        place.rates.push(rate);
        (rate != self.rate).then_some(at)
    }

    /// What its bus is to find out, if anything.
    pub(crate) fn look(&self) -> Option<Look> {
        let ConferenceParams { mixing, level_control, speakers, level_interval, .. } = self.params;
        let level_blocks = level_interval.map_or(0, |interval| interval.as_micros().div_ceil(10_000) as u32);
        let look = Look { mixing, level_control, tells: speakers, level_blocks };
        (look != Look::NOTHING).then_some(look)
    }

    /// What its places have counted all in all.
    pub(crate) fn sum(&self, of: impl Fn(&BusGauges) -> &Gauge) -> u64 {
        self.places.iter().map(|place| of(&place.gauges).get()).sum()
    }

    /// What the one that counted most has: of what is the same for all of them, but for the moment at which they came.
    pub(crate) fn most(&self, of: impl Fn(&BusGauges) -> &Gauge) -> u64 {
        self.places.iter().map(|place| of(&place.gauges).get()).max().unwrap_or(0)
    }

    /// How many speak.
    pub(crate) fn talking(&self) -> usize {
        self.roster.values().filter(|member| member.talking.is_some()).count()
    }

    fn count(&mut self, id: SessionId, role: &MemberRole, comes: bool) {
        match role {
            MemberRole::Speak if comes => self.speakers += 1,
            MemberRole::Speak => self.speakers -= 1,
            MemberRole::Whisper(_) if comes => self.whisperers.push(id),
            MemberRole::Whisper(_) => self.whisperers.retain(|other| *other != id),
            MemberRole::Listen => {}
        }
    }
}
