//! Real-time: what a leg's head notes of what came, and of what its stages found.

use crate::processing::chain::StageReport;
use crate::rt::FrameFlags;
use crate::worker::leg::inward::{BlockOutcome, Passing};
use crate::worker::leg::{Facts, LegHead};

impl LegHead {
    /// Notes what came.
    pub(in crate::worker) fn note(&mut self, pulled: BlockOutcome) {
        self.source.passing = Passing::Nothing;
        self.source.live = true;
        match pulled {
            BlockOutcome::Audio(flags) => {
                if let Some(frame) = &mut self.source.frame {
                    frame.flags = flags;
                }
            }
            BlockOutcome::Passed(passing) => {
                self.source.frame = None;
                self.source.passed =
                    self.source.passed.wrapping_add(u32::from(matches!(passing, Passing::Packet { .. })));
                self.source.passing = passing;
            }
            BlockOutcome::Silence => {
                if let Some(frame) = &mut self.source.frame {
                    frame.flags = FrameFlags { concealed: false, comfort_noise: true };
                }
            }
            BlockOutcome::Waiting | BlockOutcome::Idle(_) => {
                self.source.frame = None;
                self.source.live = false;
            }
        }
    }

    pub(in crate::worker) fn note_found(&mut self, found: StageReport) {
        // Only the latest of began and ended waits to be told.
        match found.voice {
            Some(true) => self.facts = self.facts & !Facts::VOICE_ENDED.0 | Facts::VOICE_BEGAN.0,
            Some(false) => self.facts = self.facts & !Facts::VOICE_BEGAN.0 | Facts::VOICE_ENDED.0,
            None => {}
        }
        if found.fault {
            self.facts |= Facts::FAULT.0;
        }
    }
}
