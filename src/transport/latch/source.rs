//! Pure: a source of packets, and what its packets say for it over time.

use crate::rtp::RtpHeader;
use crate::transport::latch::LOCK_AFTER;
use crate::transport::latch::claim::Claim;
use crate::types::{MediaTime, SequenceNumber};
use std::net::SocketAddr;
use std::time::Duration;

/// Who has spoken for so long, in ms, is proven.
pub(super) const PROOF: u16 = 2_000;

// Further than this no source jumps while it is looked at.
const MAX_STEP: i16 = 16;
const LATE: i16 = -MAX_STEP;
// RFC 3550 appendix A.1: a larger step is no dropout any more.
const MAX_DROPOUT: i16 = 3000;
// Packets closer than this are counted together: a flood weighs no more than a phone, and no time is lost to rounding.
const PACE: Duration = Duration::from_millis(18);
// A pause says no more than this about how often a source sends.
const LONGEST_GAP: Duration = Duration::from_millis(250);
// On average at least so often sends who speaks.
const DENSE: Duration = Duration::from_millis(100);
// A packet that fills the time since the one before says as much as several shorter ones.
const FILLED: Duration = Duration::from_millis(60);

/// What a datagram shows of its sender.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub ssrc: u32,
    pub sequence: SequenceNumber,
    /// It is of a payload type that the session takes.
    pub fits: bool,
    /// It is more than a keep-alive.
    pub speaks: bool,
    /// For how long its payload sounds at least.
    pub sounds: Duration,
}

impl Shown {
    pub fn rtp(header: &RtpHeader, fits: bool, sounds: Duration) -> Self {
        Self { ssrc: header.ssrc, sequence: SequenceNumber(header.sequence), fits, speaks: true, sounds }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub address: SocketAddr,
    pub ssrc: u32,
    pub sequence: SequenceNumber,
    /// When its last packet came.
    pub heard: MediaTime,
    /// When anything of its host came, RTCP and keep-alives too.
    pub present: MediaTime,
    /// What speaks for it: its address, or the stream that it continues.
    pub claim: Claim,
    /// It has sent a payload type that the session takes.
    pub fits: bool,
    /// It has sent more than keep-alives.
    pub speaks: bool,
    /// Packets in sequence up to the last one, and the most that there were.
    pub run: u8,
    pub longest_run: u8,
    /// For how long it has spoken, in ms: the time between its packets, where that is no pause.
    pub spoken: u16,
    /// It has spoken for [`PROOF`]: it is a phone, whoever's.
    pub proven: bool,
    counted: MediaTime,
    gap_us: u32,
}

impl Source {
    pub fn new(address: SocketAddr, shown: Shown, claim: Claim, now: MediaTime) -> Self {
        Self {
            address,
            ssrc: shown.ssrc,
            sequence: shown.sequence,
            heard: now,
            present: now,
            claim,
            fits: shown.fits,
            speaks: shown.speaks,
            run: 1,
            longest_run: 1,
            spoken: 0,
            proven: false,
            counted: now,
            gap_us: 0,
        }
    }

    /// Hears a further packet from the same address.
    pub fn hear(&mut self, shown: Shown, now: MediaTime) {
        let sequence = shown.sequence;
        match sequence.distance_from(self.sequence) {
            1..=MAX_STEP if shown.ssrc == self.ssrc => {
                self.run = self.run.saturating_add(1);
                self.sequence = sequence;
            }
            // Some senders' numbers stand still. What the network doubles comes at once, they keep their pace.
            0 if shown.ssrc == self.ssrc && now - self.counted >= PACE => self.run = self.run.saturating_add(1),
            // Doubled or overtaken on the way: neither for the source nor against it.
            LATE..=0 if shown.ssrc == self.ssrc => {}
            _ => (self.run, self.sequence) = (1, sequence),
        }
        self.ssrc = shown.ssrc;
        self.longest_run = self.longest_run.max(self.run);
        self.fits |= shown.fits;
        self.speaks |= shown.speaks;
        (self.heard, self.present) = (now, now);
        self.count(shown.sounds, now);
    }

    fn count(&mut self, sounds: Duration, now: MediaTime) {
        let gap = now - self.counted;
        if gap < PACE {
            return;
        }
        self.counted = now;
        // Networks move packets about: three quarters will do.
        let filled = gap <= LONGEST_GAP && sounds * 4 >= gap * 3;
        let spoken = if filled { gap } else { gap.min(DENSE) };
        self.spoken = self.spoken.saturating_add(spoken.as_millis() as u16);
        let gap = gap.min(if filled { FILLED } else { LONGEST_GAP }).as_micros() as u32;
        self.gap_us = if self.gap_us == 0 { gap } else { self.gap_us - self.gap_us / 8 + gap / 8 };
        self.proven |= self.spoken >= PROOF && self.is_dense();
    }

    pub fn claiming(self, claim: Claim) -> Self {
        Self { claim, ..self }
    }

    /// It has to prove itself anew.
    pub fn on_probation(self, claim: Claim) -> Self {
        Self { claim, run: 0, longest_run: 0, spoken: 0, proven: false, ..self }
    }

    /// What speaks for it, as one number: the signalled host before all others, then who sends what was negotiated.
    pub fn rank(&self) -> u8 {
        const HARD: u8 = 16;
        const FITS: u8 = 8;
        let hard = if self.claim >= Claim::Host { HARD } else { 0 };
        hard + self.claim as u8 + if self.fits { FITS } else { 0 }
    }

    /// Whether it has kept its way open, and no more.
    pub fn listens(&self) -> bool {
        !self.speaks && self.longest_run >= LOCK_AFTER
    }

    /// Whether it sends as often as who speaks does.
    pub fn is_dense(&self) -> bool {
        u128::from(self.gap_us) < DENSE.as_micros() && self.gap_us != 0
    }

    /// Whether it sends so much less often than `other` that it is none who speaks. Packets may be long: 60 ms beside 20 say
    /// nothing yet.
    pub fn is_sparse_beside(&self, other: &Self) -> bool {
        let rarer = !self.is_dense() && 2 * self.gap_us >= 3 * other.gap_us.max(1);
        rarer || self.gap_us >= 4 * other.gap_us.max(20_000)
    }

    /// Whether it sends the same stream on: SSRC and numbering.
    pub fn continues(&self, stream: &Self) -> bool {
        self.ssrc == stream.ssrc && (1..=MAX_DROPOUT).contains(&self.sequence.distance_from(stream.sequence))
    }
}
