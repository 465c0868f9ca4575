//! Real-time: the second-order high-pass filters before the encoder (140 Hz, halves the signal) and after the decoder
//! (100 Hz, doubles it). Clauses 3.1 and 4.2.5.

use super::arith::{Split, mac, round, shl};
use super::tables::{INPUT_POLES, INPUT_ZEROS, OUTPUT_POLES, OUTPUT_ZEROS};

/// Memory of one of the filters: two past inputs, two past outputs in 32 bits.
#[derive(Debug, Clone, Default)]
pub struct HighPass {
    inputs: [i16; 2],
    outputs: [Split; 2],
}

impl HighPass {
    #[inline(always)]
    fn next(&mut self, input: i16, zeros: &[i16; 3], poles: &[i16; 3], shift: i32) -> i32 {
        let [first, second] = self.outputs;
        let recursive = first.times(poles[1]).saturating_add(second.times(poles[2]));
        let sum = mac(mac(mac(recursive, input, zeros[0]), self.inputs[0], zeros[1]), self.inputs[1], zeros[2]);
        let output = shl(sum, shift);
        self.inputs = [input, self.inputs[0]];
        self.outputs = [Split::new(output), first];
        output
    }

    /// Before the encoder.
    pub fn before_encoder(&mut self, signal: &mut [i16]) {
        for sample in signal {
            *sample = round(self.next(*sample, &INPUT_ZEROS, &INPUT_POLES, 3));
        }
    }

    /// After the decoder.
    pub fn after_decoder(&mut self, signal: &mut [i16]) {
        for sample in signal {
            *sample = round(shl(self.next(*sample, &OUTPUT_ZEROS, &OUTPUT_POLES, 2), 1));
        }
    }
}
