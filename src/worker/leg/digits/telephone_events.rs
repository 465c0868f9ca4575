//! Real-time: the state of a leg's telephone events (RFC 4733), both ways. Built by the control side.

use crate::codec::audio::dtmf::{DigitString, EventClock, EventNotice, EventPacket, EventSender};
use crate::types::{LegKey, SampleRate};
use crate::worker::leg::WorkerEventKind;
use crate::worker::leg::digits::{DigitTone, EventReceivers, Presses, Way};

/// Notices that wait at a leg for the supervisor.
const WAITING: usize = 32;

/// A leg's telephone events, both ways. Built by the control side.
#[derive(Debug)]
pub struct TelephoneEvents {
    pub(in crate::worker) receive: EventReceivers,
    pub(in crate::worker) send: Option<(u8, EventSender)>,
    pub(in crate::worker) ssrc: Option<u32>,
    pub(in crate::worker) waiting: [Option<WorkerEventKind>; WAITING],
    pub(in crate::worker) count: usize,
    /// Digits as tones: where no events are sent, and of members of a room, whose audio an event would take the place of.
    pub(in crate::worker) tone: Option<DigitTone>,
    /// Whose press is being done here.
    following: Option<LegKey>,
    pub(in crate::worker) presses: Presses,
}

impl TelephoneEvents {
    /// The payload types accepted and sent, with their clocks; a packet goes out each `ptime_ms`. Allocates: control side.
    pub fn new(
        receive: impl IntoIterator<Item = (u8, EventClock)>,
        send: Option<(u8, EventClock)>,
        ptime_ms: u32,
    ) -> Self {
        Self {
            receive: EventReceivers::new(receive),
            send: send.map(|(payload_type, clock)| (payload_type, EventSender::new(clock, ptime_ms))),
            ssrc: None,
            waiting: [None; WAITING],
            count: 0,
            tone: None,
            following: None,
            presses: Presses::default(),
        }
    }

    /// With tones at the rate of the leg's output, for digits of others that do not become events.
    #[must_use]
    pub fn with_tones(mut self, rate: SampleRate) -> Self {
        self.tone = Some(DigitTone::new(rate));
        self
    }

    /// Does what happened at `source`, which this leg hears, alone or among others (as tones beside these); whether that leads
    /// to anything.
    pub(in crate::worker) fn follow(
        &mut self,
        source: LegKey,
        notice: &EventNotice,
        clock: EventClock,
        among_others: bool,
    ) -> bool {
        match notice {
            EventNotice::Started { .. } => self.following = Some(source),
            EventNotice::Ended { .. } if self.following.take_if(|own| *own == source).is_none() => return false,
            EventNotice::Ended { .. } => {}
        }
        let done = match (&mut self.send, &mut self.tone) {
            (_, Some(tone)) if among_others => tone.relay(notice, clock),
            (Some((_, sender)), _) => sender.relay(notice, clock),
            (None, Some(tone)) => tone.relay(notice, clock),
            (None, None) => return false,
        };
        done.is_ok()
    }

    /// Whose press is being done here.
    pub(in crate::worker) fn following(&self) -> Option<LegKey> {
        self.following
    }

    /// The end of what is being done here will not be told: it ends now.
    pub(in crate::worker) fn abandon(&mut self) {
        self.following = None;
        if let Some((_, sender)) = &mut self.send {
            // None may be open.
            let _ = sender.finish(0);
        }
        if let Some(tone) = &mut self.tone {
            tone.finish();
        }
    }

    /// Whether the peer holds a key down.
    pub(in crate::worker) fn is_pressed(&self) -> bool {
        self.receive.is_open() || self.presses.is_sounding()
    }

    /// The payload type that is sent.
    pub(in crate::worker) fn payload_type(&self) -> Option<u8> {
        self.send.as_ref().map(|(payload_type, _)| *payload_type)
    }

    /// The event packet for the interval that begins at `timestamp`, in place of audio.
    pub(in crate::worker) fn poll(&mut self, timestamp: u32) -> Option<EventPacket> {
        self.send.as_mut()?.1.poll(timestamp)
    }

    /// Queues digits; false, and none is queued, if there is not room for all, or nothing to send them by.
    pub(in crate::worker) fn dial(&mut self, digits: &DigitString) -> bool {
        let (sender, dialled) = match (&mut self.send, &mut self.tone) {
            (Some((_, sender)), _) => (sender, None),
            (None, Some(tone)) => (&mut tone.pace, Some(&mut tone.dialled)),
            (None, None) => return false,
        };
        let (ms, volume, pause) = (digits.milliseconds(), digits.volume(), digits.pause_ms());
        let room = sender.room() >= digits.events().count();
        let queued = room && digits.events().all(|event| sender.send_apart(event, ms, volume, pause).is_ok());
        if let Some(dialled) = dialled {
            *dialled |= queued;
        }
        queued
    }

    /// Whether digits are under way to the peer, by events or as tones.
    pub(in crate::worker) fn is_sending(&self) -> bool {
        self.sends_events() || self.tone.as_ref().is_some_and(|tone| tone.is_busy() || tone.begun)
    }

    pub(in crate::worker) fn sends_events(&self) -> bool {
        self.send.as_ref().is_some_and(|(_, sender)| sender.is_busy())
    }

    /// Goes on where the events are that these replace: what waits to be told or sent, and the press under way, if its payload
    /// type is still one of these; how much of it found no room.
    pub(in crate::worker) fn take_over(&mut self, before: &mut Self) -> usize {
        let mut missed = 0;
        for fact in before.waiting.iter_mut().filter_map(Option::take) {
            missed += usize::from(!self.note(fact));
        }
        before.count = 0;
        if let Some((notice, clock)) = self.receive.take_over(&mut before.receive)
            && before.presses.end(Way::Event)
        {
            missed += usize::from(!self.note(WorkerEventKind::of(&notice, clock)));
        }
        (self.ssrc, self.presses) = (before.ssrc, std::mem::take(&mut before.presses));
        self.send_on(before);
        missed
    }

    /// Sends the digits that those before have still to send.
    fn send_on(&mut self, before: &mut Self) {
        let former = match (&mut before.send, &mut before.tone) {
            (Some((payload_type, sender)), _) => Some((Some(*payload_type), sender)),
            (None, Some(tone)) => Some((None, &mut tone.pace)),
            (None, None) => None,
        };
        match (&mut self.send, &mut self.tone, former) {
            (Some((own, sender)), _, Some((Some(payload_type), former)))
                if *own == payload_type && sender.is_like(former) =>
            {
                std::mem::swap(sender, former);
                self.following = before.following.take();
            }
            (Some((_, sender)), _, Some((_, former))) => sender.continue_from(former),
            (None, Some(tone), Some((_, former))) => {
                tone.pace.continue_from(former);
                tone.dialled = tone.pace.is_busy();
            }
            _ => {}
        }
    }

    /// Whether nothing is sent, received, or to be told.
    pub(in crate::worker) fn is_at_rest(&self) -> bool {
        !self.receive.is_open() && !self.is_sending() && self.following.is_none() && self.count == 0
    }

    /// False if more wait than it holds.
    pub(in crate::worker) fn note(&mut self, fact: WorkerEventKind) -> bool {
        let Some(place) = self.waiting.get_mut(self.count) else { return false };
        *place = Some(fact);
        self.count += 1;
        true
    }
}
