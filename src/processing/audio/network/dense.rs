//! Real-time: a layer of which each output is a weighted sum of all inputs.

use super::kernels::{TILE, multiply};
use super::reader::{Matrix, Reader};

/// The weights of one layer.
pub(in crate::processing::audio) struct Dense {
    weights: Matrix,
    scale: Box<[f32]>,
    bias: Box<[f32]>,
    inputs: usize,
}

impl Dense {
    /// Allocates.
    pub(in crate::processing::audio) fn read(file: &mut Reader, inputs: usize, outputs: usize) -> Self {
        Self {
            weights: file.matrix(inputs * outputs.next_multiple_of(TILE)),
            scale: file.row(outputs),
            bias: file.row(outputs),
            inputs,
        }
    }

    /// The sums of the inputs. Real-time safe. Inputs of another number than was agreed count as none.
    pub(in crate::processing::audio) fn apply(&self, inputs: &[f32], outputs: &mut [f32]) {
        outputs.fill(0.0);
        if inputs.len() == self.inputs {
            multiply(&self.weights, inputs, outputs);
        }
        for ((sum, scale), bias) in outputs.iter_mut().zip(&self.scale).zip(&self.bias) {
            *sum = *sum * scale + bias;
        }
    }
}
