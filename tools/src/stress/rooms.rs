//! Control: what is asked of conferences: all that they may be, while they run, and members that hear alike and share encoders.

use super::actor::Actor;
use super::dice::Dice;
use super::params::remote;
use super::waiting::{Brought, Waiting};
use media_core::engine::Conference;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::{Gain, SampleRate};
use media_core::{ConferenceParams, ConferenceQuality, MediaSessionHandle, MemberParams, MemberRole, Mixing};
use std::net::SocketAddr;
use std::time::Duration;

/// What a room is to be, and whether nothing is wrong with that.
fn room(dice: &mut Dice) -> (ConferenceParams, bool) {
    let wild = dice.once_in(6);
    let rate = dice.one([SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz24000, SampleRate::Hz48000]);
    let mut params = if dice.once_in(2) { ConferenceParams::default() } else { ConferenceParams::new(rate) };
    params = match dice.below(6) {
        0 => params.quality(ConferenceQuality::Balanced),
        1 => params.quality(ConferenceQuality::High),
        2 => params.mixing(Mixing::Loudest(dice.one([1, 3, 64]))),
        3 => params.mixing(Mixing::Speech).speakers(dice.once_in(2)),
        4 => params.level_control(true),
        _ => params,
    };
    if dice.once_in(3) {
        params = params.level_interval(Duration::from_millis(dice.one([10, 95, 1_000])));
    }
    if dice.once_in(3) {
        params = params.grace(Duration::from_millis(dice.one([0, 200, 5_000])));
    }
    if dice.once_in(4) {
        params = params.max_members(dice.one([1, 4, ConferenceParams::MAX_MEMBERS]));
    }
    let params = match dice.below(3) {
        _ if !wild => params,
        0 => params.max_members(dice.one([0, usize::MAX])),
        1 => params.mixing(Mixing::Loudest(0)),
        _ => params.level_interval(dice.one([Duration::ZERO, Duration::MAX])),
    };
    (params, !wild)
}

/// A session as there are many, of a codec with a memory, `alike` the same: members who hear alike are sent what was encoded once.
pub fn one_of_many(dice: &mut Dice, phones: &[SocketAddr], alike: Option<u64>) -> MediaSessionParams {
    let format = match alike.unwrap_or_else(|| dice.next()) % 3 {
        0 => AudioFormat::g722(),
        1 => AudioFormat::g729(),
        _ => AudioFormat::opus(),
    };
    MediaSessionParams::new(format).remote(remote(dice, phones, false))
}

/// What a member is to be; it may whisper to somebody who is none.
fn member(dice: &mut Dice, other: &MediaSessionHandle) -> MemberParams {
    let role = match dice.below(4) {
        0 => MemberRole::Listen,
        1 => MemberRole::Whisper(vec![other.id()]),
        _ => MemberRole::Speak,
    };
    let gain = Gain::linear(dice.below(160) as f32 / 10.0).unwrap_or(Gain::UNITY);
    let params = MemberParams::default().role(role).gain(gain).muted(dice.once_in(4)).deafened(dice.once_in(4));
    if dice.once_in(2) { params.listening_gain(gain) } else { params }
}

/// Another one, while there is no limit to them.
pub fn create(actor: &mut Actor, now: u64) -> Waiting {
    let (params, sound) = room(&mut actor.dice);
    let pending = actor.shared.handle.create_conference(params);
    Waiting::new("create_conference", now, pending, Brought::Room).sound(sound)
}

/// Asks something of a room.
pub fn any(actor: &mut Actor, room: &Conference, session: &MediaSessionHandle, now: u64) -> Waiting {
    let other = actor.session().unwrap_or_else(|| session.clone());
    let dice = &mut actor.dice;
    let nothing = |verb, pending| Waiting::new(verb, now, pending, |()| Brought::Nothing);
    match dice.below(26) {
        0..7 => nothing("join", room.join(session)),
        7 => nothing("leave", room.leave(session)),
        8 => nothing("leave_conference", session.leave_conference()),
        9 => Waiting::new("members", now, room.members(), |_| Brought::Nothing),
        10 => Waiting::new("participants", now, room.participants(), |_| Brought::Nothing),
        11 => Waiting::new("room_params", now, room.params(), |_| Brought::Nothing),
        12 | 13 => Waiting::new("conference_statistics", now, room.statistics(), Brought::Counts),
        14..17 => nothing("join_as", room.join_as(session, member(dice, &other))),
        17..19 => nothing("set_member", room.set_member(session, member(dice, &other))),
        19 => nothing(
            "set_role",
            room.set_role(session, if dice.once_in(2) { MemberRole::Listen } else { MemberRole::Speak }),
        ),
        20 => nothing("mute_member", if dice.once_in(2) { room.mute(session) } else { room.unmute(session) }),
        21 => nothing("deafen_member", if dice.once_in(2) { room.deafen(session) } else { room.undeafen(session) }),
        22..25 => {
            let (params, sound) = self::room(dice);
            nothing("update_conference", room.update(params)).sound(sound)
        }
        _ => {
            actor.forget_room(room.id());
            nothing("destroy_conference", room.destroy())
        }
    }
}
