//! Boundary: what a media thread stands on: pacing and catch-up, load, late ticks, thread set-up, operating system calls.
//!
//! [`pacer`], [`xrun`] and [`load`] are pure: time comes in as an argument, so that virtual time drives them as real time
//! does. [`os`] makes the system calls; it and the codecs' foreign interfaces are the only places with `unsafe`.

#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
pub mod load;
pub mod os;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
pub mod pacer;
pub mod panic_hook;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
pub mod role;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
pub mod shed;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
pub mod xrun;
