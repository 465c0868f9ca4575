//! Control: what workers tell, told on to subscribers.

use super::Supervisor;
use super::links::Owner;
use crate::integration::io::TransportNotice;
use crate::session::{EventKind, MediaEvent};
use crate::types::{Decibels, DialogId, SessionId, StreamId};
use crate::worker::{Facts, Verb, WorkerEvent, WorkerEventKind};

/// Worker events taken in one step at most.
const EVENTS_PER_STEP: usize = 8_192;

impl Supervisor {
    pub(super) fn take_events(&mut self) {
        for index in 0..self.workers.len() {
            for _ in 0..EVENTS_PER_STEP {
                let link = &mut self.workers[index];
                let Some(event) = link.events.take() else { break };
                let owner = link.places.get(event.leg).copied();
                if let Some(Owner::Session(id) | Owner::Departed(id)) = owner {
                    self.take_event(id, event);
                }
            }
        }
    }

    pub(super) fn take_transport_notices(&mut self) {
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
                        log::warn!(
                            "session {session}: our own packets come back from {from} and are not heard: look for a loop of                              bridges, or an echo test, at that address"
                        );
                        self.tell(session, EventKind::Looped(from));
                    }
                    TransportNotice::Refused { session, stream, from } if stream == audio => {
                        log::warn!(
                            "session {session}: packets of {from} are refused, who is not its peer: signal that address                              (set_remote) if it is to be heard"
                        );
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
        let facts = match event.what {
            WorkerEventKind::Level(level) => return self.tell(id, EventKind::Level(Decibels(level))),
            WorkerEventKind::DigitStarted(event) => return self.tell(id, EventKind::DigitStarted(event)),
            WorkerEventKind::Digit(digit) => return self.take_digit(id, digit),
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
        }
    }

    pub(super) fn tell(&mut self, id: SessionId, kind: EventKind) {
        if let Some(dialog) = self.sessions.get(id).map(|s| s.dialog.clone()) {
            self.tell_named(id, dialog, kind);
        }
    }

    pub(super) fn tell_named(&mut self, id: SessionId, dialog: DialogId, kind: EventKind) {
        self.subscribers.send(&MediaEvent { at: self.now, session: Some((id, dialog)), kind });
    }
}
