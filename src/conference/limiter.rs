//! Real-time: provisional.
use crate::types::SampleRate;
/// Provisional.
#[derive(Debug)]
pub struct Limiter;
impl Limiter {
    /// New.
    pub fn new(_rate: SampleRate) -> Self {
        Self
    }
    /// Process.
    pub fn process(&mut self, pcm: &mut [f32], _peak: f32) {
        for s in pcm {
            *s = s.clamp(-1.0, 1.0);
        }
    }
}
