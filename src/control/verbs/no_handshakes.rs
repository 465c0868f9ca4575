//! Control: the crate is built without handshakes.

use crate::control::supervisor::Supervisor;
use crate::types::SessionId;

impl Supervisor {
    pub(in crate::control) fn follow_handshake(&mut self, _: SessionId) {}

    pub(in crate::control) fn attend_handshakes(&mut self) {}
}
