//! Control: the crate is built without handshakes.

#[cfg(feature = "srtp")]
use crate::error::SessionError;
use crate::session::params::MediaSessionParams;
use crate::transport::LatchMode;

impl MediaSessionParams {
    #[cfg(feature = "srtp")]
    pub(super) fn awaits_handshake(&self) -> bool {
        false
    }

    #[cfg(feature = "srtp")]
    pub(super) fn check_handshake(&self) -> Result<(), SessionError> {
        Ok(())
    }

    pub(crate) fn latch_mode(&self) -> LatchMode {
        self.latch
    }

    pub(crate) fn shares_port(&self) -> bool {
        false
    }

    #[cfg(feature = "srtp")]
    pub(super) fn follow_handshake(&mut self, _: &Self) {}
}
