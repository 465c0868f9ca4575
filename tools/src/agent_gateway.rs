//! Control: `agent-gateway`: the port of a speech machine over a WebSocket, a connection a call: JSON for what is asked and told,
//! binary frames for what is said and heard. The messages are described in docs/agent-gateway.md.
//!
//! Nothing here is of the media: a connection polls the ends of its port, which never wait, and what a slow agent does not read is lost
//! in the port's own ring.

pub mod args;
mod call;
mod calls;
mod command;
mod connection;
mod doors;
mod ears;
mod event;
mod frame;
mod gateway;
mod limits;
pub mod load;
mod marks;
mod mouth;
mod news;
mod outbox;
mod refusal;
pub mod run;
mod start;
mod talk;
mod token;
mod told;

#[cfg(test)]
mod tests;
