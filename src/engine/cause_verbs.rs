//! Control: what a session can be asked about the causes of its gaps.

use crate::control::Pending;
use crate::engine::{MediaHandle, MediaSessionHandle};
use crate::quality::{Glitches, OneWay};
use crate::telemetry::{LegQuery, LegRow, Why};

impl MediaSessionHandle {
    /// Why its audio broke: the newest 128 glitches with their causes, and how many of each cause there were. Packets may come too
    /// late for half a second: what they leave is known after that. A session that is over is remembered as one of the last 256.
    ///
    /// # Errors
    /// Through the answer: there is no such session.
    ///
    /// Example: [`Glitch`](crate::quality::Glitch).
    pub fn glitches(&self) -> Pending<Glitches> {
        let id = self.id();
        self.engine().request(move |s, promise| s.glitches(id, promise))
    }

    /// How far its audio comes, each way, by what was counted in the last one to two seconds: no session is silent for an unknown
    /// reason.
    ///
    /// # Errors
    /// Through the answer: there is no such session.
    ///
    /// Example: [`OneWay`].
    pub fn one_way(&self) -> Pending<OneWay> {
        let id = self.id();
        self.engine().request(move |s, promise| s.one_way(id, promise))
    }

    /// Whether its glitches are told by events ([`Glitch`](crate::EventKind::Glitch)), one a second at most; off at first.
    ///
    /// # Errors
    /// Through the answer: there is no such session.
    pub fn set_glitch_events(&self, on: bool) -> Pending<()> {
        let id = self.id();
        self.engine().request(move |s, promise| s.set_glitch_events(id, on, promise))
    }
}

impl MediaHandle {
    /// Why the audio of a session broke, and how far it comes, by the session's number or its dialog: also of one of the last 256 that
    /// are over. Asks neither the supervisor nor a media thread; how far it comes is as of the last second. `None`: there is none.
    ///
    /// Example: [`Why`].
    pub fn why(&self, session: &str) -> Option<Why> {
        self.directory().find(session).map(Why::read)
    }

    /// The legs that stand out of all that there are, such as the sick ones: with the figures of their last look, a second ago, or with
    /// more than 1,024 sessions up to as many seconds as there are thousands of them. Asks neither the supervisor nor a media thread.
    ///
    /// Example: [`LegQuery`].
    pub fn legs(&self, query: &LegQuery) -> Vec<LegRow> {
        self.directory().legs(query)
    }
}
