//! Real-time: holes in what a leg heard, as they are told.

use crate::buffer::{Hole, HoleCause};
use crate::quality::GlitchCause;
use crate::types::{BLOCK_MS, TickNumber};
use crate::worker::leg::GlitchRecord;
use crate::worker::leg::inward::LegReceiver;

impl LegReceiver {
    /// Whether there are holes, or changes of delay, to be asked for.
    pub(in crate::worker) fn has_holes(&self) -> bool {
        self.path.has_holes()
    }

    /// The next hole whose cause is known at `tick`.
    pub(in crate::worker) fn take_hole(&mut self, tick: TickNumber) -> Option<GlitchRecord> {
        let Hole { from, units, cause, lost, late, late_by, faded, passed, .. } = self.path.take_hole(tick)?;
        let cause = match cause {
            HoleCause::Lost => GlitchCause::Lost,
            HoleCause::Late => GlitchCause::Late,
            HoleCause::Dropped => GlitchCause::Dropped,
            HoleCause::Undecodable => GlitchCause::Undecodable,
            HoleCause::Paused => GlitchCause::SenderPaused,
            HoleCause::Restarted => GlitchCause::SourceChanged,
        };
        let record = GlitchRecord::at(cause, from, self.us(units)).numbers(lost.into(), late.into());
        Some(GlitchRecord { faded, passed, late_us: self.us(late_by), ..record })
    }

    /// What time stretching did since this was last asked.
    pub(in crate::worker) fn take_stretched(&mut self, tick: TickNumber) -> Option<GlitchRecord> {
        let stretched = self.path.take_stretched();
        let (longer, shorter) = (self.us(stretched.longer), self.us(stretched.shorter));
        let record = GlitchRecord::at(GlitchCause::Stretched, tick, longer.saturating_add(shorter));
        (longer + shorter > 0).then(|| record.numbers(longer, shorter))
    }

    /// Units of the RTP clock in µs.
    fn us(&self, units: u32) -> u32 {
        let us = u64::from(units) * u64::from(BLOCK_MS) * 1_000 / u64::from(self.units.max(1));
        u32::try_from(us).unwrap_or(u32::MAX)
    }
}
