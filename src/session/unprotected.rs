//! Control: the crate is built without SRTP: nothing protects a session's packets.

use crate::error::SessionError;
use crate::session::params::MediaSessionParams;
use crate::transport::secure::Protection;

/// Keys that a session has sent under: there are none.
#[derive(Debug, Default)]
pub(crate) struct SpentKeys;

impl SpentKeys {
    pub(crate) fn note(&mut self, _: &MediaSessionParams, _: &MediaSessionParams) {}
}

impl MediaSessionParams {
    pub(super) fn first_sequence(&self, random: u16) -> u16 {
        random
    }

    pub(super) fn check_protection(&self) -> Result<(), SessionError> {
        Ok(())
    }

    pub(crate) fn check_new_keys(&self, _: &Self, _: &SpentKeys) -> Result<(), SessionError> {
        Ok(())
    }

    pub(crate) fn build_protection(&self) -> Option<Box<Protection>> {
        None
    }

    pub(crate) fn build_new_protection(&self, _: &Self) -> Option<Box<Protection>> {
        None
    }

    pub(super) fn follow_protection(&mut self, _: &Self) {}
}
