//! Control: what workers tell, told on to subscribers.

use crate::control::links::worker::Owner;
use crate::control::supervisor::Supervisor;
use crate::session::{EventKind, MediaEvent};
use crate::transport::io::TransportNotice;
use crate::types::{Decibels, DialogId, SessionId, StreamId};
use crate::worker::{Facts, Verb, WorkerEvent, WorkerEventKind};
use std::time::Duration;

/// Worker events taken in one step at most.
const EVENTS_PER_STEP: usize = 8_192;

impl Supervisor {
    pub(in crate::control) fn take_events(&mut self) {
        for index in 0..self.workers.len() {
            for _ in 0..EVENTS_PER_STEP {
                let link = &mut self.workers[index];
                let Some(event) = link.events.take() else { break };
                let owner = link.places.get(event.leg).copied();
                if let WorkerEventKind::Glitch(told) = event.what {
                    owner.into_iter().for_each(|owner| self.take_glitch(owner, told));
                    continue;
                }
                if let Some(Owner::Session(id) | Owner::Departed(id)) = owner {
                    self.take_event(id, event);
                }
            }
        }
    }

    pub(in crate::control) fn take_transport_notices(&mut self) {
        // Those of an embedder's port go when it does.
        self.transport_notices.retain(|lane| !lane.is_abandoned());
        for index in 0..self.transport_notices.len() {
            while let Some(notice) = self.transport_notices[index].take() {
                let audio = StreamId(0);
                match notice {
                    TransportNotice::Latched { session, stream, remote, .. } if stream == audio => {
                        self.tell(session, EventKind::Latched(remote));
                    }
                    TransportNotice::Latched { session, stream, remote, .. } => {
                        self.tell(session, EventKind::RelayLatched(stream, remote));
                    }
                    TransportNotice::Looped { session, from } => {
                        let what = "come back and are not heard: look for a loop of bridges, or an echo test";
                        self.warn_of(session, format_args!("our own packets to {from} {what}, there"));
                        self.tell(session, EventKind::Looped(from));
                    }
                    TransportNotice::Collided { session, ssrc, from } => self.resolve_collision(session, ssrc, from),
                    TransportNotice::Heard { session, ssrc, from } => self.hear_source(session, ssrc, from),
                    TransportNotice::Refused { session, stream, from } if stream == audio => {
                        let remedy = "signal that address (set_remote) if it is to be heard";
                        self.warn_of(session, format_args!("packets of {from} are refused, not its peer's: {remedy}"));
                        self.tell(session, EventKind::SourceRefused(from));
                    }
                    TransportNotice::Refused { session, stream, from } => {
                        self.tell(session, EventKind::RelaySourceRefused(stream, from));
                    }
                }
            }
        }
    }

    fn take_event(&mut self, id: SessionId, event: WorkerEvent) {
        self.interrupt_prompts(id, &event.what);
        self.tell_room_agents(id, &event.what);
        let facts = match event.what {
            WorkerEventKind::Level(level) => return self.tell(id, EventKind::Level(Decibels(level))),
            WorkerEventKind::Glitch(told) => return self.take_glitch(Owner::Session(id), told),
            WorkerEventKind::RoomLevel(level, heard) => {
                return self.hear_level(id, event.tick, Decibels(level), heard);
            }
            WorkerEventKind::Silence { ms } => {
                return self.tell(id, EventKind::Silence { lasted: Duration::from_millis(ms.into()) });
            }
            WorkerEventKind::SilenceEnded { ms } => {
                return self.tell(id, EventKind::SilenceEnded { lasted: Duration::from_millis(ms.into()) });
            }
            WorkerEventKind::DigitStarted(event) => return self.begin_digit(id, event),
            WorkerEventKind::Digit(digit) => return self.take_digit(id, digit),
            WorkerEventKind::Amd(found) => return self.tell(id, EventKind::Amd(found)),
            WorkerEventKind::Speech(speech) => return self.tell(id, EventKind::Speech(speech)),
            WorkerEventKind::Tone(tone) => return self.take_tone(id, tone),
            WorkerEventKind::Facts(facts) => {
                if facts.contains(Facts::INPUT_SETTLED)
                    && let Ok(Some((worker, key))) = self.leg_of(id)
                    && key == event.leg
                {
                    self.order(worker, Verb::TakeFormer(key), None);
                }
                facts
            }
        };
        let known = [
            (Facts::STARTED, EventKind::Started),
            (Facts::SOURCE_CHANGED, EventKind::SourceChanged),
            (Facts::FELL_SILENT, EventKind::FellSilent),
            (Facts::RESUMED, EventKind::Resumed),
            (Facts::FAULT, EventKind::Fault),
            (Facts::PARKED, EventKind::Parked),
            (Facts::VOICE_BEGAN, EventKind::VoiceBegan),
            (Facts::VOICE_ENDED, EventKind::VoiceEnded),
        ];
        self.hear_member(id, event.tick, facts);
        if facts.contains(Facts::CODEC_CHANGED) {
            self.hear_codec(id);
        }
        for (fact, kind) in known {
            if !facts.contains(fact) {
                continue;
            }
            if let Some(session) = self.sessions.get_mut(id) {
                match kind {
                    EventKind::Started | EventKind::Resumed => session.state.receiving = true,
                    EventKind::FellSilent => session.state.receiving = false,
                    EventKind::Parked => session.state.parked = true,
                    _ => {}
                }
            }
            self.tell(id, kind);
            self.judge_health(id, true);
        }
    }

    /// Logs what a session, or its peer, gives rise to: within limits of the session's and of all, and what was left out is
    /// said. Whatever a peer can cause is logged this way.
    pub(in crate::control) fn warn_of(&mut self, id: SessionId, what: std::fmt::Arguments<'_>) {
        match self.log_limit.admit(id, self.now) {
            Some(0) => log::warn!("session {id}: {what}"),
            Some(left_out) => log::warn!("session {id}: {what} (and {left_out} lines before were left out)"),
            None => {}
        }
    }

    /// Tells what is of no session.
    pub(in crate::control) fn tell_all(&self, kind: EventKind) {
        self.subscribers.send(&MediaEvent { at: self.now, session: None, file: None, kind });
    }

    pub(in crate::control) fn tell(&mut self, id: SessionId, kind: EventKind) {
        if let Some(dialog) = self.sessions.get(id).map(|s| s.dialog.clone()) {
            self.tell_named(id, dialog, kind);
        }
    }

    pub(in crate::control) fn tell_named(&mut self, id: SessionId, dialog: DialogId, kind: EventKind) {
        self.subscribers.send(&MediaEvent { at: self.now, session: Some((id, dialog)), file: None, kind });
    }
}
