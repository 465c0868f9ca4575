//! Control: sound files as the commands read and write them: see [`crate::sound`].

pub use crate::sound::{Sound, read, read_engine, read_mono, read_mono_at, write};
