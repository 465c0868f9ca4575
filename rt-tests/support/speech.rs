//! Speech-like signals that differ from each other, and a measure of whether one is heard in another.

/// A speech-like signal of `seconds` at 8 kHz: voiced syllables with a wandering pitch, each voice its own.
pub fn voice(number: u32, seconds: f32) -> Vec<f32> {
    let rate = 8_000.0;
    let mut random = 0x2545_f491u32.wrapping_mul(number * 2 + 1) | 1;
    let mut noise = move || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random as f32 / u32::MAX as f32 - 0.5
    };
    let (mut phase, mut pitch, mut level, mut target) = (0.0f32, 110.0 + 17.0 * number as f32, 0.0f32, 0.2f32);
    let mut formants = [0.0f32; 4];
    (0..(seconds * rate) as usize)
        .map(|i| {
            if i % 800 == 0 {
                target = if noise() > -0.2 { 0.15 + 0.2 * noise().abs() } else { 0.01 };
                pitch = (pitch + 30.0 * noise()).clamp(85.0, 250.0);
            }
            level += (target - level) * 0.005;
            phase += pitch / rate;
            phase -= phase.floor();
            let source = (1.0 - 2.0 * phase) * 0.6 + 0.4 * noise();
            let f = 0.1 + 0.05 * ((number % 5) as f32);
            formants[0] += f * (source - formants[0] - 0.3 * formants[1]);
            formants[1] += f * formants[0];
            (level * (formants[0] + 0.3 * source)).clamp(-0.9, 0.9)
        })
        .collect()
}

/// The greatest normalized correlation of `said` and `heard` over shifts of up to `max_shift` samples either way, and
/// that shift (positive: heard later).
pub fn correlation(said: &[f32], heard: &[f32], max_shift: isize) -> (f32, isize) {
    let mut best = (0.0f32, 0);
    for shift in -max_shift..max_shift {
        let (from, to) = (shift.min(0).unsigned_abs(), shift.max(0).unsigned_abs());
        if to >= heard.len() || from >= said.len() {
            continue;
        }
        let length = (said.len() - from).min(heard.len() - to);
        // A few samples are like anything.
        if length < said.len() / 2 {
            continue;
        }
        let (mut xy, mut xx, mut yy) = (0.0f64, 1e-12f64, 1e-12f64);
        for (x, y) in said[from..from + length].iter().zip(&heard[to..to + length]) {
            xy += f64::from(x * y);
            xx += f64::from(x * x);
            yy += f64::from(y * y);
        }
        let c = (xy / (xx * yy).sqrt()) as f32;
        if c > best.0 {
            best = (c, shift);
        }
    }
    best
}
