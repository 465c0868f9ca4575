//! I/O: what protects a session's packets: the sender of its own key, the receiver of its peer's, and of the peer's key before.

use super::srtp::{SrtpKey, SrtpReceiver, SrtpSender};
use super::unsendable::Unsendable;
use crate::rtp::SrtpFault;
use crate::types::MediaTime;
use std::time::Duration;

/// For so long after the first packet under the peer's new key those under the one before are still taken: what was on its
/// way when it changed.
pub const FORMER_KEY_OVERLAP: Duration = Duration::from_secs(2);
/// For so long after a change at most: as long as a SIP transaction may take (RFC 3261 section 17.1.1.2: 64 × T1), in which
/// the peer learns of it.
pub const FORMER_KEY_LIMIT: Duration = Duration::from_secs(32);

/// What protects a session's packets. Built by the control side; nothing here allocates but [`new`](Self::new).
#[derive(Debug, Default)]
pub struct Protection {
    sender: Option<Box<SrtpSender>>,
    receiver: Option<Box<SrtpReceiver>>,
    /// Of the peer's key before.
    former: Option<Box<SrtpReceiver>>,
    /// Until when that is heard; `None`: no packet came since the key changed.
    former_until: Option<MediaTime>,
    /// A packet under the new key came.
    confirmed: bool,
}

impl Protection {
    /// Of own and peer's keys; without keys nothing is sent and nothing taken. `None` where a key is none. Control side.
    pub fn new(keys: Option<(&SrtpKey, &SrtpKey)>) -> Option<Box<Self>> {
        let Some((send, receive)) = keys else { return Some(Box::default()) };
        let sender = Some(Box::new(SrtpSender::new(send)?));
        let receiver = Some(Box::new(SrtpReceiver::new(receive)?));
        Some(Box::new(Self { sender, receiver, ..Self::default() }))
    }

    /// Without keys as yet.
    pub fn new_awaiting() -> Box<Self> {
        Box::default()
    }

    /// Takes on what is to go on of what protected the session before: a direction whose key is the same goes on as if
    /// nothing was, the peer's key before is heard for a while. What is needed no more is left in `before`. Real-time safe.
    pub fn succeed(&mut self, before: &mut Self) {
        match (&mut self.sender, &mut before.sender) {
            (Some(own), Some(old)) if own.is_of_key_of(old) => std::mem::swap(own, old),
            (Some(own), Some(old)) => own.go_on_from(old),
            _ => {}
        }
        let same = match (&self.receiver, &before.receiver) {
            (Some(own), Some(old)) => own.is_of_key_of(old),
            _ => false,
        };
        if same {
            std::mem::swap(&mut self.receiver, &mut before.receiver);
            std::mem::swap(&mut self.former, &mut before.former);
            (self.former_until, self.confirmed) = (before.former_until, before.confirmed);
        } else {
            std::mem::swap(&mut self.former, &mut before.receiver);
            (self.former_until, self.confirmed) = (None, false);
        }
    }

    /// Protects the RTP packet of `length` octets at the start of `packet`, in place; its length then. Real-time safe.
    ///
    /// # Errors
    /// [`Unsendable`].
    pub fn protect(&mut self, packet: &mut [u8], length: usize) -> Result<usize, Unsendable> {
        self.sender.as_mut().ok_or(Unsendable::NoKey)?.protect(packet, length)
    }

    /// As [`protect`](Self::protect), of RTCP.
    ///
    /// # Errors
    /// [`Unsendable`].
    pub fn protect_rtcp(&mut self, packet: &mut [u8], length: usize) -> Result<usize, Unsendable> {
        self.sender.as_mut().ok_or(Unsendable::NoKey)?.protect_rtcp(packet, length)
    }

    /// Opens the RTP packet that `packet` is and that arrived at `arrival`, in place; its length then. What is refused stays
    /// as it is. Real-time safe.
    ///
    /// # Errors
    /// [`SrtpFault`].
    pub fn unprotect(&mut self, packet: &mut [u8], arrival: MediaTime) -> Result<usize, SrtpFault> {
        let receiver = self.receiver.as_mut().ok_or(SrtpFault::NoKey)?;
        let opened = receiver.unprotect(packet, self.former.as_deref());
        self.or_formerly(opened, arrival, |former| former.unprotect(packet, None))
    }

    /// As [`unprotect`](Self::unprotect), of RTCP.
    ///
    /// # Errors
    /// [`SrtpFault`].
    pub fn unprotect_rtcp(&mut self, packet: &mut [u8], arrival: MediaTime) -> Result<usize, SrtpFault> {
        let opened = self.receiver.as_mut().ok_or(SrtpFault::NoKey)?.unprotect_rtcp(packet);
        self.or_formerly(opened, arrival, |former| former.unprotect_rtcp(packet))
    }

    /// What the receiver made of a packet, or, where it refused one while the former key is heard, what that makes of it.
    fn or_formerly(
        &mut self,
        opened: Result<usize, SrtpFault>,
        arrival: MediaTime,
        formerly: impl FnOnce(&mut SrtpReceiver) -> Result<usize, SrtpFault>,
    ) -> Result<usize, SrtpFault> {
        let Some(former) = &mut self.former else { return opened };
        let until = *self.former_until.get_or_insert(arrival + FORMER_KEY_LIMIT);
        match opened {
            Ok(_) if !self.confirmed => {
                self.confirmed = true;
                self.former_until = Some(until.min(arrival + FORMER_KEY_OVERLAP));
                opened
            }
            Err(fault) if arrival < until => formerly(former).map_err(|_| fault),
            _ => opened,
        }
    }
}

#[cfg(test)]
mod tests;
