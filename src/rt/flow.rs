//! Real-time: whether samples that somebody writes go on: for how long there were none, once there are some again.
//!
//! A writer says nothing of its ends. So what follows within a second, on what broke off amid sound, counts as having run dry; what
//! was silent at its end, or follows later, as a pause of the writer's.

/// Longer than so many blocks is a pause.
const LONGEST: u32 = 100;
/// It broke off amid sound if one of so many samples at its end is louder than this (-60 dBov).
const TAIL: usize = 32;
const LOUD: f32 = 0.001;

/// See the head of the file.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    /// Blocks since the last one.
    dry: u32,
    loud: bool,
}

impl Default for Flow {
    fn default() -> Self {
        Self { dry: u32::MAX, loud: false }
    }
}

impl Flow {
    /// There is a block; for how many blocks it had run dry, if it had.
    pub fn sounds(&mut self, block: &[f32]) -> Option<u32> {
        let dry = std::mem::take(&mut self.dry);
        let tail = block.iter().rev().take(TAIL);
        let broke = std::mem::replace(&mut self.loud, tail.fold(0.0_f32, |peak, x| peak.max(x.abs())) > LOUD);
        (broke && (1..=LONGEST).contains(&dry)).then_some(dry)
    }

    /// There is none. `held`: it would not have been taken.
    pub const fn is_dry(&mut self, held: bool) {
        self.dry = if held { u32::MAX } else { self.dry.saturating_add(1) };
    }
}
