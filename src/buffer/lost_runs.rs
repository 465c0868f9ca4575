//! Real-time: how long holes are that a later packet fills, and how long it pays to wait for that packet.

/// So many packets of a hole are looked at: the last ones.
const MOST: usize = 12;
/// It is waited for so many blocks at most, if a packet is not longer: the packets of a hole that are left are worth less than
/// the delay of the whole call.
const MOST_WAIT: i64 = 12;
/// And over so many packets at least: a second step of the delay, as soon as two are lost in a row, is worse than one.
const LEAST: i64 = 2;
/// What was counted is halved whenever so many packets came.
const HALVED_AT: f32 = 800.0;

/// How long holes are that a later packet fills.
#[derive(Debug, Clone, Copy)]
pub(super) struct LostRuns {
    /// Lost packets that would not be back in time if later ones were waited for over one packet, two, and so on.
    beyond: [f32; MOST],
    /// Packets that came.
    packets: f32,
    /// The share of packets that may stay lost for that.
    budget: f32,
}

impl LostRuns {
    pub(super) const fn new(budget: f32) -> Self {
        Self { beyond: [0.0; MOST], packets: 0.0, budget }
    }

    pub(super) const fn budget(&self) -> f32 {
        self.budget
    }

    /// Counts a packet that came.
    pub(super) fn pass(&mut self) {
        self.packets += 1.0;
        if self.packets > HALVED_AT {
            self.packets /= 2.0;
            self.beyond.iter_mut().for_each(|lost| *lost /= 2.0);
        }
    }

    /// Counts a hole of which a packet behind it carries the last `carried` packets.
    pub(super) fn add(&mut self, carried: i64) {
        let mut left = carried as f32;
        for lost in &mut self.beyond {
            left -= 1.0;
            *lost += left.max(0.0);
        }
    }

    /// How long it pays to wait, where a packet has `length` and a block of 10 ms `block` units of the RTP clock; in them.
    pub(super) fn wait(&self, length: i64, block: i64) -> i64 {
        let allowed = self.budget * self.packets;
        let packets = 1 + self.beyond.iter().take_while(|lost| **lost > allowed).count() as i64;
        (packets.max(LEAST) * length).min(length.max(MOST_WAIT * block))
    }
}

#[cfg(test)]
mod tests;
