//! Control: shared parts of the tools.

pub mod agent_gateway;
pub mod call_demo;
pub mod call_load;
pub mod cli;
pub mod hall;
pub mod interop;
pub mod jitter_lab;
pub mod latency;
pub mod media_lab;
pub mod pbx_node;
pub mod picture;
pub mod sdp;
pub mod sip_phone;
pub mod soak;
pub mod sound;
pub mod stress;
pub mod tone;

// Sounds that are made in the library's own tests, for calls of the laboratory: they name `crate::types`.
#[allow(dead_code, reason = "the library's own tests use the rest")]
#[path = "../../src/processing/audio/speech_like.rs"]
mod speech_like;
use media_core::types;

#[cfg(test)]
#[allow(dead_code, reason = "the library's own tests use the rest")]
#[path = "../../rt-tests/support/speech.rs"]
mod made_speech;
