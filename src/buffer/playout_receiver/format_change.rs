//! Real-time: from one format of a stream to the next without an edge.
//!
//! A decoder that comes to work begins with what is no audio yet, and its sound need not join the former one's. So what was
//! heard before is continued, as in concealment, over that start and faded into the new decoder's audio after it.

use super::{Decoders, PayloadSource, PlayoutReceiver};
use crate::codec::AudioDecoder;
use crate::types::MediaTime;

/// The longest start of a decoder (Opus with a conversion) and the fade after it, at 48 kHz.
const LONGEST: usize = 1_440;

/// What the former format would have gone on with.
#[derive(Debug)]
pub(super) struct FormatChange {
    continued: [f32; LONGEST],
    /// Samples in which only that is heard, and the end of the fade.
    pre_skip: usize,
    length: usize,
    /// How much of it has been heard.
    at: usize,
}

impl FormatChange {
    /// Brings the next samples of the new decoder in.
    pub(super) fn blend(&mut self, audio: &mut [f32]) {
        let step = 1.0 / self.length.saturating_sub(self.pre_skip).max(1) as f32;
        let left = self.continued.get(self.at..self.length).unwrap_or_default();
        for (n, (new, old)) in audio.iter_mut().zip(left).enumerate() {
            let place = (self.at + n + 1).saturating_sub(self.pre_skip) as f32 * step;
            *new = old + (*new - old) * place;
        }
        self.at = (self.at + audio.len()).min(self.length);
    }
}

impl<P: Copy> PlayoutReceiver<P> {
    /// For a stream of several formats, told by [`PayloadSource::format`]. Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    #[must_use]
    pub fn with_formats(mut self) -> Self {
        let change = FormatChange { continued: [0.0; LONGEST], pre_skip: 0, length: 0, at: 0 };
        self.change = Some(Box::new(change));
        self
    }

    /// Whether one format is still being faded into another.
    pub(super) fn is_changing(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.at < change.length)
    }

    /// The next packet is of another format, whose first `pre_skip` samples are no audio yet.
    pub(super) fn begin_change(&mut self, pre_skip: usize) {
        let Some(change) = &mut self.change else { return };
        change.pre_skip = pre_skip.min(LONGEST - self.block);
        change.length = change.pre_skip + self.block;
        change.at = 0;
        let (concealer, broken) = (&mut self.concealer, self.broken);
        let room = change.continued.get_mut(..change.length).unwrap_or_default();
        self.timeline.append(0, |before, _| {
            concealer.conceal(before, room);
            0
        });
        if !broken {
            concealer.resume();
        }
    }

    /// Decodes the packet that passed last, for its sound to be what is gone on from.
    pub(super) fn remember_passed<D: Decoders + ?Sized>(&mut self, payloads: &impl PayloadSource<P>, decoder: &mut D) {
        let Some(passed) = self.current.filter(|passed| self.change.is_some() && passed.done >= passed.samples) else {
            return;
        };
        // It came when it came: only the order of decoders matters here.
        decoder.select(payloads.format(passed.payload), MediaTime::ZERO);
        let octets = payloads.octets(passed.payload);
        self.timeline.append(passed.samples, |_, to| decoder.active().decode_into(octets, to).unwrap_or(0));
        self.timeline.pass();
        self.concealer.observe(self.timeline.last(self.block));
    }
}
