//! Control: the record of what embedders inject: which session has an injection where, and whether that is over.

use super::playbacks::{InjectionRecord, Playbacks, SaidRecord};
use crate::playback::{InjectionControl, InjectionId, InjectionNews};
use crate::session::InjectPoint;
use crate::types::{SampleRate, SessionId};

impl Playbacks {
    /// The number of a session by which samples are injected into a room.
    pub(crate) fn number_injector(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    /// What is injected there.
    pub(crate) fn injected(&mut self, id: SessionId, point: InjectPoint) -> Option<&mut Option<InjectionRecord>> {
        match point {
            InjectPoint::Heard => Some(&mut self.players.get_mut(&id)?.injection),
            InjectPoint::Said => Some(&mut self.said.get_mut(&id)?.injection),
        }
    }

    /// Samples of the embedder's come into what a session hears, whose player is there, or says; their number.
    pub(crate) fn inject(
        &mut self,
        id: SessionId,
        (point, rate): (InjectPoint, SampleRate),
        (control, news): (InjectionControl, rtrb::Consumer<InjectionNews>),
    ) -> InjectionId {
        self.numbered += 1;
        let number = InjectionId(self.numbered);
        if point == InjectPoint::Said {
            // Another than the one before, which may have been of another rate.
            self.said.insert(id, SaidRecord { rate, injection: None, idle: None });
        }
        if let Some(place) = self.injected(id, point) {
            *place = Some(InjectionRecord { id: number, control, news, ends: false });
        }
        number
    }

    /// An injection of a session, if it is not over.
    pub(crate) fn injection(
        &mut self,
        id: SessionId,
        number: InjectionId,
    ) -> Option<(InjectPoint, &mut InjectionRecord)> {
        let is_it = |injection: &Option<InjectionRecord>| injection.as_ref().is_some_and(|one| one.id == number);
        let point = match self.said.get(&id).is_some_and(|said| is_it(&said.injection)) {
            true => InjectPoint::Said,
            false => InjectPoint::Heard,
        };
        let injection = self.injected(id, point)?.as_mut().filter(|injection| injection.id == number)?;
        Some((point, injection))
    }

    /// What was told of a session's injections since.
    pub(crate) fn injection_news(&mut self, id: SessionId) -> Vec<(InjectionId, InjectionNews)> {
        let mut news = Vec::new();
        for point in [InjectPoint::Heard, InjectPoint::Said] {
            if let Some(Some(injection)) = self.injected(id, point) {
                news.extend(std::iter::from_fn(|| injection.news.pop().ok()).map(|one| (injection.id, one)));
            }
        }
        news
    }
}
