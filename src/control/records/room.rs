//! Control: the record of a conference: its roster, and who sits where on its bus.

use super::encodings::{Encoding, Encodings};
use crate::session::{ConferenceParams, MemberHealth, MemberParams, MemberRole};
use crate::types::{Decibels, Gain, MediaTime, SampleRate, SessionId, TickNumber, WorkerId};
use crate::worker::{BusGauges, Look};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Seats of a bus at first; where they do not suffice there are twice as many.
const FIRST_SEATS: usize = 16;

/// Until then who left a seat has been faded, unless orders wait.
const FADE_NS: u64 = 50_000_000;

/// A conference.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) worker: WorkerId,
    pub(crate) bus: u32,
    pub(crate) rate: SampleRate,
    pub(crate) params: ConferenceParams,
    pub(crate) gauges: Arc<BusGauges>,
    pub(crate) begun: MediaTime,
    /// Who has the floor: until another takes it, or it ceases to be a speaker.
    pub(crate) dominant: Option<SessionId>,
    /// In the order of joining.
    pub(crate) members: Vec<SessionId>,
    roster: HashMap<SessionId, Membership>,
    /// Members whose role it is to speak to all.
    speakers: usize,
    /// Members who whisper.
    whisperers: Vec<SessionId>,
    encodings: Encodings,
    seats: usize,
    /// Vacant seats, and since when: those that nobody had first, then the longest.
    vacant: VecDeque<(u32, Option<MediaTime>)>,
}

/// A member, as its room knows it.
#[derive(Debug)]
pub(crate) struct Membership {
    pub(crate) seat: u32,
    pub(crate) params: MemberParams,
    pub(crate) joined: MediaTime,
    /// Who whispers to it, as its route has it, and how loud.
    pub(crate) whispers: Vec<(SessionId, Gain)>,
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
    fn new(seat: u32, params: MemberParams, joined: MediaTime) -> Self {
        Self {
            seat,
            params,
            joined,
            whispers: Vec::new(),
            since: None,
            talking: None,
            spoke_ns: 0,
            level: None,
            encoding: None,
            health: MemberHealth::Newcomer,
        }
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
    pub(crate) fn new(worker: WorkerId, bus: u32, params: ConferenceParams, begun: MediaTime) -> Self {
        Self {
            worker,
            bus,
            rate: params.rate.unwrap_or_default(),
            params,
            gauges: Arc::default(),
            begun,
            dominant: None,
            members: Vec::new(),
            roster: HashMap::new(),
            speakers: 0,
            whisperers: Vec::new(),
            encodings: Encodings::default(),
            seats: 0,
            vacant: VecDeque::new(),
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

    pub(crate) fn seats(&self) -> usize {
        self.seats
    }

    /// A member comes; whether there are more seats for it now. Who left a seat just now is still being faded there.
    pub(crate) fn add(&mut self, id: SessionId, params: MemberParams, joined: MediaTime) -> bool {
        let most = 2 * self.params.max_members.max(FIRST_SEATS);
        let free = self
            .vacant
            .front()
            .is_some_and(|(_, since)| since.is_none_or(|since| joined.nanos_since(since) >= FADE_NS));
        let full = !free && self.seats < most;
        if full {
            let seats = (2 * self.seats).clamp(FIRST_SEATS, most);
            (self.seats as u32..seats as u32).rev().for_each(|seat| self.vacant.push_front((seat, None)));
            self.seats = seats;
        }
        let (seat, _) = self.vacant.pop_front().unwrap_or_default();
        self.members.push(id);
        self.count(id, &params.role, true);
        self.roster.insert(id, Membership::new(seat, params, joined));
        full
    }

    /// A member goes. Nobody whispers to it any more.
    pub(crate) fn remove(&mut self, id: SessionId, now: MediaTime) -> Option<Membership> {
        let member = self.roster.remove(&id)?;
        // From the end, as a room that ends is emptied.
        let at = self.members.iter().rposition(|other| *other == id);
        at.map(|at| self.members.remove(at));
        self.count(id, &member.params.role, false);
        self.vacant.push_back((member.seat, Some(now)));
        member.encoding.iter().for_each(|encoding| self.encodings.remove(*encoding));
        self.dominant = self.dominant.filter(|holder| *holder != id);
        for whisperer in &self.whisperers {
            let role = self.roster.get_mut(whisperer).map(|whisperer| &mut whisperer.params.role);
            if let Some(MemberRole::Whisper(to)) = role {
                to.retain(|to| *to != id);
            }
        }
        Some(member)
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
        let before = member.encoding.take();
        before.iter().for_each(|before| self.encodings.remove(*before));
        let (at, number) = self.encodings.add(encoding?);
        member.encoding = Some(at);
        number
    }

    /// What its bus is to find out, if anything.
    pub(crate) fn look(&self) -> Option<Look> {
        let ConferenceParams { mixing, level_control, speakers, level_interval, .. } = self.params;
        let level_blocks = level_interval.map_or(0, |interval| interval.as_micros().div_ceil(10_000) as u32);
        let look = Look { mixing, level_control, tells: speakers, level_blocks };
        (look != Look::NOTHING).then_some(look)
    }

    /// How many speak.
    pub(crate) fn talking(&self) -> usize {
        self.roster.values().filter(|member| member.talking.is_some()).count()
    }

    /// Who whispers to a member by now, and how loud.
    pub(crate) fn whispers_to(&self, id: SessionId) -> Vec<(SessionId, Gain)> {
        let heard = |from: &SessionId| {
            let params = &self.roster.get(from)?.params;
            let to_it = matches!(&params.role, MemberRole::Whisper(to) if to.contains(&id));
            to_it.then_some((*from, params.said()))
        };
        self.whisperers.iter().filter_map(heard).collect()
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
