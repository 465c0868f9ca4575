//! Control: once an interval each session's quality is rated, and what changed is told.

use crate::control::supervisor::Supervisor;
use crate::quality::QualityAlert;
use crate::session::{EventKind, Transport};
use crate::types::SessionId;

impl Supervisor {
    /// Rates those sessions whose turn this second is: a part of them each second, so that ten thousand are no burst of work.
    pub(in crate::control) fn rate_quality(&mut self, second: u64) {
        let (now, interval) = (self.now, u64::from(self.plan.config.quality_interval_s));
        let mut told: Vec<(SessionId, QualityAlert)> = Vec::new();
        for session in self.sessions.values_mut() {
            let turn = (u64::from(session.id.index()) + second).is_multiple_of(interval);
            if !turn || matches!(session.params.transport, Transport::Pcm(_)) {
                continue;
            }
            let sample = session.quality_sample(now);
            let alerts = session.quality.add(sample);
            if let Some(last) = session.quality.last() {
                session.tell_scores(last);
            }
            told.extend(alerts.into_iter().map(|alert| (session.id, alert)));
        }
        for (id, alert) in told {
            self.tell(id, EventKind::Quality(alert));
        }
    }
}
