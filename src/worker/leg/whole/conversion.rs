//! Real-time: what all hear alike, at a rate that is not their bus': converted once.
//!
//! A conversion remembers what it converted last, a few ms of it. A listener changes from its own to this one where both remember the
//! same, bit for bit, as they do after a block that both had; and back with what this one remembers.

use super::heard::Heard;
use crate::types::SampleRate;
use crate::worker::leg::Converter;

/// That of one rate.
#[derive(Debug)]
pub(super) struct Conversion {
    converter: Converter,
    /// As it was before the block, if that is made.
    before: Converter,
    /// Others were heard, and nobody heard them by this: whoever comes first goes on with what it has.
    idle: bool,
    /// Somebody has heard it.
    begun: bool,
    heard: Heard,
}

impl Conversion {
    /// `None` where there is nothing to convert. Control side.
    pub(super) fn between(from: SampleRate, to: SampleRate) -> Option<Self> {
        let (converter, before) = (Converter::between(from, to)?, Converter::between(from, to)?);
        Some(Self { converter, before, idle: true, begun: false, heard: Heard::new() })
    }

    pub(super) fn is_to(&self, rate: SampleRate) -> bool {
        self.converter.to() == rate
    }

    pub(super) fn converts_like(&self, other: &Self) -> bool {
        self.converter.converts_like(&other.converter)
    }

    /// Another block begins. `summed`: anybody was heard in the last one.
    pub(super) fn begin_block(&mut self, summed: bool) {
        let made = self.heard.begin();
        self.idle = !made && (summed || self.idle);
    }

    /// Converts the block, unless that is done. Whether a listener whose own conversion that is may hear it: `follows`, if it did
    /// before.
    pub(super) fn hear(&mut self, block: &[f32], own: &Converter, follows: bool) -> bool {
        if !self.heard.made {
            // Who followed the bus until now did so at its rate, if nobody ever needed this.
            if self.idle && !(follows && self.begun) {
                self.converter.copy_state_from(own);
            }
            self.begun = true;
            self.before.copy_state_from(&self.converter);
            let converter = &mut self.converter;
            self.heard.make(converter.to().block_samples(), |to| {
                if converter.convert(block, to).is_none() {
                    to.fill(0.0);
                }
            });
        }
        follows || own.has_state_of(&self.before)
    }

    /// As it was before the block: with what one who followed it goes on alone.
    pub(super) fn before(&self) -> &Converter {
        if self.heard.made { &self.before } else { &self.converter }
    }

    pub(super) fn heard(&self) -> &Heard {
        &self.heard
    }

    pub(super) fn heard_mut(&mut self) -> &mut Heard {
        &mut self.heard
    }
}
