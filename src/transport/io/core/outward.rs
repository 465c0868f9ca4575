//! I/O: a session's outward stream as the network sees it: what was sent, and the keep-alive that is due.
//!
//! A session's keep-alives of RTP take numbers of its own sequence, and what the media thread numbers is moved on by as many
//! on its way out: to a receiver it is one stream without a gap.

use crate::rtp::{self, MAX_PACKET, RtpHeader};
use crate::transport::io::core::sweep::SWEEP;
use crate::transport::{KeepAliveKind, KeepAlivePlan};
use crate::types::MediaTime;
use std::time::Duration;

/// What is about to begin by itself is waited for.
const GRACE: Duration = Duration::from_secs(1);
/// What comes back was sent so many packets ago at most, 20 s of 20 ms, and so many units of its clock: 43 s at 48 kHz.
const LATELY: u16 = 1_024;
const LATELY_UNITS: u32 = 1 << 21;
const QUIETEST: [u8; 1] = [127];

/// A session's outward stream as the network sees it.
#[derive(Debug, Default)]
pub(super) struct Outward {
    plan: Option<KeepAlivePlan>,
    /// How many numbers keep-alives have taken.
    moved_on: u16,
    /// The last packet sent.
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    sent: Option<MediaTime>,
    /// The address is new: a keep-alive is due, unless something is sent within [`GRACE`].
    fresh: bool,
    seen: Option<MediaTime>,
    /// Something was sent under that SSRC that is our own, not a relay stream's partner's.
    own: bool,
    /// The media thread's clock runs: until its first packet it stands.
    begun: bool,
    /// Packets and octets of payload sent under that SSRC, modulo 2^32.
    packets: u32,
    octets: u32,
    /// When the last RTP packet left.
    stamped: Option<MediaTime>,
}

impl Outward {
    /// What is sent from now on while there is nothing to send.
    pub fn set_plan(&mut self, plan: Option<KeepAlivePlan>) {
        if let (Some(first), None) = (&plan, self.sent) {
            (self.sequence, self.timestamp) = (first.sequence.wrapping_sub(1), first.timestamp);
            self.ssrc = first.ssrc;
        }
        self.fresh |= self.plan.is_none() && self.sent.is_none();
        self.plan = plan;
    }

    /// The remote address is another from now on.
    pub fn readdress(&mut self) {
        (self.fresh, self.seen) = (true, None);
    }

    /// Numbers a packet of the media thread's, of so many octets of payload.
    pub fn number(&mut self, mut header: RtpHeader, octets: usize, now: MediaTime) -> RtpHeader {
        if header.ssrc != self.ssrc {
            (self.packets, self.octets) = (0, 0);
        }
        self.count(octets, now);
        header.sequence = header.sequence.wrapping_add(self.moved_on);
        (self.sequence, self.timestamp, self.ssrc) = (header.sequence, header.timestamp, header.ssrc);
        (self.own, self.begun) = (true, true);
        self.note(now);
        header
    }

    fn count(&mut self, octets: usize, now: MediaTime) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(octets as u32);
        self.stamped = Some(now);
    }

    /// The SSRC of what was sent.
    pub fn ssrc(&self) -> Option<u32> {
        self.own.then_some(self.ssrc)
    }

    /// Packets and octets of payload sent.
    pub fn counts(&self) -> (u32, u32) {
        (self.packets, self.octets)
    }

    /// Where the RTP clock of `clock_rate` Hz stands at `now`, if something was sent.
    pub fn timestamp(&self, clock_rate: u32, now: MediaTime) -> Option<u32> {
        let since = (now - self.stamped?).as_micros() as u64;
        Some(self.timestamp.wrapping_add((since * u64::from(clock_rate) / 1_000_000) as u32))
    }

    /// Whether anything was sent.
    pub fn has_sent(&self) -> bool {
        self.sent.is_some()
    }

    /// Something was sent.
    pub fn note(&mut self, now: MediaTime) {
        (self.sent, self.fresh) = (Some(now), false);
    }

    /// Whether a packet is one of ours that came back.
    pub fn is_own(&self, ssrc: u32) -> bool {
        self.own && self.ssrc == ssrc
    }

    /// Whether a packet has numbers that were sent lately under our SSRC.
    pub fn has_sent_like(&self, header: &RtpHeader) -> bool {
        let behind = self.sequence.wrapping_sub(header.sequence);
        // Either way: a telephone event has the time at which it began.
        let apart = self.timestamp.wrapping_sub(header.timestamp) as i32;
        behind < LATELY && apart.unsigned_abs() < LATELY_UNITS
    }

    pub fn is_due(&mut self, now: MediaTime) -> bool {
        let Some(plan) = &self.plan else { return false };
        if self.fresh {
            return now - *self.seen.get_or_insert(now) >= GRACE;
        }
        // Not later than asked for: the next look is one sweep away.
        self.sent.is_none_or(|sent| now - sent + SWEEP > plan.keep_alive.interval)
    }

    /// Writes the packet that is due.
    pub fn write(&mut self, now: MediaTime, out: &mut [u8; MAX_PACKET]) -> Option<usize> {
        let plan = self.plan?;
        let length = match plan.keep_alive.kind {
            KeepAliveKind::Empty => 0,
            KeepAliveKind::Rtcp => {
                // A receiver report without blocks (RFC 3550 section 6.4.2), alone as RFC 5506 allows.
                let [a, b, c, d] = self.ssrc.to_be_bytes();
                out.get_mut(..8)?.copy_from_slice(&[0x80, 201, 0, 1, a, b, c, d]);
                8
            }
            KeepAliveKind::Rtp | KeepAliveKind::ComfortNoise => {
                let payload = if plan.keep_alive.kind == KeepAliveKind::Rtp { &[][..] } else { &QUIETEST };
                let since = self.sent.filter(|_| self.begun).map_or(0, |sent| (now - sent).as_micros() as u64);
                let units = since * u64::from(plan.clock_rate) / 1_000_000;
                let header = RtpHeader {
                    marker: false,
                    payload_type: plan.payload_type,
                    sequence: self.sequence.wrapping_add(1),
                    timestamp: self.timestamp.wrapping_add(units as u32),
                    ssrc: self.ssrc,
                };
                let length = rtp::write(&header, payload, &mut out[..]).ok()?;
                self.moved_on = self.moved_on.wrapping_add(1);
                self.own = true;
                (self.sequence, self.timestamp) = (header.sequence, header.timestamp);
                self.count(payload.len(), now);
                length
            }
        };
        self.note(now);
        Some(length)
    }
}
