//! Real-time: digits as tones, for who hears a leg that presses them by telephone events and negotiated none itself.
//!
//! The tones keep the pace of events: one at a time, at least 50 ms, as long as the event and rounded up to a block, with
//! 50 ms of silence between. What else is heard is turned down meanwhile.

use crate::codec::audio::dtmf::{EventClock, EventFault, EventNotice, EventPayload, EventSender, TelephoneEvent};
use crate::processing::audio::tone::DtmfGenerator;
use crate::types::{BLOCK_MS, SampleRate, TickNumber};

const CLOCK_HZ: u32 = 8_000;
/// The shortest tone.
const SHORTEST_MS: u32 = 50;

/// A leg's tones. Built by the control side.
#[derive(Debug)]
pub struct DigitTone {
    pub(in crate::worker) pace: EventSender,
    clock: EventClock,
    generator: DtmfGenerator,
    time: u32,
    /// The digit that sounds is over; its further end packets are silence.
    ended: bool,
    /// The last block that it was asked for.
    at: Option<TickNumber>,
    /// A packet with a part of a tone in it is not full yet.
    pub(in crate::worker) begun: bool,
    /// Digits of the embedder's sound or wait: for a machine at the other end, which hears them alone.
    pub(in crate::worker) dialled: bool,
}

impl DigitTone {
    /// For an output of audio at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        let clock = EventClock::new(CLOCK_HZ);
        Self {
            pace: EventSender::new(clock, BLOCK_MS),
            clock,
            generator: DtmfGenerator::new(rate),
            time: 0,
            ended: false,
            at: None,
            begun: false,
            dialled: false,
        }
    }

    /// Does what happened at a leg that is heard. Flash has no tone.
    pub(in crate::worker) fn relay(&mut self, notice: &EventNotice, from: EventClock) -> Result<(), EventFault> {
        match *notice {
            EventNotice::Started { event: TelephoneEvent::FLASH, .. } => Err(EventFault::NotOpen),
            EventNotice::Started { event, volume, .. } => self.pace.begin(event, volume),
            EventNotice::Ended { duration, held_ms, .. } => {
                let ms = EventNotice::relayed_ms(from.ms(duration), held_ms).max(SHORTEST_MS);
                self.pace.finish(self.clock.duration_of_ms(ms))
            }
        }
    }

    /// Ends the digit that lasts.
    pub(in crate::worker) fn finish(&mut self) {
        // None may be open.
        let _ = self.pace.finish(self.clock.duration_of_ms(SHORTEST_MS));
    }

    /// Whether a digit sounds or waits.
    pub(in crate::worker) fn is_busy(&self) -> bool {
        self.pace.is_busy() || self.generator.is_sounding()
    }

    /// Whether the block of `tick` is still to be made.
    pub(in crate::worker) fn waits(&self, tick: TickNumber) -> bool {
        self.is_busy() && self.at != Some(tick)
    }

    /// Adds its block of `tick` to what else is heard, which is turned down to `beside`. Whether something of a digit is
    /// in it.
    pub(in crate::worker) fn add(&mut self, block: &mut [f32], tick: TickNumber, beside: f32) -> bool {
        let packet = self.pace.poll(self.time);
        self.time = self.time.wrapping_add(self.clock.duration_of_ms(BLOCK_MS));
        self.at = Some(tick);
        let report = packet.and_then(|packet| EventPayload::parse(&packet.payload).ok());
        let over = report.is_some_and(|report| report.end);
        let digit = report.filter(|_| !(over && self.ended)).map(|report| report.event.as_char() as u8);
        self.ended = over;
        let sounded = self.generator.is_sounding();
        self.generator.add(block, digit, beside);
        self.begun |= digit.is_some();
        self.dialled &= self.is_busy();
        sounded || digit.is_some()
    }

    /// Drops what sounds and what waits.
    pub(in crate::worker) fn cancel(&mut self) {
        self.pace.cancel();
        self.generator.reset();
        (self.ended, self.begun, self.dialled) = (false, false, false);
    }
}
