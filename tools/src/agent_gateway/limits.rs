//! Pure: the bounds of a connection, in one place.

use std::time::Duration;

/// Octets of a message that is taken: 32 s of samples at 16 kHz.
pub(super) const MESSAGE_OCTETS: usize = 1 << 20;
/// Octets of a message that is refused with the connection going on; a longer one ends it.
pub(super) const LONGEST_MESSAGE_OCTETS: usize = 4 << 20;
/// Messages that may wait for the socket. One more ends the connection.
pub(super) const QUEUED_MESSAGES: usize = 1_024;
/// Frames of audio that are handed to the socket ahead; more wait in the port, where the oldest is lost.
pub(super) const QUEUED_FRAMES: usize = 4;
/// Octets of the kernel's buffers, so that what waits there is seconds and not minutes old.
pub(super) const SOCKET_OCTETS: u32 = 64 << 10;
/// Characters of a mark's name and of a call's.
pub(super) const NAME_LENGTH: usize = 64;
/// How often the port is looked at.
pub(super) const POLL: Duration = Duration::from_millis(10);
/// How long a client may take for the WebSocket handshake, and for its `start` after that.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(5);
/// See [`HANDSHAKE`].
pub(super) const START: Duration = Duration::from_secs(10);
/// How long a connection that ends is given to take its last messages.
pub(super) const FAREWELL: Duration = Duration::from_secs(5);
/// How often a ping is sent.
pub(super) const PING: Duration = Duration::from_secs(5);
