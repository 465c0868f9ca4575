//! Real-time: after which pause a turn is over: longer for who pauses within his turns.

/// How far beyond a pause within a turn one waits, and how fast that is learnt and forgotten.
const BEYOND: f32 = 1.3;
const LEARNT: f32 = 0.5;
const FORGOTTEN: f32 = 0.1;
/// Who goes on within so many blocks after a turn was taken to be over, had not done.
const TOO_SOON: u32 = 100;

/// The pause, in blocks of 10 ms.
#[derive(Debug, Clone, Copy)]
pub(super) struct TurnPause {
    least: f32,
    most: f32,
    pause: f32,
}

impl TurnPause {
    /// Between so many ms.
    pub(super) fn new(range_ms: (u16, u16)) -> Self {
        let (least, most) = (f32::from(range_ms.0) / 10.0, f32::from(range_ms.1) / 10.0);
        Self { least, most, pause: 0.7 * least + 0.3 * most }
    }

    /// Takes another range, and keeps what it learnt.
    pub(super) fn set_range(&mut self, range_ms: (u16, u16)) {
        let new = Self::new(range_ms);
        *self = Self { pause: self.pause.clamp(new.least, new.most), ..new };
    }

    pub(super) fn blocks(&self) -> u32 {
        self.pause as u32
    }

    /// Speech went on after so many blocks. `over`: the turn was taken to be over.
    pub(super) fn went_on(&mut self, after: u32, over: bool) {
        if over && after > self.pause as u32 + TOO_SOON {
            return;
        }
        let wanted = (BEYOND * after as f32).clamp(self.least, self.most);
        let pace = if wanted > self.pause { LEARNT } else { FORGOTTEN };
        self.pause = (self.pause + pace * (wanted - self.pause)).clamp(self.least, self.most);
    }
}
