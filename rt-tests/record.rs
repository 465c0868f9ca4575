//! Samples that run with time, and recordings of them: through the handle, on virtual time.

#[path = "record/calls.rs"]
mod calls;
#[path = "record/clock.rs"]
mod clock;
#[path = "record/disk.rs"]
mod disk;
#[path = "record/ends.rs"]
mod ends;
#[path = "record/hour.rs"]
mod hour;
#[path = "record/prompted.rs"]
mod prompted;
#[path = "record/real.rs"]
mod real;
#[path = "record/rig.rs"]
mod rig;
mod support;
