//! Real-time: the phases of a tick, a file a phase, named as [`Phase`](crate::telemetry::Phase) names them; and what several
//! of them share.

mod agents;
mod decode;
mod digits;
mod early;
mod emit;
mod encode;
mod events;
mod exchange;
mod flight;
mod glitches;
mod guard;
mod intake;
mod listen;
mod mix;
mod orders;
mod playing;
mod prefetch;
mod prime;
mod process;
mod redundancy;
mod report;
mod routes;
mod said;
mod silence;

pub(in crate::worker) use guard::contain;
