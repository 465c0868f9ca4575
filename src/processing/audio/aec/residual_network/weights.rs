//! Control: the network's weights, read once from the file that `tools/networks` made, and shared by all cancellers.
//!
//! Fitted by this project to read speech of LibriSpeech (dev-clean, CC BY 4.0), Asterisk's prompts in Russian (Maxim Topal, ivrvoice.ru, CC BY 3.0) and
//! Italian (Carlo Flora, CC BY 3.0), speech of espeak-ng, Flite and Festival, and recordings of ESC-10 (CC0 and CC BY), in rooms, loudspeakers, networks and
//! noises made by program.

use super::bands::BANDS;
use super::features::INPUTS;
use crate::processing::audio::network::{Dense, Gru, Reader};

/// Units of each recurrent layer, and how many of these there are.
pub(super) const UNITS: usize = 128;
pub(super) const LAYERS: usize = 2;

/// The layers.
pub(super) struct Weights {
    first: Dense,
    memory: [Gru; LAYERS],
    last: Dense,
}

impl Weights {
    /// The one copy there is.
    #[cfg(feature = "neural")]
    pub(super) fn shared() -> Option<&'static Self> {
        static FILE: &[u8] = include_bytes!("weights.bin");
        static SHARED: std::sync::OnceLock<Weights> = std::sync::OnceLock::new();
        Some(SHARED.get_or_init(|| Self::read(&mut Reader::new(FILE))))
    }

    /// This build has none.
    #[cfg(not(feature = "neural"))]
    pub(super) const fn shared() -> Option<&'static Self> {
        None
    }

    pub(super) fn read(file: &mut Reader) -> Self {
        Self {
            first: Dense::read(file, INPUTS, UNITS),
            memory: std::array::from_fn(|_| Gru::read(file, UNITS, UNITS)),
            last: Dense::read(file, UNITS, BANDS + 1),
        }
    }

    /// Numbers that `say` works with.
    pub(super) fn work(&self) -> usize {
        UNITS + self.memory.iter().map(Gru::work).max().unwrap_or(0)
    }

    /// What the network says of a block: of each band, then of the filter's echo; before the logistic function.
    pub(super) fn say(
        &self,
        heard: &[f32; INPUTS],
        states: &mut [[f32; UNITS]; LAYERS],
        work: &mut [f32],
        said: &mut [f32; BANDS + 1],
    ) {
        let (seen, work) = work.split_at_mut(UNITS.min(work.len()));
        self.first.apply(heard, seen);
        for x in &mut *seen {
            *x = x.max(0.0);
        }
        let mut input: &[f32] = seen;
        for (layer, state) in self.memory.iter().zip(states) {
            layer.step(input, state, work);
            input = state;
        }
        self.last.apply(input, said);
    }
}
