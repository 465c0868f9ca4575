//! Control: what is asked of calls: bridges, transfers, supervision, taps and injections both ways, events of one session.

use super::actor::Actor;
use super::waiting::{Brought, Waiting};
use media_core::{Gain, InjectParams, InjectPoint, MediaSessionHandle, MonitorMode, SampleRate, TapSource};

/// One of them, on anything.
pub fn any(actor: &mut Actor, session: &MediaSessionHandle, now: u64) -> Waiting {
    let handle = actor.shared.handle.clone();
    let other = actor.session().unwrap_or_else(|| session.clone());
    let done = |()| Brought::Nothing;
    match actor.dice.below(14) {
        0..5 => Waiting::new("bridge", now, handle.bridge(session, &other), done),
        5 | 6 => Waiting::new("unbridge", now, handle.unbridge(session), done),
        7 => Waiting::new("transfer", now, handle.transfer(session, &other), done),
        8 => Waiting::new("attended_transfer", now, handle.attended_transfer(session, &other), done),
        9 | 10 => {
            let mode = actor.dice.one([MonitorMode::Listen, MonitorMode::Whisper, MonitorMode::Barge]);
            Waiting::new("monitor", now, handle.monitor(session, &other, mode), done)
        }
        11 => Waiting::new("end_monitor", now, handle.end_monitor(session), done),
        12 => {
            let rate = actor.dice.one([SampleRate::Hz8000, SampleRate::Hz48000]);
            let params = InjectParams::new(rate).point(actor.dice.one([InjectPoint::Heard, InjectPoint::Said]));
            match actor.room().filter(|_| actor.dice.once_in(4)) {
                Some(room) => Waiting::new("inject", now, room.inject(params), Brought::Injection),
                None => Waiting::new("inject", now, session.inject(params.beside(Gain::MUTE)), Brought::Injection),
            }
        }
        _ => {
            let source = actor.dice.one([TapSource::Said, TapSource::Heard, TapSource::Mixed]);
            Waiting::new("tap_of", now, session.tap_of(source), Brought::Tap)
        }
    }
}
