//! Control: glitches that legs tell get their cause, their time and their words; and each second of a session is written down.

use crate::control::links::worker::Owner;
use crate::control::records::causes::Totals;
use crate::control::records::session::{Place, Session};
use crate::control::records::sick::SickSessions;
use crate::control::supervisor::Supervisor;
use crate::quality::{Filling, Glitch, GlitchCause, GlitchDetail, GlitchSide, OneWay};
use crate::session::{EventKind, Transport};
use crate::types::{Decibels, SessionId};
use crate::worker::GlitchRecord;
use std::time::{Duration, UNIX_EPOCH};

impl Supervisor {
    /// A leg's glitch.
    pub(in crate::control) fn take_glitch(&mut self, owner: Owner, told: GlitchRecord) {
        let (id, tap) = match owner {
            Owner::Session(id) | Owner::Departed(id) => (id, false),
            Owner::Tap(id) => (id, true),
            Owner::RoomTap => return,
        };
        // Of what a tap hears, only what it loses itself is news.
        if tap && told.cause != GlitchCause::StalledReader {
            return;
        }
        let wall = self.telemetry.wall(told.at);
        let stolen = (told.cause == GlitchCause::LateTick).then(|| self.telemetry.stolen_lately()).flatten();
        let Some(session) = self.sessions.get_mut(id) else { return };
        let cause = match told.cause {
            GlitchCause::Lost => session.causes.blame(told.numbers.0, &session.transport).unwrap_or(GlitchCause::Lost),
            cause => cause,
        };
        let side = match (told.cause, told.outward) {
            (GlitchCause::LateTick, _) => GlitchSide::Both,
            (_, true) => GlitchSide::Outward,
            (_, false) => GlitchSide::Inward,
        };
        let detail = if tap { GlitchDetail::Tap } else { detail(&told, stolen) };
        let length = Duration::from_micros(told.us.into());
        let glitch = Glitch { side, at: told.at, wall, length, cause, detail };
        if told.goes_on {
            return session.causes.book.open().glitches.go_on(glitch);
        }
        session.causes.book.open().glitches.add(glitch);
        self.tell_glitch(id, glitch);
        self.fly_glitch(id, &glitch);
    }

    /// Tells a glitch by an event, where that is asked for and the last one is old enough.
    pub(in crate::control) fn tell_glitch(&mut self, id: SessionId, glitch: Glitch) {
        let now = self.now;
        if let Some(more) = self.sessions.get_mut(id).and_then(|session| session.causes.may_tell(now)) {
            let Glitch { cause, side, at: begun, length, .. } = glitch;
            self.tell(id, EventKind::Glitch { cause, side, begun, length, more });
        }
    }

    /// Once a second.
    pub(in crate::control) fn end_seconds(&mut self) {
        self.telemetry.set_wall(self.now);
        let wall = self.telemetry.wall(self.now).duration_since(UNIX_EPOCH).unwrap_or_default();
        let unix_ms = wall.as_millis() as u64;
        let ids: Vec<SessionId> = self.sessions.keys().collect();
        let mut sick = SickSessions::default();
        for id in ids {
            let ways = self.ways_of(id).unwrap_or_default();
            let (now, Some(session)) = (self.now, self.sessions.get_mut(id)) else { continue };
            let totals = Totals::read(&session.transport, &session.gauges);
            let metered = session.metered;
            session.causes.holds_last(now);
            let lost = session.causes.end_second(totals, &session.gauges, metered, unix_ms);
            let one_way_s = session.causes.goes_ways(ways);
            sick.count(ways, one_way_s, lost);
            if let Some(lasted) = session.end_silent_second(ways, now) {
                self.tell(id, EventKind::MediaTimeout { lasted });
            }
        }
        self.telemetry.sick = sick;
    }

    /// How far a session's audio comes.
    pub(in crate::control) fn ways_of(&self, id: SessionId) -> Option<OneWay> {
        let session = self.sessions.get(id)?;
        let totals = Totals::read(&session.transport, &session.gauges);
        let mut evidence = session.causes.evidence(totals, &session.state);
        evidence.packets = !matches!(session.params.transport, Transport::Pcm(_));
        evidence.samples = !evidence.packets && session.params.agent.is_none();
        evidence.played_to = self.playbacks.plays_to(id);
        evidence.stopped |= self.is_without_thread(session);
        Some(evidence.judge())
    }

    fn is_without_thread(&self, session: &Session) -> bool {
        matches!(session.place, Place::At(worker, _) if self.workers.get(worker.as_usize()).is_some_and(|w| !w.runs()))
    }
}

fn detail(told: &GlitchRecord, stolen: Option<Duration>) -> GlitchDetail {
    let us = |us: u32| Duration::from_micros(us.into());
    let (one, other) = told.numbers;
    match told.cause {
        GlitchCause::Lost
        | GlitchCause::Late
        | GlitchCause::Dropped
        | GlitchCause::Undecodable
        | GlitchCause::SenderPaused => {
            let filling = match (told.passed, told.faded) {
                (true, _) => Filling::PassedOn,
                (false, true) => Filling::Faded,
                (false, false) => Filling::Concealed,
            };
            GlitchDetail::Packets { missing: one, late: other, late_by: us(told.late_us), filling }
        }
        GlitchCause::Stretched => GlitchDetail::Stretched { longer: us(one), shorter: us(other) },
        GlitchCause::CodecChanged => GlitchDetail::Codec { from: one as u8, to: other as u8 },
        GlitchCause::Limited => GlitchDetail::Gain(Decibels(20.0 * (one.max(1) as f32 / 1e3).log10())),
        GlitchCause::LateTick => GlitchDetail::Stolen(stolen),
        _ => GlitchDetail::None,
    }
}
