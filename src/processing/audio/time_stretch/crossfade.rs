//! Real-time: playing one signal over into another at constant power.

/// The two gains at `position` 0..=1 of a smooth (cubic) crossfade between signals of this correlation: amplitudes add
/// to 1 where they are alike, powers where they are not.
pub(crate) fn gains(position: f32, correlation: f32) -> (f32, f32) {
    let rising = position * position * (3.0 - 2.0 * position);
    let falling = 1.0 - rising;
    let power = falling * falling + rising * rising + 2.0 * correlation.clamp(0.0, 1.0) * rising * falling;
    let scale = 1.0 / power.sqrt();
    (falling * scale, rising * scale)
}

/// Plays `old` over into `new`, in `new`. Over the shorter one's length.
pub(crate) fn into_new(old: &[f32], new: &mut [f32], correlation: f32) {
    let n = old.len().min(new.len());
    let per = 1.0 / (n + 1) as f32;
    for (i, (old, new)) in old.iter().zip(new.iter_mut()).enumerate() {
        let (falling, rising) = gains((i + 1) as f32 * per, correlation);
        *new = old * falling + *new * rising;
    }
}
