//! Control: what a step of the supervisor does unasked.

mod admission;
mod causes;
mod collections;
mod glitch_flights;
mod hairpins;
#[cfg(feature = "dtls")]
mod handshakes;
mod misrouted;
mod notices;
mod playability;
mod playbacks;
mod port_end;
mod port_receipts;
mod quality;
mod recordings;
mod requests;
mod rooms;
mod shedding;
mod stop;
mod telemetry;
mod watch;
