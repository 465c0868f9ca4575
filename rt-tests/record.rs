//! Samples that run with time, and recordings of them: through the handle, on virtual time.

#[path = "record/clock.rs"]
mod clock;
mod support;
