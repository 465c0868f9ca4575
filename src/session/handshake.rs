//! Control: whether a session's handshake can be as it is asked for, and what it changes beside.

use crate::error::{ConfigError, SessionError};
use crate::session::params::{MediaSessionParams, Transport};
use crate::transport::LatchMode;

impl MediaSessionParams {
    /// Whether its keys come by a handshake.
    pub(super) fn awaits_handshake(&self) -> bool {
        self.dtls.is_some()
    }

    pub(super) fn check_handshake(&self) -> Result<(), SessionError> {
        let error = |field, value: String, legal| Err(SessionError::Parameter(ConfigError::new(field, value, legal)));
        let of_socket = self.transport == Transport::Socket;
        match (&self.dtls, &self.ice) {
            (Some(_), _) if !of_socket => error("dtls", format!("{:?}", self.transport), "Transport::Socket with DTLS"),
            (_, Some(_)) if !of_socket => error("ice", format!("{:?}", self.transport), "Transport::Socket with ICE"),
            (Some(_), _) if self.srtp.is_some() => error(
                "dtls",
                "beside srtp".to_owned(),
                "one of both, and the session's own: keys in the description, or DTLS",
            ),
            (_, Some(_)) if self.remote.is_some() => {
                error("remote", format!("{:?}", self.remote), "none with ICE: the peer's checks say where it is")
            }
            _ => Ok(()),
        }
    }

    /// Whose packets are taken: with ICE those of the way that was checked.
    pub(crate) fn latch_mode(&self) -> LatchMode {
        if self.ice.is_some() { LatchMode::Strict } else { self.latch }
    }

    /// Whether RTCP shares the port whatever is configured.
    pub(crate) fn shares_port(&self) -> bool {
        self.ice.is_some()
    }

    /// What an update does not mention stays.
    pub(super) fn follow_handshake(&mut self, before: &Self) {
        if self.dtls.is_none() {
            self.dtls.clone_from(&before.dtls);
        }
        if self.ice.is_none() {
            self.ice.clone_from(&before.ice);
        }
    }
}
