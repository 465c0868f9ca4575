//! Control: once an interval each session's quality is rated, and what changed is told.

#[cfg(feature = "opus")]
use crate::control::request::Step;
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::quality::{AdaptationProposal, Adjustment, QualityAlert, QualityAspect};
use crate::session::{EventKind, Transport};
use crate::types::SessionId;

impl Supervisor {
    /// Rates those sessions whose turn this second is: a part of them each second, so that ten thousand are no burst of work.
    pub(in crate::control) fn rate_quality(&mut self, second: u64) {
        let (now, interval) = (self.now, u64::from(self.plan.config.quality_interval_s));
        let mut proposed: Vec<(SessionId, AdaptationProposal)> = Vec::new();
        let mut told: Vec<(SessionId, QualityAlert)> = Vec::new();
        let mut extended: Vec<SessionId> = Vec::new();
        for session in self.sessions.values_mut() {
            let turn = (u64::from(session.id.index()) + second).is_multiple_of(interval);
            if !turn || matches!(session.params.transport, Transport::Pcm(_)) {
                continue;
            }
            if session.params.rtcp.is_some_and(|rtcp| rtcp.extended) {
                extended.push(session.id);
            }
            let sample = session.quality_sample(now);
            let alerts = session.quality.add(sample);
            if let Some(last) = session.quality.last().copied() {
                session.tell_scores(&last);
                self.quality.add(&last);
                proposed.extend(session.adapt(&last).map(|proposal| (session.id, proposal)));
            }
            told.extend(alerts.into_iter().map(|alert| (session.id, alert)));
        }
        extended.into_iter().for_each(|id| self.tell_echo(id));
        for (id, alert) in told {
            self.tell(id, EventKind::Quality(alert));
        }
        for (id, proposal) in proposed {
            let applied = self.carry_out(id, proposal.adjustment);
            self.tell(id, EventKind::Adaptation { proposal, applied });
        }
    }

    /// Of a room nobody's echo is known apart from the others'.
    fn tell_echo(&mut self, id: SessionId) {
        let partner = match self.sessions.get(id).and_then(|session| session.state.connection) {
            Some(Connection::Bridge(partner)) => Some(partner),
            _ => None,
        };
        let echo = partner.and_then(|partner| self.sessions.get(partner)?.processing.read().echo);
        if let Some(session) = self.sessions.get_mut(id) {
            session.tell_echo(partner, echo);
        }
    }

    /// How many sessions are bad now, in each of [`QualityAspect::ALL`].
    pub(in crate::control) fn bad_sessions(&mut self) -> [u32; QualityAspect::ALL.len()] {
        let mut bad = [0; QualityAspect::ALL.len()];
        for session in self.sessions.values_mut() {
            bad.iter_mut().zip(session.quality.raised()).for_each(|(bad, raised)| *bad += u32::from(raised));
        }
        bad
    }

    /// Carries out what can be changed within what was negotiated, where that is wished; whether it was.
    fn carry_out(&mut self, id: SessionId, adjustment: Adjustment) -> bool {
        let adaptation = self.sessions.get(id).and_then(|session| session.params.adaptation);
        if !adaptation.is_some_and(|adaptation| adaptation.apply) {
            return false;
        }
        self.adapt_output(id, adjustment).unwrap_or_else(|| self.adapt_opus(id, adjustment))
    }

    #[cfg(feature = "opus")]
    fn adapt_opus(&mut self, id: SessionId, adjustment: Adjustment) -> bool {
        let Some(session) = self.sessions.get(id) else { return false };
        let Some(settings) = session.adjusted_opus(adjustment) else { return false };
        let done = matches!(self.set_opus(id, settings, &mut None), Step::Done);
        let Some(session) = self.sessions.get_mut(id) else { return false };
        if let Some(in_force) = session.sending().opus_in_force() {
            session.note_adapted(in_force);
        }
        done
    }

    /// There is none.
    #[cfg(not(feature = "opus"))]
    fn adapt_opus(&mut self, _: SessionId, _: Adjustment) -> bool {
        false
    }
}
