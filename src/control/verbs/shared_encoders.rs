//! Control: encoders that members of a conference share who hear it alike.

use super::factory::made_of;
use crate::control::records::encodings::Encoding;
use crate::control::supervisor::Supervisor;
use crate::rt::Parcel;
use crate::session::Transport;
use crate::types::{ConferenceId, SessionId};
use crate::worker::{OutputPlan, SharedEncoder, Switch, Verb};

impl Supervisor {
    /// What a member is sent is encoded anew, or otherwise: it is noted, and the bus gets an encoder for it where that is worth its
    /// memory. Members whose packets begin from silence begin them at the same ticks, so that they can share.
    pub(in crate::control) fn share_encoding(&mut self, id: ConferenceId, member: SessionId) {
        self.share_conversion(id, member);
        let encoding = self.build_again(member).as_ref().and_then(Encoding::of);
        let Some(room) = self.rooms.get_mut(id) else { return };
        let Some((bus, gauges)) = room.place_of(member).map(|place| (place.bus, place.gauges.clone())) else { return };
        let facts = encoding.as_ref().map(|encoding| (encoding.rate_and_ptime(), encoding.has_phases()));
        let number = room.note_encoding(member, encoding);
        let Some((rate_and_ptime, has_phases)) = facts else { return };
        if let (true, Ok(Some((_, key)))) = (has_phases, self.leg_of(member)) {
            let turn = bus % u32::from(rate_and_ptime.1.blocks());
            self.order_of_member(id, member, Verb::Set(key, Switch::Turn(turn as u8)), None);
        }
        if let Some(number) = number
            && let (Some(now), Some(before)) = (self.build_again(member), self.build_again(member))
        {
            let encoders = [now.encoder, before.encoder];
            let encoder = SharedEncoder::new((bus, number), encoders, rate_and_ptime, gauges);
            self.order_of_member(id, member, Verb::AddEncoder(bus, Parcel::pack(encoder)), None);
        }
    }

    /// Members of another rate than the room's hear it converted once for all of them.
    fn share_conversion(&mut self, id: ConferenceId, member: SessionId) {
        let session = self.sessions.get(member).filter(|s| !matches!(s.params.transport, Transport::Pcm(_)));
        let Some(rate) = session.map(|session| session.output_rate()) else { return };
        if let Some(place) = self.rooms.get_mut(id).and_then(|room| room.note_rate(member, rate)) {
            self.send_bus(id, place, None);
        }
    }

    /// A way out like the member's; `None` where its encoder is not one that could be shared.
    fn build_again(&self, member: SessionId) -> Option<OutputPlan> {
        let params = self.sessions.get(member)?.sending();
        let has_one = !matches!(params.transport, Transport::Pcm(_)) && params.send.remembers();
        if has_one { made_of(&params.send, || params.build_output()).ok() } else { None }
    }
}
