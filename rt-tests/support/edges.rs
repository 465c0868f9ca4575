//! A voice, and what tells a click or a hole in it.

use media_core::types::SampleRate;

/// A voice of that pitch with falling partials up to 2.5 kHz and a level that moves like that of syllables.
pub fn voice(rate: SampleRate, pitch: f64) -> impl Fn(usize) -> f32 {
    move |n| {
        let t = n as f64 / f64::from(rate.hz());
        let partials = (1..=(2_500.0 / pitch) as u32)
            .map(|k| (std::f64::consts::TAU * pitch * f64::from(k) * t + f64::from(k * k)).sin() / f64::from(k));
        (0.12 * (1.0 + 0.5 * (std::f64::consts::TAU * 3.0 * t).sin()) * partials.sum::<f64>()) as f32
    }
}

/// The greatest second difference in any of the blocks, and the quietest block of 10 ms.
pub fn roughness(pcm: &[f32], block: usize) -> (f32, f32) {
    let second = |w: &[f32]| (w[0] - 2.0 * w[1] + w[2]).abs();
    let rough = pcm.windows(3).map(second).fold(0.0, f32::max);
    let power = |b: &[f32]| (b.iter().map(|x| x * x).sum::<f32>() / b.len() as f32).sqrt();
    (rough, pcm.chunks_exact(block).map(power).fold(f32::INFINITY, f32::min))
}

/// By how many dB a block of 10 ms lies below both of its neighbours, at most.
pub fn deepest_dip(pcm: &[f32], block: usize) -> f32 {
    let power = |b: &[f32]| b.iter().map(|x| x * x).sum::<f32>() / b.len() as f32 + 1e-9;
    let powers: Vec<f32> = pcm.chunks_exact(block).map(power).collect();
    powers.windows(3).map(|w| 10.0 * (w[0].min(w[2]) / w[1]).log10()).fold(0.0, f32::max)
}
