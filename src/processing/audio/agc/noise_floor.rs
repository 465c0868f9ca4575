//! Real-time: the quietest 100 ms of the last 3 s: what is not well above it is no talker, whatever a voice detector says
//! (steady noise, a tone).

/// Windows whose minima are kept, and blocks of 10 ms in each.
const WINDOWS: usize = 8;
const BLOCKS: u32 = 40;
/// How far above the floor speech is over 400 ms, as a power ratio (4 dB).
const ABOVE: f64 = 2.5;
/// Digital silence is no floor.
const SILENCE: f64 = 1e-10;

/// A noise floor.
#[derive(Debug, Clone)]
pub struct Floor {
    minima: [f64; WINDOWS],
    current: f64,
    blocks: u32,
}

impl Floor {
    /// Nothing is known: everything is above it.
    pub fn new() -> Self {
        Self { minima: [f64::MAX; WINDOWS], current: f64::MAX, blocks: 0 }
    }

    /// Takes the power of the last 100 ms, once per 10 ms.
    pub fn update(&mut self, power: f64) {
        if power > SILENCE {
            self.current = self.current.min(power);
        }
        self.blocks += 1;
        if self.blocks >= BLOCKS {
            self.blocks = 0;
            self.minima.rotate_left(1);
            if let Some(last) = self.minima.last_mut() {
                *last = self.current;
            }
            self.current = f64::MAX;
        }
    }

    /// Whether `power` is that of a talker above the noise.
    pub fn below(&self, power: f64) -> bool {
        let floor = self.minima.iter().fold(self.current, |least, &m| least.min(m));
        // Before the first window is full, speech may be all that there was.
        self.minima.last() == Some(&f64::MAX) || power > ABOVE * floor
    }
}
