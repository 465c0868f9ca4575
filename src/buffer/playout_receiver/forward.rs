//! Real-time: pass-through: packets go on as they are, in order and at their time.

use super::{Current, PlayoutReceiver};
use crate::buffer::packet::{Due, Playout};
use crate::buffer::playout::PlayoutContext;
use crate::types::{MediaTime, TickNumber};

/// What to send on in a tick of pass-through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forward<P> {
    /// This packet. The receiver keeps its handle until the packet's time is over: copy the octets in this tick.
    Packet(Due<P>),
    /// The last packet's time is not over.
    Between,
    /// A packet is missing. The next one's `step` will say how many.
    Missing,
    /// The sender is silent.
    Gap,
    /// No stream.
    Idle,
}

impl<P: Copy> PlayoutReceiver<P> {
    /// Pass-through: the packet to send on in this tick, unaltered. Call it once per tick in place of
    /// [`pull`](Self::pull); the two may alternate from tick to tick, audio goes on where it was.
    pub fn forward(&mut self, now: MediaTime, tick: TickNumber, mut released: impl FnMut(P)) -> Forward<P> {
        self.begin(tick, &mut released);
        self.timeline.discard(usize::MAX);
        self.concealed = 0;
        if let Some(current) = &mut self.current {
            current.done += self.block;
            return Forward::Between;
        }
        match self.jitter.next(now, PlayoutContext::default(), &mut released) {
            Playout::Play(due) => {
                let scaled = |units: u32| units as usize * self.block / self.units;
                let (samples, skip) = (scaled(due.samples), scaled(due.skip));
                self.current = Some(Current { payload: due.payload, samples, done: skip + self.block });
                // What is sent on needs no joining, and decoding goes on from here.
                self.broken = false;
                self.concealer.resume();
                self.marks = [None; 4];
                self.mark_playout(&due);
                // What was heard last is this payload, so there is nothing to mend before the next.
                (self.broken, self.lost, self.good) = (false, 0, 0);
                self.forwarded = true;
                Forward::Packet(due)
            }
            Playout::Conceal(_) => {
                self.jitter.note_hole_passed();
                Forward::Missing
            }
            Playout::Gap(_) => {
                self.jitter.note_hole_passed();
                Forward::Gap
            }
            Playout::Idle => Forward::Idle,
        }
    }

    /// The packet that was just given out to be passed on is decoded after all: the caller [pulls](Self::pull) in this
    /// same tick.
    pub fn decode_instead(&mut self) {
        self.forwarded = false;
        if let Some(current) = &mut self.current {
            current.done = current.done.saturating_sub(self.block);
        }
    }

    /// Whether what was heard last passed undecoded.
    pub fn has_forwarded(&self) -> bool {
        self.forwarded
    }

    /// The packet that is due next, if one is there.
    pub fn next_payload(&self) -> Option<P> {
        self.jitter.first_payload()
    }
}
