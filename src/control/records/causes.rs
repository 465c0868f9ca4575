//! Control: what the supervisor keeps of a session to name the cause of each of its glitches, and to say how far its audio comes.

use crate::quality::{CallBook, Glitch, GlitchCause, GlitchDetail, GlitchSide, OneWay, PathEvidence, Second};
use crate::session::MediaSessionState;
use crate::telemetry::counters::{LegGauges, TransportGauges};
use crate::types::MediaTime;
use std::time::{Duration, SystemTime};

/// Events of glitches are told no closer together.
const EVENTS_APART: Duration = Duration::from_secs(1);

/// What was counted until some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    datagrams_in: u64,
    packets_in: u64,
    refused: u64,
    unplayable: u64,
    played: u64,
    pauses: u64,
    no_remote: u64,
    packets_out: u64,
    send_errors: u64,
    /// Dropped by the limit on floods, and at a full ring to the media thread.
    dropped: [u64; 2],
    lost: u64,
    late: u64,
    concealed: u64,
    written: u64,
    unread: u64,
}

impl Totals {
    pub(crate) fn read(transport: &TransportGauges, media: &LegGauges) -> Self {
        Self {
            datagrams_in: transport.datagrams_in.get(),
            packets_in: transport.packets_in.get(),
            refused: transport.refused.get(),
            unplayable: media.unknown_payload_type.get() + media.bad_payload.get(),
            played: media.played_packets.get() + media.event_packets.get(),
            pauses: media.dtx_blocks.get(),
            no_remote: transport.no_remote.get(),
            packets_out: transport.packets_out.get(),
            send_errors: transport.send_errors.get() + transport.unreachable.get(),
            dropped: [transport.flooded.get(), transport.ring_full.get()],
            lost: media.lost.get(),
            late: media.late.get(),
            concealed: media.concealed_blocks.get() + media.silent_concealed_blocks.get(),
            written: media.sample_blocks_in.get(),
            unread: media.tap_dropped.get(),
        }
    }
}

/// See the head of the file.
#[derive(Debug, Default)]
pub(crate) struct Causes {
    pub(crate) book: CallBook,
    /// Whether glitches are told by events, when one was last, and how many were not since.
    pub(crate) tells: bool,
    told: Option<MediaTime>,
    untold: u32,
    /// Since when it is held, inward and outward.
    held: [Option<MediaTime>; 2],
    /// What was counted a second ago or more, and at most a second ago.
    marks: [Totals; 2],
    /// Packets dropped here that holes have been blamed on.
    blamed: [u64; 2],
}

impl Causes {
    /// A hole that packets left which did not come: whether they were dropped here, before the media thread.
    pub(crate) fn blame(&mut self, missing: u32, transport: &TransportGauges) -> Option<GlitchCause> {
        let dropped = [transport.flooded.get(), transport.ring_full.get()];
        let causes = [GlitchCause::Flooded, GlitchCause::RingFull];
        for (n, cause) in causes.into_iter().enumerate() {
            let before = self.blamed[n].max(self.marks[0].dropped[n]);
            let here = dropped[n].saturating_sub(before).min(missing.into());
            if 2 * here >= u64::from(missing) && here > 0 {
                self.blamed[n] = before + here;
                return Some(cause);
            }
        }
        None
    }

    /// Whether to tell a glitch by an event, and how many were not told before it.
    pub(crate) fn may_tell(&mut self, now: MediaTime) -> Option<u32> {
        if !self.tells {
            return None;
        }
        if self.told.is_some_and(|told| now - told < EVENTS_APART) {
            self.untold = self.untold.saturating_add(1);
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.untold))
    }

    /// Hold begins or ends, each way, where that has changed: the glitch that begins.
    pub(crate) fn hold(
        &mut self,
        changes: (Option<bool>, Option<bool>),
        (now, wall): (MediaTime, SystemTime),
    ) -> [Option<Glitch>; 2] {
        let mut begun = [None; 2];
        for (n, change) in [changes.0, changes.1].into_iter().enumerate() {
            match change {
                Some(true) => {
                    self.held[n] = Some(now);
                    let (cause, detail) = (GlitchCause::Held, GlitchDetail::None);
                    let glitch = Glitch { side: SIDES[n], at: now, wall, length: Duration::ZERO, cause, detail };
                    self.book.open().glitches.add(glitch);
                    begun[n] = Some(glitch);
                }
                Some(false) => {
                    self.holds_last(now);
                    self.held[n] = None;
                }
                None => {}
            }
        }
        begun
    }

    /// What is held has been for so long by now.
    pub(crate) fn holds_last(&mut self, now: MediaTime) {
        for (side, begun) in SIDES.into_iter().zip(self.held) {
            if let Some(begun) = begun {
                self.book.open().glitches.lasts(GlitchCause::Held, side, begun, now - begun);
            }
        }
    }

    /// A second is over; how many packets were lost in it.
    pub(crate) fn end_second(&mut self, totals: Totals, media: &LegGauges, metered: bool, unix_ms: u64) -> u32 {
        let before = self.marks[1];
        self.marks = [before, totals];
        let since = |now: u64, then: u64| u32::try_from(now.saturating_sub(then)).unwrap_or(u32::MAX);
        let level = i16::try_from(media.level_dbov.get()).ok();
        let second = Second {
            unix_ms,
            buffer_ms: (media.buffer_us.get() / 1_000) as u32,
            lost: since(totals.lost, before.lost),
            late: since(totals.late, before.late),
            concealed_ms: 10 * since(totals.concealed, before.concealed),
            level_dbov: level.map(|level| -level).filter(|_| metered),
        };
        self.book.open().line.add(second);
        second.lost
    }

    /// How far its audio comes as of this second; for how many seconds it has been a one-way call.
    pub(crate) fn goes_ways(&mut self, ways: OneWay) -> u32 {
        let mut notes = self.book.open();
        let before = notes.one_way_s;
        notes.one_way_s = if ways.is_one_way() { before.saturating_add(1) } else { 0 };
        notes.ways = ways;
        notes.one_way_s
    }

    /// What the last second or two say of a session of that state.
    pub(crate) fn evidence(&self, now: Totals, state: &MediaSessionState) -> PathEvidence {
        let then = self.marks[0];
        let since = |of: fn(&Totals) -> u64| of(&now).saturating_sub(of(&then));
        PathEvidence {
            stopped: state.parked,
            held: (state.held_inward, state.held_outward),
            muted: state.muted,
            routed: state.connection.is_some(),
            datagrams_in: since(|t| t.datagrams_in),
            packets_in: since(|t| t.packets_in),
            refused: since(|t| t.refused),
            unplayable: since(|t| t.unplayable),
            played: since(|t| t.played),
            silent: since(|t| t.pauses) > 0,
            no_remote: since(|t| t.no_remote),
            packets_out: since(|t| t.packets_out),
            send_errors: since(|t| t.send_errors),
            written: since(|t| t.written),
            unread: since(|t| t.unread),
            ..PathEvidence::default()
        }
    }
}

const SIDES: [GlitchSide; 2] = [GlitchSide::Inward, GlitchSide::Outward];
