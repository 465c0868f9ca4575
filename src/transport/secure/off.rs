//! I/O: the crate is built without SRTP: no session is protected, and the compiler knows it.

use crate::rtp::SrtpFault;
use crate::transport::secure::Unsendable;
use crate::types::MediaTime;

/// What protects a session's packets: there is none.
#[derive(Debug)]
pub enum Protection {}

impl Protection {
    /// Takes on what is to go on of what protected the session before.
    pub fn succeed(&mut self, _: &mut Self) {
        match *self {}
    }

    /// Protects the RTP packet of `length` octets at the start of `packet`; its length afterwards.
    pub fn protect(&mut self, _: &mut [u8], _: usize) -> Result<usize, Unsendable> {
        match *self {}
    }

    /// As [`protect`](Self::protect), of RTCP.
    pub fn protect_rtcp(&mut self, _: &mut [u8], _: usize) -> Result<usize, Unsendable> {
        match *self {}
    }

    /// Opens the RTP packet that `packet` is; its length afterwards.
    pub fn unprotect(&mut self, _: &mut [u8], _: MediaTime) -> Result<usize, SrtpFault> {
        match *self {}
    }

    /// As [`unprotect`](Self::unprotect), of RTCP.
    pub fn unprotect_rtcp(&mut self, _: &mut [u8], _: MediaTime) -> Result<usize, SrtpFault> {
        match *self {}
    }
}
