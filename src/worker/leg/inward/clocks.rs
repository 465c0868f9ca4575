//! Real-time: one timeline for packets of several RTP clocks (RFC 7160).
//!
//! Where a sender changes among codecs of unlike clock rates its timestamps may go on at either rate, or jump, and it may
//! change its SSRC with the rate (RFC 7160 section 4.1). Sequence numbers tell what follows what; so the first packet of
//! a clock is placed behind the one before it, and those after it by their own timestamps.

use crate::rt::PacketHeader;
use crate::types::{MediaTime, SequenceNumber, timestamp_delta};

/// An anchor is moved on when it is so far behind, in seconds.
const MOVE_AFTER_S: i64 = 600;
/// What counts as a pause of the sender beyond what the packets themselves last, in blocks of 10 ms.
const PAUSE_BLOCKS: i64 = 10;

/// A clock of the stream, with a timestamp of its and where that lies on the timeline.
#[derive(Debug, Clone, Copy)]
struct Clock {
    rate: u32,
    anchor: Option<(u32, u32)>,
    /// The source that it was heard from last, by which its numbers differ from the timeline's, and its newest number.
    ssrc: u32,
    offset: u16,
    newest: u16,
}

/// The newest packet, on the timeline.
#[derive(Debug, Clone, Copy)]
struct Newest {
    clock: usize,
    sequence: u16,
    timestamp: u32,
    samples: u32,
    arrival: MediaTime,
}

/// The clocks of a path; the first is the timeline's.
#[derive(Debug)]
pub(in crate::worker) struct Clocks {
    all: Box<[Clock]>,
    newest: Option<Newest>,
    ssrc: u32,
}

