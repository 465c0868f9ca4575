//! The flight recorder: what is written of a call is the call, packet by packet, and what is not is said.

mod support;

mod flight {
    pub mod churn;
    pub mod files;
    pub mod kinds;
    pub mod on_glitch;
    pub mod rig;
}
