//! Control: redundancy and pauses of a session that follows its peer's reports: what is in force, and what a proposal makes of it.

use super::session::Session;
use crate::quality::{Adjustment, DtxInForce, RedundancyInForce};
use crate::session::MediaSessionParams;

impl Session {
    /// Redundancy, if it is to follow.
    pub(crate) fn redundancy_in_force(&mut self) -> Option<RedundancyInForce> {
        let follows = self.params.adaptation.is_some_and(|adaptation| adaptation.redundancy);
        let level = self.sending().redundancy.filter(|_| follows)?.level;
        let adaptation = self.adaptation.as_mut()?;
        // What is not as it was adapted somebody else has set: so much was negotiated.
        let known = adaptation.redundancy.filter(|(_, adapted)| *adapted == level);
        let most = known.map_or(level, |(most, _)| most);
        adaptation.redundancy = Some((most, level));
        (most > 0).then(|| RedundancyInForce::new(level, most))
    }

    /// Pauses, if they are to follow.
    pub(crate) fn dtx_in_force(&mut self) -> Option<DtxInForce> {
        let follows = self.params.adaptation.is_some_and(|adaptation| adaptation.dtx);
        let sent = self.sending();
        if !follows || !(sent.send.pauses_by_itself() || sent.comfort_noise.is_some()) {
            return None;
        }
        let now = self.params.discontinuous_transmission;
        let adaptation = self.adaptation.as_mut()?;
        let known = adaptation.dtx.filter(|(_, adapted)| *adapted == now.is_some());
        let preferred = known.map_or(now, |(preferred, _)| preferred);
        adaptation.dtx = Some((preferred, now.is_some()));
        Some(DtxInForce::new(now.is_some(), preferred.is_some()))
    }

    /// The parameters as an adjustment has them; `None`: it is about neither.
    pub(crate) fn adjusted_output(&self, adjustment: Adjustment) -> Option<MediaSessionParams> {
        let mut params = self.params.clone();
        match adjustment {
            Adjustment::Redundancy(level) => {
                let sent = match self.sends.checked_sub(1) {
                    None => params.redundancy.as_mut(),
                    Some(at) => params.others.get_mut(at)?.redundancy.as_mut(),
                };
                sent?.level = level;
            }
            Adjustment::Dtx(on) => {
                let (preferred, _) = self.adaptation.as_ref()?.dtx?;
                params.discontinuous_transmission = on.then(|| preferred.unwrap_or_default());
            }
            _ => return None,
        }
        Some(params)
    }

    /// Notes that what is in force now was adapted.
    pub(crate) fn note_adapted_output(&mut self) {
        let (level, pauses) = (self.sending().redundancy.map(|red| red.level), self.params.discontinuous_transmission);
        let Some(adaptation) = &mut self.adaptation else { return };
        if let (Some((_, adapted)), Some(level)) = (&mut adaptation.redundancy, level) {
            *adapted = level;
        }
        if let Some((_, adapted)) = &mut adaptation.dtx {
            *adapted = pauses.is_some();
        }
    }
}
