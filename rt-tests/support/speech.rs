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

/// A talker of `seconds` at 8 kHz whom the voice detectors know for one: pulses of a gliding pitch and breath through three
/// formants that change with each syllable, phrases of a second or two with pauses after them.
pub fn talker(number: u64, seconds: f32) -> Vec<f32> {
    use std::f32::consts::{PI, TAU};
    const HZ: f32 = 8_000.0;
    let mut state = number;
    let mut between = move |low: f32, high: f32| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        low + (high - low) * ((z ^ (z >> 31)) % (1 << 20)) as f32 / (1 << 20) as f32
    };
    let mut resonances = [[0.0f32; 2]; 3];
    let (mut pcm, mut phase, base) = (Vec::new(), 0.0f32, between(95.0, 210.0));
    while (pcm.len() as f32) < seconds * HZ {
        let syllables = between(5.0, 9.0) as usize;
        for n in 0..syllables {
            let formants =
                [(between(300.0, 750.0), 80.0, 1.0), (between(900.0, 2_200.0), 110.0, 0.5), (2_600.0, 160.0, 0.25)];
            let pitch = base * (1.15 - 0.3 * n as f32 / syllables as f32) * between(0.95, 1.05);
            let length = between(0.13, 0.24) * HZ;
            for i in 0..length as usize {
                let t = i as f32 / length;
                phase += pitch * (1.0 + 0.06 * (PI * t).sin()) / HZ;
                let source = if phase >= 1.0 { 8.0 } else { 0.0 } + 0.04 * between(-1.0, 1.0);
                phase -= phase.floor();
                let mut sound = 0.0;
                for (past, (hz, width, gain)) in resonances.iter_mut().zip(formants) {
                    let r = (-PI * width / HZ).exp();
                    let y = (1.0 - r) * source + 2.0 * r * (TAU * hz / HZ).cos() * past[0] - r * r * past[1];
                    *past = [y, past[0]];
                    sound += gain * y;
                }
                pcm.push(0.27 * (PI * t).sin().max(0.0).sqrt() * sound);
            }
        }
        pcm.resize(pcm.len() + (between(0.4, 0.8) * HZ) as usize, 0.0);
    }
    pcm.truncate((seconds * HZ) as usize);
    pcm.iter().map(|x: &f32| x.clamp(-0.9, 0.9)).collect()
}
