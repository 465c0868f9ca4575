//! Control: the verbs of a session's handle that are about Opus.

use crate::codec::audio::opus::OpusSettings;
use crate::control::Pending;
use crate::engine::session_handle::MediaSessionHandle;

impl MediaSessionHandle {
    /// How the session's Opus encoder works, from its next packet on: bit rate, in-band FEC and the loss that it reckons
    /// with (say, what the peer's RTCP reports tell), complexity, application, VBR, DTX, bandwidth. The stream goes on without
    /// an edge, but for another application, which has the encoder forget its past; a lower bandwidth is reached at the next
    /// pause, or within 6 s. It stays in force over updates that say nothing of it, codec changes (where Opus is not sent now,
    /// it works so once it is), and moves between workers. Answers with what is in force: what was asked for within what the peer negotiated (RFC 7587
    /// section 6.1: its greatest bit rate and bandwidth, CBR; FEC and DTX only if it wants them).
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Parameter`](crate::error::SessionError::Parameter) for a number out of range,
    /// [`SessionError::NoOpus`](crate::error::SessionError::NoOpus) if none of its formats is Opus.
    pub fn set_opus(&self, settings: OpusSettings) -> Pending<OpusSettings> {
        let id = self.id();
        self.engine().request(move |s, promise| s.set_opus(id, settings, promise))
    }

    /// How the session's Opus encoder works.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NoOpus`](crate::error::SessionError::NoOpus) if none of its formats is Opus.
    pub fn opus_settings(&self) -> Pending<OpusSettings> {
        let id = self.id();
        self.engine().request(move |s, promise| s.opus_settings(id, promise))
    }
}
