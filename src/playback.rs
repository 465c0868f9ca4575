//! Control: sound to and from files: what the control side does of it, on ordinary threads.

pub(crate) mod recorder;
