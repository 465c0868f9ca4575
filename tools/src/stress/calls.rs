//! Control: what is asked of calls: bridges, transfers, supervision, taps both ways, events of one session.

use super::actor::Actor;
use super::waiting::{Brought, Waiting};
use media_core::{MediaSessionHandle, MonitorMode, TapSource};

/// One of them, on anything.
pub fn any(actor: &mut Actor, session: &MediaSessionHandle, now: u64) -> Waiting {
    let handle = actor.shared.handle.clone();
    let other = actor.session().unwrap_or_else(|| session.clone());
    let done = |()| Brought::Nothing;
    match actor.dice.below(13) {
        0..5 => Waiting::new("bridge", now, handle.bridge(session, &other), done),
        5 | 6 => Waiting::new("unbridge", now, handle.unbridge(session), done),
        7 => Waiting::new("transfer", now, handle.transfer(session, &other), done),
        8 => Waiting::new("attended_transfer", now, handle.attended_transfer(session, &other), done),
        9 | 10 => {
            let mode = actor.dice.one([MonitorMode::Listen, MonitorMode::Whisper, MonitorMode::Barge]);
            Waiting::new("monitor", now, handle.monitor(session, &other, mode), done)
        }
        11 => Waiting::new("end_monitor", now, handle.end_monitor(session), done),
        _ => {
            let source = actor.dice.one([TapSource::Said, TapSource::Heard, TapSource::Mixed]);
            Waiting::new("tap_of", now, session.tap_of(source), Brought::Tap)
        }
    }
}
