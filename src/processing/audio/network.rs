//! Real-time: layers of small networks: weights of 16 bits, read once from a file and shared by all streams; what a stream
//! remembers is its own. `tools/networks/export.py` writes the files.

mod dense;
mod gru;
mod kernels;
mod reader;
#[cfg(test)]
mod tests;

pub(in crate::processing::audio) use dense::Dense;
pub(in crate::processing::audio) use gru::Gru;
pub(in crate::processing::audio) use kernels::multiply;
pub(in crate::processing::audio) use reader::{Matrix, Reader};