impl Clocks {
    /// The timeline's clock and others. Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(in crate::worker) fn new(rates: impl Iterator<Item = u32>) -> Self {
        let clock = |rate| Clock { rate, anchor: None, ssrc: 0, offset: 0, newest: 0 };
        Self { all: rates.map(clock).collect(), newest: None, ssrc: 0 }
    }

    /// The header as it would be if there were the timeline's clock only. `samples` are the packet's, on the timeline.
    pub(in crate::worker) fn place(&mut self, header: &PacketHeader, clock: u8, samples: u32) -> PacketHeader {
        let clock = usize::from(clock);
        let Some(newest) = self.newest else { return self.begin(header, clock, samples) };
        let Some(&own) = self.all.get(clock) else { return *header };
        let (known, same) = (own.anchor.is_some() && own.ssrc == header.ssrc, newest.clock == clock);
        if !known && same {
            // Another source, or the first one again.
            return self.begin(header, clock, samples);
        }
        let current = self.all.get(newest.clock).is_some_and(|of| of.ssrc == header.ssrc);
        let (mut sequence, mut offset) = (header.sequence.wrapping_add(own.offset), own.offset);
        if current && !same {
            offset = self.all.get(newest.clock).map_or(0, |of| of.offset);
            sequence = header.sequence.wrapping_add(offset);
        } else if !same {
            // The clock's own source: its numbers go on behind the newest, with what it lost itself.
            let own_step = SequenceNumber(header.sequence).distance_from(SequenceNumber(own.newest));
            let step = if known { own_step.max(1) } else { 1 };
            sequence = newest.sequence.wrapping_add_signed(step);
            offset = sequence.wrapping_sub(header.sequence);
        }
        let step = i64::from(SequenceNumber(sequence).distance_from(SequenceNumber(newest.sequence)));
        let predicted = own.anchor.filter(|_| known).map(|anchor| self.by_anchor(&own, anchor, header.timestamp));
        let timestamp = match predicted {
            Some(at) if same || step <= 0 => at,
            predicted => self.behind(&newest, step, predicted, header),
        };
        self.note(header, clock, offset, sequence, timestamp, samples, step);
        PacketHeader { sequence, timestamp, ssrc: self.ssrc, ..*header }
    }

    /// The timeline begins with this packet.
    fn begin(&mut self, header: &PacketHeader, clock: usize, samples: u32) -> PacketHeader {
        self.ssrc = header.ssrc;
        self.all.iter_mut().for_each(|clock| clock.anchor = None);
        self.note(header, clock, 0, header.sequence, header.timestamp, samples, 1);
        *header
    }

    fn by_anchor(&self, clock: &Clock, (raw, at): (u32, u32), timestamp: u32) -> u32 {
        let rate = self.all.first().map_or(clock.rate, |first| first.rate);
        let units = i64::from(timestamp_delta(timestamp, raw)) * i64::from(rate);
        at.wrapping_add(units.div_euclid(i64::from(clock.rate.max(1))) as u32)
    }

    /// Where a packet lies that is `step` numbers behind the newest one, of another clock: where its own clock says, if
    /// that is about there.
    fn behind(&self, newest: &Newest, step: i64, predicted: Option<u32>, header: &PacketHeader) -> u32 {
        let rate = i64::from(self.all.first().map_or(8_000, |first| first.rate));
        let length = i64::from(newest.samples);
        let followed = step * length;
        let passed = (header.time.nanos_since(newest.arrival) / 1_000) as i64 * rate / 1_000_000;
        let paused = step > 0 && (header.marker || passed > followed + PAUSE_BLOCKS * rate / 100) && passed > followed;
        let (expected, off) = if paused { (passed, rate / 16) } else { (followed, length / 2) };
        let fits = |at: &u32| (i64::from(timestamp_delta(*at, newest.timestamp)) - expected).abs() <= off.max(1);
        predicted.filter(fits).unwrap_or_else(|| newest.timestamp.wrapping_add(expected as u32))
    }

    #[expect(clippy::too_many_arguments, reason = "what is known of one packet")]
    pub(in crate::worker) fn note(
        &mut self,
        header: &PacketHeader,
        clock: usize,
        offset: u16,
        sequence: u16,
        timestamp: u32,
        samples: u32,
        step: i64,
    ) {
        let rate = self.all.first().map_or(0, |first| i64::from(first.rate));
        if let Some(own) = self.all.get_mut(clock) {
            let far = |(_, at)| i64::from(timestamp_delta(timestamp, at)).abs() > MOVE_AFTER_S * rate;
            let same = own.anchor.filter(|anchor| !far(*anchor) && own.ssrc == header.ssrc);
            // Kept while it says what was found: so that roundings do not add up.
            let (kept, raw) = (same, header.timestamp);
            let agrees = kept.is_some_and(|(from, at)| {
                let units = i64::from(timestamp_delta(raw, from)) * rate;
                at.wrapping_add(units.div_euclid(i64::from(own.rate.max(1))) as u32) == timestamp
            });
            if !agrees {
                own.anchor = Some((raw, timestamp));
            }
            (own.ssrc, own.offset) = (header.ssrc, offset);
            if step > 0 {
                own.newest = header.sequence;
            }
        }
        if step > 0 || self.newest.is_none() {
            self.newest = Some(Newest { clock, sequence, timestamp, samples, arrival: header.time });
        }
    }

    /// Where a packet lies that was placed already, or that holds no audio: its timestamp then says nothing.
    pub(in crate::worker) fn placed(&self, header: &PacketHeader, clock: u8) -> PacketHeader {
        let named = self.all.get(usize::from(clock)).filter(|clock| clock.ssrc == header.ssrc);
        let of_source = || self.all.iter().find(|clock| clock.anchor.is_some() && clock.ssrc == header.ssrc);
        let Some(own) = named.or_else(of_source) else { return *header };
        let timestamp = own.anchor.map_or(header.timestamp, |anchor| self.by_anchor(own, anchor, header.timestamp));
        PacketHeader { sequence: header.sequence.wrapping_add(own.offset), timestamp, ssrc: self.ssrc, ..*header }
    }
}
