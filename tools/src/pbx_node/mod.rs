//! Control: `pbx-node`: a small PBX on the engine: a registrar, calls between phones, rooms and services, as an embedder would write it.
//!
//! Signalling runs on tokio, one thread; SIP is rsipstack's, SDP that of [`crate::sdp`], and all media are asked of `SessionBridge` and the
//! session handles. A `call` is a task: it owns its one or two `leg`s and hears what becomes of them; nothing of one call waits for
//! another. What is refused, dropped or limited is counted in `counts`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

pub mod args;
mod auth;
pub mod background;
mod call;
mod calls;
pub mod config;
mod connections;
mod counts;
mod dial;
mod door;
mod endpoint;
mod leg;
mod limit;
mod node;
mod offers;
mod refer;
mod register;
mod registrar;
mod renegotiate;
mod ring;
mod rooms;
mod route;
pub mod run;
mod secrets;
mod services;
mod srtp;
mod status;
mod talk;
mod websocket;

#[cfg(test)]
mod tests;
