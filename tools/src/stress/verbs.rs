//! Control: a verb of the public interface, any of them, on anything that there is or was.

use super::actor::Actor;
use super::params::{direction, opus, params, processing, remote, stream};
use super::waiting::{Brought, Waiting};
use super::{calls, recordings, rooms};
use media_core::session::SendCodec;
use media_core::telemetry::gauges::GaugeQuery;
use media_core::types::{Gain, SessionId, WorkerId};
use media_core::{CallTone, CollectParams, MediaSessionHandle, Prompt, SilenceParams, TonePlan};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// A session in so many is one whose codec panics.
const FAITH: u64 = 8;

fn nothing<T: Send + 'static>(verb: &'static str, now: u64, pending: media_core::engine::Pending<T>) -> Waiting {
    Waiting::new(verb, now, pending, |_| Brought::Nothing)
}

fn create(actor: &mut Actor, now: u64) -> Waiting {
    actor.number += 1;
    let faithless = actor.dice.once_in(FAITH);
    let kind = if faithless { "faithless" } else { "plain" };
    let name = actor.dice.below(60);
    let dialog = match name {
        0 => String::new(),
        1 | 2 => format!("{kind}-again"),
        _ => format!("{kind}-{}-{}", actor.name, actor.number),
    };
    let (params, sound) = params(&mut actor.dice, &actor.shared, &actor.phones, u64::from(faithless));
    actor.shared.alive.fetch_add(1, Relaxed);
    let pending = actor.shared.handle.create_media_session(&*dialog, params);
    Waiting::new("create", now, pending, Brought::Session).sound(sound && name > 2)
}

/// Asks for something; `None`: what was done needs no answer.
pub fn any(actor: &mut Actor, now: u64) -> Option<Waiting> {
    let session = match actor.session() {
        Some(session) => session,
        // In a row of verbs one create: a hundred of them would do nothing but fill the queue.
        None if !actor.is_creating() || actor.dice.once_in(50) => return Some(create(actor, now)),
        None => return Some(nothing("sessions", now, actor.shared.handle.sessions())),
    };
    let creates = if actor.has_room() { 25 } else { 2 };
    // Where they meet, more joins and leaves.
    let of_one = if actor.shared.size.meets.is_some() { 40 } else { 62 };
    match actor.dice.below(100) {
        roll if roll < creates => Some(create(actor, now)),
        roll if roll < of_one => of_session(actor, &session, now),
        0..84 => connections(actor, &session, now),
        _ => of_engine(actor, &session, now),
    }
}

