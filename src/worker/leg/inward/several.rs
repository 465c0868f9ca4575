//! Real-time: a receive path of several formats: which packets it takes, how they lie on one timeline, and which is heard.

use crate::rt::PacketHeader;
use crate::worker::leg::inward::clocks::Clocks;
use crate::worker::leg::inward::others::{Beside, FormatHints, Others};
use crate::worker::leg::inward::{InwardFormat, LegReceiver, MAX_FORMATS};

/// So many packets of another format in a row are told as a change of codec.
const TOLD_AFTER: u8 = 3;

impl LegReceiver {
    /// With further formats, of which the peer may send any at any time; all come at this path's rate. At most 15: the
    /// rest is left out. `own` is the first one's payload type. Allocates: control side.
    #[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "control side")]
    #[must_use]
    pub fn with_formats(mut self, own: u8, formats: Vec<InwardFormat>) -> Self {
        if formats.is_empty() {
            return self;
        }
        let units = self.units;
        let mut rates = vec![units * 100];
        let first = FormatHints { payload_type: own, noise: self.noise_payload_type, red: self.red, clock: 0, units };
        let mut known = vec![first];
        let mut decoders = Vec::new();
        for format in formats.into_iter().take(MAX_FORMATS - 1) {
            let InwardFormat { payload_type, clock_rate, rate, decoder, noise, red } = format;
            let clock = rates.iter().position(|rate| *rate == clock_rate).unwrap_or_else(|| {
                rates.push(clock_rate);
                rates.len() - 1
            });
            known.push(FormatHints { payload_type, noise, red, clock: clock as u8, units: clock_rate / 100 });
            decoders.push((decoder, rate));
        }
        let clocks = (rates.len() > 1).then(|| Clocks::new(rates.into_iter()));
        let red = known.iter().any(|known| known.red.is_some());
        self.beside = Beside { clocks: clocks.is_some(), red, ..Beside::default() };
        let known = known.into_boxed_slice();
        self.decoders = self.decoders.with(decoders.into_iter(), self.rate);
        self.path = self.path.with_formats();
        self.others = Some(Box::new(Others { known, clocks }));
        self
    }

    /// The format of that payload type, beside the first.
    pub(in crate::worker) fn format_of(&self, payload_type: u8) -> Option<u8> {
        let found = self.others.as_ref()?.known.iter().position(|known| known.payload_type == payload_type)?;
        Some(found as u8)
    }

    /// The format whose comfort noise has that payload type, beside the first one's: the one that is sent now, if it has
    /// the same clock.
    pub(in crate::worker) fn noise_of(&self, payload_type: u8) -> Option<u8> {
        let others = self.others.as_ref()?;
        let is = |known: &FormatHints| known.noise == Some(payload_type);
        let latest = others.known.get(usize::from(self.beside.latest)).is_some_and(is);
        if latest { Some(self.beside.latest) } else { others.known.iter().position(is).map(|format| format as u8) }
    }

    /// Whether packets of that payload type carry older ones again, of a format beside the first.
    pub(in crate::worker) fn has_red(&self, payload_type: u8) -> bool {
        let has = |others: &Others| others.known.iter().any(|known| known.red == Some(payload_type));
        self.beside.red && self.others.as_deref().is_some_and(has)
    }

    /// Where a packet of a format lies on the path's timeline. `samples` are its length there.
    pub(in crate::worker) fn place(&mut self, header: &PacketHeader, format: u8, samples: u32) -> PacketHeader {
        if !self.beside.clocks {
            return *header;
        }
        let Some(Others { known, clocks: Some(clocks) }) = self.others.as_deref_mut() else { return *header };
        let clock = known.get(usize::from(format)).map_or(0, |known| known.clock);
        clocks.place(header, clock, samples)
    }

    /// Where a packet lies that was placed, or holds no audio.
    pub(in crate::worker) fn placed(&self, header: &PacketHeader, format: u8) -> PacketHeader {
        match self.others.as_deref() {
            Some(Others { known, clocks: Some(clocks) }) => {
                clocks.placed(header, known.get(usize::from(format)).map_or(0, |known| known.clock))
            }
            _ => *header,
        }
    }

    /// `units` of the timeline's clock in units of a format's.
    pub(in crate::worker) fn own_units(&self, format: u8, units: u32) -> u32 {
        if !self.beside.clocks {
            return units;
        }
        let own = self.others.as_ref().and_then(|others| others.known.get(usize::from(format)));
        own.map_or(units, |own| (u64::from(units) * u64::from(own.units) / u64::from(self.units.max(1))) as u32)
    }

    /// Notes the format of a packet of audio that was taken.
    pub(in crate::worker) fn note_format(&mut self, format: u8) {
        let beside = &mut self.beside;
        beside.run = if beside.latest == format { beside.run.saturating_add(1) } else { 1 };
        beside.latest = format;
        if beside.told != format && beside.run >= TOLD_AFTER {
            beside.told = format;
            beside.changed = true;
        }
    }

    /// The payload type of the format that the peer changed to since this was last asked.
    pub(in crate::worker) fn take_codec_change(&mut self) -> Option<u8> {
        if !std::mem::take(&mut self.beside.changed) {
            return None;
        }
        self.others.as_ref()?.known.get(usize::from(self.beside.told)).map(|known| known.payload_type)
    }

    /// Whether the packet that is due may pass as it is, `passable` being the formats that may. The first one of another
    /// format after audio is decoded, so that the change is not heard.
    pub(in crate::worker) fn next_may_pass(&self, passable: u16) -> bool {
        if self.others.is_none() {
            return true;
        }
        let next = self.path.next_payload().map_or(self.decoders.format(), |slot| slot.format());
        let joined = !self.begun || self.path.has_forwarded() || next == self.decoders.format();
        joined && passable >> next & 1 == 1
    }
}
