//! Real-time: gated recurrent units (Cho et al., EMNLP 2014), as PyTorch computes them.

use super::dense::Dense;
use super::kernels::remember;
use super::reader::Reader;

/// The weights of one layer.
pub(in crate::processing::audio) struct Gru {
    input: Dense,
    state: Dense,
    units: usize,
}

impl Gru {
    /// Allocates.
    pub(in crate::processing::audio) fn read(file: &mut Reader, inputs: usize, units: usize) -> Self {
        let [input, state] = [inputs, units].map(|inputs| Dense::read(file, inputs, 3 * units));
        Self { input, state, units }
    }

    /// Takes in what comes next in a stream; `state` is what the stream remembers, one number a unit, and what the layer says. `work` is of
    /// [`Self::work`]. Real-time safe. A state that is no number is forgotten.
    pub(in crate::processing::audio) fn step(&self, inputs: &[f32], state: &mut [f32], work: &mut [f32]) {
        let (heard, known) = work.split_at_mut((3 * self.units).min(work.len()));
        self.input.apply(inputs, heard);
        self.state.apply(state, known);
        remember(self.gates(heard), self.gates(known), state);
        if !state.iter().all(|x| x.is_finite()) {
            state.fill(0.0);
        }
    }

    /// Numbers that a step works with.
    pub(in crate::processing::audio) const fn work(&self) -> usize {
        6 * self.units
    }

    fn gates<'a>(&self, sums: &'a [f32]) -> [&'a [f32]; 3] {
        [0, 1, 2].map(|gate| sums.get(gate * self.units..(gate + 1) * self.units).unwrap_or_default())
    }
}