fn of_session(actor: &mut Actor, session: &MediaSessionHandle, now: u64) -> Option<Waiting> {
    let dice = &mut actor.dice;
    let wild = dice.once_in(4);
    Some(match dice.below(38) {
        0..6 => {
            actor.forget(session.id());
            nothing("destroy", now, session.destroy())
        }
        6..9 => {
            let faithless = session.dialog().as_str().starts_with("faithless");
            let (wanted, _) = params(dice, &actor.shared, &actor.phones, 4 * u64::from(faithless));
            nothing("update", now, session.update(wanted))
        }
        9 => nothing("hold_inward", now, session.hold_inward()),
        10 => nothing("resume_inward", now, session.resume_inward()),
        11 => nothing("hold_outward", now, session.hold_outward()),
        12 => nothing("resume_outward", now, session.resume_outward()),
        13 => nothing("mute", now, if dice.once_in(2) { session.mute() } else { session.unmute() }),
        14 => {
            let gain = Gain::linear(dice.below(160) as f32 / 10.0).unwrap_or(Gain::UNITY);
            nothing("set_gain", now, session.set_gain(gain))
        }
        15 => match dice.below(4) {
            0 => nothing("glitches", now, session.glitches()),
            1 => nothing("one_way", now, session.one_way()),
            2 => nothing("set_glitch_events", now, session.set_glitch_events(dice.once_in(2))),
            _ => nothing("set_metering", now, session.set_metering(dice.once_in(2))),
        },
        16..18 => nothing("set_processing", now, session.set_processing(processing(dice))),
        18 => match dice.once_in(2) {
            true => nothing("processing_metrics", now, session.processing_metrics()),
            false => {
                let silence = SilenceParams::new(Duration::from_millis(dice.one([0, 100, 1_000])));
                nothing("set_silence_detection", now, session.set_silence_detection(Some(silence)))
            }
        },
        19 => {
            let digits = dice.one(["1", "123#*", "", "x", "99999999", "A,B"]);
            nothing("send_digits", now, session.send_digits(digits, dice.one([100, 40, 0, 5_000, 250])))
        }
        20 => match dice.once_in(2) {
            true => nothing("take_digits", now, session.take_digits()),
            false => {
                let params = CollectParams::new(dice.below(5) as usize).terminators(dice.one(["", "#", "x"]));
                let params = params.first_digit_timeout(Duration::from_millis(dice.one([0, 10, 500, 5_000])));
                let prompt = Prompt::tone(TonePlan::NorthAmerica.tone(CallTone::Dial));
                let params = if dice.once_in(2) { params.prompt(prompt) } else { params.discard_typed_ahead() };
                nothing("collect", now, session.collect(params))
            }
        },
        21 => nothing("set_remote", now, session.set_remote(remote(dice, &actor.phones, wild))),
        22..24 => nothing("move_to", now, session.move_to(WorkerId(dice.below(4) as u8))),
        24 => nothing("statistics", now, session.statistics()),
        25 => nothing("transport_statistics", now, session.transport_statistics()),
        26 => nothing("state", now, session.state()),
        27 => Waiting::new("tap", now, session.tap(), Brought::Tap),
        28 => {
            let codec = dice.one([SendCodec::First, SendCodec::FollowPeer, SendCodec::PayloadType(18)]);
            nothing("set_send_codec", now, session.set_send_codec(codec))
        }
        29 | 30 => nothing("set_opus", now, session.set_opus(opus(dice))),
        31 => nothing("opus_settings", now, session.opus_settings()),
        32 => match dice.below(3) {
            0 => nothing("params", now, session.params()),
            1 => nothing("processing", now, session.processing()),
            _ => nothing("set_direction", now, session.set_direction(direction(dice))),
        },
        33 => {
            let prompt = match dice.below(3) {
                0 => Prompt::file("there/is/none.wav"),
                1 => Prompt::tone(TonePlan::Europe.tone(CallTone::Busy)).forever(),
                _ => Prompt::samples(vec![0.1; 4_000], 16_000).times(dice.below(3) as u32),
            };
            match dice.once_in(2) {
                true => nothing("play", now, session.play(prompt.interrupted_by_digit())),
                false => nothing("play_next", now, session.play_next(prompt)),
            }
        }
        34 => nothing("flush_prompts", now, session.flush_prompts()),
        35 => recordings::begin(actor, session, now),
        36 => recordings::any(actor, session, now),
        _ => match dice.below(4) {
            0 => nothing("relays", now, session.relays()),
            1 => nothing("relay_statistics", now, session.relay_statistics(stream(dice))),
            2 => nothing("set_relay_direction", now, session.set_relay_direction(stream(dice), direction(dice))),
            _ => nothing(
                "set_relay_remote",
                now,
                session.set_relay_remote(stream(dice), remote(dice, &actor.phones, wild)),
            ),
        },
    })
}

fn connections(actor: &mut Actor, session: &MediaSessionHandle, now: u64) -> Option<Waiting> {
    let Some(room) = actor.room() else { return Some(rooms::create(actor, now)) };
    let bridges = if actor.shared.size.meets.is_some() { 50 } else { 20 };
    Some(match actor.dice.below(bridges) {
        0..9 => calls::any(actor, session, now),
        _ => rooms::any(actor, &room, session, now),
    })
}

fn of_engine(actor: &mut Actor, session: &MediaSessionHandle, now: u64) -> Option<Waiting> {
    let handle = actor.shared.handle.clone();
    Some(match actor.dice.below(14) {
        0 => {
            let dialog = actor.dice.one(["plain-again", "nobody", "plain-0-1"]);
            Waiting::new("find_session", now, handle.find_session(dialog), Brought::Session)
        }
        1 => nothing("sessions", now, handle.sessions()),
        2 => nothing("conferences", now, handle.conferences()),
        3 => nothing("session", now, handle.session(session.id())),
        4 => nothing(
            "session",
            now,
            handle.session(SessionId::new(actor.dice.next() as u32 % 50, actor.dice.next() as u32 % 50)),
        ),
        5 => nothing("get_media_capabilities", now, handle.get_media_capabilities()),
        6 => Waiting::new("rtp_bridge", now, handle.rtp_bridge(), |bridge| Brought::Bridge(Box::new(bridge))),
        7 => nothing("rtcp_reader", now, handle.rtcp_reader()),
        8 => {
            drop(handle.snapshot());
            drop(handle.health());
            return None;
        }
        9 => {
            let pattern = actor.dice.one(["/", "/session/*/lost", "/worker/0", "/io", "/x"]);
            drop(handle.gauges(&GaugeQuery::new(pattern)));
            return None;
        }
        10 => {
            // Some listen, and never read.
            if actor.dice.once_in(2) {
                return Some(Waiting::new("events", now, session.events(), Brought::Events));
            }
            actor.listen(handle.subscribe());
            return None;
        }
        11 => {
            actor.let_go();
            return None;
        }
        // Nobody waits for the answer.
        12 => {
            drop(session.state());
            return None;
        }
        _ => nothing("worker", now, session.worker()),
    })
}
