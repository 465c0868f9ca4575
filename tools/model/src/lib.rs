//! Model checking of what media-core's threads share by hand: each order in which the threads' steps can be seen, up to
//! [`preemptions`], by loom.
//!
//! The sources are the library's own (see `build.rs`). **What is checked is what the library builds upon rings, atomics,
//! mutexes and condition variables**: that a packet is whole, that each order has one receipt and each request one answer,
//! that nobody sleeps over his answer. rtrb's ring itself is a model here (`ring`), of the same promises: what was written
//! before the other end is moved on is seen behind it. Payload slots and frames belong to one thread and are not shared.
//!
//! `cargo test -p media-core-model` is the bounded form. `MODEL_PREEMPTIONS=5 cargo test --release -p media-core-model`
//! looks further.

#![allow(dead_code, unused_imports, clippy::all, clippy::pedantic, reason = "parts of the library's sources")]

mod control;
mod error;
mod ring;
mod rt;
mod rtp;
mod sync;
mod types;

/// How often a thread is interrupted where it need not be, at most: loom's bound.
pub fn preemptions() -> usize {
    std::env::var("MODEL_PREEMPTIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(3)
}

/// Runs `body` in each order of its threads.
pub fn model(body: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions());
    builder.check(body);
}
