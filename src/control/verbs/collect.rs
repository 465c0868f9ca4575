//! Control: digits are collected: begun, with a prompt and with what was typed ahead, and ended, which is told once.

use crate::codec::audio::dtmf::TelephoneEvent;
use crate::control::records::collections::Collecting;
use crate::control::records::session::Session;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::control::verbs::Turn;
use crate::error::{CollectError, Connection, Error};
use crate::playback::PlaybackEnd;
use crate::processing::audio::tone::DtmfParams;
use crate::processing::chain::ProcessingParams;
use crate::session::{CollectEnd, CollectParams, CollectionId, EventKind, MediaSessionParams};
use crate::types::SessionId;
use std::sync::Arc;

impl Supervisor {
    pub(crate) fn collect(
        &mut self,
        id: SessionId,
        params: &CollectParams,
        promise: &mut Option<Promise<CollectionId>>,
    ) -> Step {
        match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(_)) => {}
        }
        match self.try_collect(id, params) {
            Err(error) => Self::refuse(promise, error),
            Ok((collection, end)) => {
                Self::settle(promise, Ok::<_, Error>(collection));
                if let Some(end) = end {
                    self.end_collection(id, end);
                }
                Step::Done
            }
        }
    }

    /// Begins it; with what was typed ahead it may be over.
    fn try_collect(
        &mut self,
        id: SessionId,
        params: &CollectParams,
    ) -> Result<(CollectionId, Option<CollectEnd>), Error> {
        let terminators = params.check().map_err(CollectError::from)?;
        if self.collections.under_way.contains_key(&id) {
            return Err(CollectError::UnderWay(id).into());
        }
        let prompt = params.prompt.clone().map(|prompt| Arc::new(prompt.interrupted_by_digit()));
        if let Some(prompt) = &prompt {
            self.check_prompt(prompt)?;
            self.check_voice(id, prompt)?;
        }
        let (now, number) = (self.now, self.collections.number());
        let session = self.session_mut(id)?;
        let mut collecting = Collecting::new(number, params, terminators, now, session.pressed.is_some());
        // What it does not take waits as before, should the prompt be refused.
        let (mut taken, mut end) = (0, None);
        if params.typed_ahead {
            for digit in session.digits.iter().filter(|digit| digit.event != TelephoneEvent::FLASH) {
                if end.is_none() {
                    end = collecting.take(digit.event, now);
                    taken += 1;
                }
            }
        }
        let interrupted = taken > 0 || session.pressed.is_some() && params.typed_ahead;
        if let Some(prompt) = prompt.filter(|_| !interrupted) {
            collecting.prompt = Some(self.try_play(id, &prompt, Turn::Now, false)?.id);
        }
        let session = self.session_mut(id)?;
        let mut left = if params.typed_ahead { taken } else { usize::MAX };
        session.digits.retain(|digit| {
            let goes = left > 0 && digit.event != TelephoneEvent::FLASH;
            left -= usize::from(goes);
            !goes
        });
        self.collections.under_way.insert(id, collecting);
        self.fit_listening(id);
        Ok((number, end))
    }

    /// Stops it. One that is over is no error: it may have ended on the way.
    pub(crate) fn stop_collection(
        &mut self,
        id: SessionId,
        collection: CollectionId,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if self.collections.under_way.get(&id).is_some_and(|own| own.id == collection) {
            self.end_collection(id, CollectEnd::Stopped);
        }
        Self::settle(promise, Ok::<_, Error>(()))
    }

    /// A session collects no more, for that reason.
    pub(in crate::control) fn end_collection(&mut self, id: SessionId, end: CollectEnd) {
        let Some(Collecting { id: collection, digits, prompt, .. }) = self.collections.under_way.remove(&id) else {
            return;
        };
        self.playbacks.cut(id, PlaybackEnd::Stopped, |one| Some(one.id) == prompt);
        self.fit_listening(id);
        self.tell(id, EventKind::Collected { collection, digits, end });
    }

    /// Tones are listened for while digits are collected that can come by nothing else.
    fn fit_listening(&mut self, id: SessionId) {
        let alone = self.session(id).is_ok_and(|s| has_only_tones(s, &s.params) && !listens(&s.params.processing));
        if !alone {
            return;
        }
        if !self.collections.under_way.contains_key(&id)
            && let Some(session) = self.sessions.get_mut(id)
        {
            // Nobody will tell the end of a press.
            session.pressed = None;
        }
        self.fit_processing(id);
        if let Some(Connection::Bridge(other)) = self.session(id).ok().and_then(|s| s.state.connection) {
            // Whether payloads may pass through has changed.
            self.send_bridge_routes(id, other);
        }
    }

    /// What a session is to process by `params`, with what it listens for meanwhile.
    pub(in crate::control) fn with_listening(
        &self,
        session: &Session,
        params: &MediaSessionParams,
        mut wanted: ProcessingParams,
    ) -> ProcessingParams {
        let collects = self.collections.under_way.contains_key(&session.id);
        if collects && has_only_tones(session, params) && !listens(&wanted) {
            wanted.tones = DtmfParams::default().into();
        }
        self.listen_for_agent(session, &mut wanted);
        wanted
    }
}

fn listens(processing: &ProcessingParams) -> bool {
    processing.digits_to_events || !processing.tones.is_off()
}

fn has_only_tones(session: &Session, params: &MediaSessionParams) -> bool {
    session.port.is_none() || params.event_types().is_empty()
}
