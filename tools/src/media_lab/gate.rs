//! Control: a simple voice gate for commands that want to know where speech is: level over a tracked noise floor.

/// A gate over blocks of 10 ms.
#[derive(Debug, Clone)]
pub struct Gate {
    floor_db: f32,
    hang: u32,
}

impl Gate {
    /// That knows nothing of the noise yet.
    #[must_use]
    pub fn new() -> Self {
        Self { floor_db: 0.0, hang: 0 }
    }

    /// 1.0 where a block is 10 dB over the noise floor, and 150 ms after that; else 0.0.
    pub fn voice(&mut self, block: &[f32]) -> f32 {
        let power = block.iter().map(|x| x * x).sum::<f32>() / block.len().max(1) as f32;
        let level = 10.0 * power.max(1e-10).log10();
        // Down at once, up 4 dB/s.
        self.floor_db = if level < self.floor_db { level } else { (self.floor_db + 0.04).min(-20.0) };
        if level > self.floor_db + 10.0 && level > -65.0 {
            self.hang = 15;
            return 1.0;
        }
        self.hang = self.hang.saturating_sub(1);
        if self.hang > 0 { 1.0 } else { 0.0 }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
