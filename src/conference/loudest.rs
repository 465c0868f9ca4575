//! Real-time: of many who make a sound, those who are heard: the loudest, where speech comes before noise.

#[cfg(test)]
mod tests;

use super::Talk;

/// By how much one that was heard so far is ahead, in dB: who is as loud does not take its place each other block.
const AHEAD: f32 = 6.0;
/// By how much what is no speech is behind.
const BEHIND: f32 = 60.0;

/// How far in front a member is. `talk`: what is known of it, or how loud it is, in dBov, if that is all.
pub fn rank(talk: Result<&Talk, f32>, was_heard: bool) -> f32 {
    let level = match talk {
        Ok(talk) if talk.may_speak() => talk.level(),
        // Noises do not take turns with each stroke of a keyboard.
        Ok(talk) => talk.mean_level() - BEHIND,
        Err(level) => level,
    };
    if was_heard { ahead(level) } else { level }
}

/// The rank of one that was heard so far.
pub fn ahead(rank: f32) -> f32 {
    rank + AHEAD
}

/// Puts the `most` of the highest rank first; how many those are. Of equal ones the lower number is first.
pub fn choose(ranked: &mut [(f32, u32)], most: usize) -> usize {
    if ranked.len() > most && most > 0 {
        ranked.select_nth_unstable_by(most - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    }
    ranked.len().min(most)
}
