//! Control: `agent-load`: many calls at once: a gateway, agents on WebSockets and phones on UDP in one process: what each of them heard is
//! compared with what was said to it.

mod agent;
pub mod args;
mod calls;
pub(super) mod noise;
pub(super) mod phone;
pub mod report;
pub mod run;

#[cfg(test)]
mod tests;
