//! Control: what is asked of the supervisor, a file a verb. Each checks all that can fail before it orders anything.

mod adapted_output;
mod agents;
mod answers;
mod bridge;
mod call_routes;
mod causes;
mod codecs;
mod collect;
mod collisions;
mod create;
mod created;
mod destroy;
mod digits;
mod ends;
mod expectation;
mod factory;
mod flight;
#[cfg(feature = "dtls")]
mod handshakes;
mod inject;
mod inject_rooms;
mod legs;
mod listing;
mod members;
mod monitor;
#[cfg(not(feature = "dtls"))]
mod no_handshakes;
#[cfg(feature = "opus")]
mod opus;
mod play;
mod play_rooms;
mod playback;
mod ports;
mod processing;
mod query;
mod ready;
mod record;
mod recording;
mod relay_links;
mod relay_settings;
mod relays;
mod relocate;
mod room_places;
mod room_routes;
mod room_update;
mod rooms;
mod rtp_port;
mod shared_encoders;
mod silence;
mod switches;
mod tap_routes;
mod taps;
mod transfer;
mod transfer_seat;
mod update;
mod whisper_buses;

pub(crate) use created::Created;
pub(crate) use ends::SampleEnds;
pub(crate) use inject::OpenInjection;
pub(crate) use listing::FoundSession;
pub(crate) use play::{Taken, Turn};
pub(crate) use playback::Handling;
pub(crate) use record::OpenRecording;
pub(crate) use rtp_port::OpenPort;
pub(crate) use taps::OpenTap;
