//! Control: what a member of a conference hears: its room, and who whispers to it.

use crate::control::records::room::Whisper;
use crate::control::supervisor::{After, Supervisor};
use crate::rt::Parcel;
use crate::session::MemberRole;
use crate::types::{ConferenceId, Gain, SampleRate, SessionId};
use crate::worker::{Converter, Route, Source, Term, Verb};
use std::collections::BTreeSet;

/// An entry of a route: what, the gain that it begins with, and how it is converted.
type Entry = (Term, Gain, Option<Converter>);

impl Supervisor {
    /// Tells those who are whispered to by those roles what they hear by now; each once, as an order in the same tick would
    /// end the fade of the one before.
    pub(in crate::control) fn send_whispers(&mut self, id: ConferenceId, roles: &[&MemberRole]) {
        let whispered = roles.iter().flat_map(|role| match role {
            MemberRole::Whisper(to) => to.as_slice(),
            _ => &[],
        });
        for listener in whispered.copied().collect::<BTreeSet<_>>() {
            self.send_room_route(id, listener, None);
        }
    }

    /// Compiles what a member hears, and how it comes to the room's rate and back, and swaps it in.
    pub(in crate::control) fn send_room_route(&mut self, id: ConferenceId, member: SessionId, after: After) {
        let (Some(room), Some(session)) = (self.rooms.get(id), self.sessions.get(member)) else { return };
        let (Ok(Some((worker, leg))), Some(membership)) = (self.leg_of(member), room.member(member)) else { return };
        let Some(bus) = room.place_of(member).map(|place| place.bus) else { return };
        let (own, before, now) = (session.output_rate(), &membership.whispers, room.whispers_to(member));
        let (faded, exchanged) = (&membership.fading.0, membership.fading.1 + 1);
        let before: &Vec<_> = &before.iter().chain(faded).copied().collect();
        // Who is being faded still is so in this list, too: in the same tick it takes the place of the other.
        let left: Vec<_> = before.iter().filter(|whisper| !now.iter().any(|o| o.is_same(whisper))).copied().collect();
        let ended: Vec<_> = left.iter().map(|whisper| Whisper { gain: Gain::MUTE, ..*whisper }).collect();
        let entry = |whisper: &Whisper| self.whisper_entry(whisper, before, (room.rate, own));
        let whispers = now.iter().chain(&ended).filter_map(entry);
        let bus = Term { source: Source::Bus(bus), gain: Gain::UNITY };
        let bus = (bus, Gain::UNITY, Converter::between(room.rate, own));
        let route =
            Route::list(std::iter::once(bus).chain(whispers)).speaking(Converter::between(session.rate, room.rate));
        if let Some(member) = self.rooms.get_mut(id).and_then(|room| room.member_mut(member)) {
            (member.whispers, member.fading) = (now, (left, exchanged));
        }
        // A whisper that ended is in the list once more, to be faded.
        let after = match ended.is_empty() {
            true => after,
            false => Some(Box::new(move |s: &mut Self, receipt| {
                s.end_fades(id, member, exchanged);
                if let Some(after) = after {
                    after(s, receipt);
                }
            }) as _),
        };
        self.order(worker, Verb::SetRoute(leg, Parcel::pack(route)), after);
        self.send_heard_routes(member);
    }

    /// Who whispered to a member has been faded, unless its route was exchanged once more since.
    fn end_fades(&mut self, id: ConferenceId, member: SessionId, exchanged: u64) {
        let known = self.rooms.get_mut(id).and_then(|room| room.member_mut(member));
        if let Some(known) = known.filter(|known| known.fading.1 == exchanged) {
            known.fading.0.clear();
            self.send_room_route(id, member, None);
        }
    }

    /// A whisper in the route of a listener of rate `own`, who was whispered to so `before`: from the leg itself, or on a bus.
    fn whisper_entry(
        &self,
        whisper: &Whisper,
        before: &[Whisper],
        (room, own): (SampleRate, SampleRate),
    ) -> Option<Entry> {
        let (source, rate) = match whisper.bus {
            Some(bus) => (Source::Bus(bus), room),
            None => {
                let (_, leg) = self.leg_of(whisper.from).ok()??;
                (Source::Leg(leg), self.sessions.get(whisper.from)?.rate)
            }
        };
        let begin = before.iter().find(|other| other.is_same(whisper)).map_or(Gain::MUTE, |other| other.gain);
        Some((Term { source, gain: whisper.gain }, begin, Converter::between(rate, own)))
    }
}
