#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "tests allocate")]

mod any;
mod receive;
mod rig;
