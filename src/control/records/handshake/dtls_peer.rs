//! Control: with whom a session shakes hands by DTLS, and how often.
//!
//! A certificate's fingerprint says who is the peer, and only at the end. So whoever comes first is answered, but who comes
//! from the signalled host goes before him, and one that fell silent holds up nobody; and a handshake that came to nothing is
//! begun anew a few times: a stranger's datagram may have spoilt it. Then that is told, and the peer, where it is the one that
//! begins, may try on.

use super::Said;
use crate::rt::contain::contained;
use crate::session::{DtlsParams, DtlsRole};
use crate::transport::secure::{DtlsAssociation, DtlsNews, HandshakeFault};
use crate::types::MediaTime;
use std::net::SocketAddr;
use std::time::Duration;

/// How often it is begun until that is told.
const ATTEMPTS: u8 = 4;
/// One that is not done, and whose peer is silent for so long, makes place for another's.
const SILENCE: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(super) struct DtlsPeer {
    plan: DtlsParams,
    association: Option<DtlsAssociation>,
    /// Where the peer is to be, as far as it is known.
    signalled: Option<SocketAddr>,
    /// With whom the association is.
    with: Option<SocketAddr>,
    heard: MediaTime,
    attempts: u8,
    /// Why the last attempt failed; that somebody else answered says more than what came after it.
    fault: Option<HandshakeFault>,
    /// It came to nothing for good.
    over: bool,
    /// And that was told.
    told: bool,
}

impl DtlsPeer {
    pub(super) fn new(plan: &DtlsParams) -> Self {
        Self {
            plan: plan.clone(),
            association: None,
            signalled: None,
            with: None,
            heard: MediaTime::ZERO,
            attempts: 0,
            fault: None,
            over: false,
            told: false,
        }
    }

    /// As parameters ask for it now. A fingerprint that became known is no other.
    pub(super) fn follow(&mut self, plan: &DtlsParams) {
        if *plan == self.plan {
            return;
        }
        let active = |plan: &DtlsParams| plan.role == DtlsRole::Active;
        let begun = self.association.as_ref();
        let fits = self.plan.certificate == plan.certificate
            && self.plan.peer.is_none_or(|before| plan.peer == Some(before))
            && begun.is_none_or(|association| association.is_active() == active(plan));
        match (&mut self.association, plan.peer) {
            (Some(association), Some(peer)) if fits => association.expect(peer),
            _ => *self = Self { signalled: self.signalled, ..Self::new(plan) },
        }
        self.plan = plan.clone();
    }

    /// The peer is to be there.
    pub(super) fn signal(&mut self, remote: Option<SocketAddr>) {
        self.signalled = remote.filter(|remote| !remote.ip().is_unspecified()).or(self.signalled);
    }

    pub(super) fn receive(&mut self, from: SocketAddr, octets: &[u8], now: MediaTime) {
        if self.over {
            return;
        }
        if self.with != Some(from) {
            if !self.makes_place_for(from, now) {
                return;
            }
            // What was begun towards the peer's signalled address may be answered from another of its ports.
            if !self.association.as_ref().is_some_and(DtlsAssociation::is_active) {
                self.association = None;
            }
            self.with = Some(from);
        }
        self.heard = now;
        if self.association.is_none() && self.plan.role != DtlsRole::Active {
            self.begin(false, now);
        }
        if let Some(association) = &mut self.association
            && contained("DTLS", || association.receive(octets, now)).is_none()
        {
            self.give_up();
        }
    }

    fn makes_place_for(&self, from: SocketAddr, now: MediaTime) -> bool {
        if self.association.as_ref().is_some_and(DtlsAssociation::is_connected) {
            return false;
        }
        let host = |of: Option<SocketAddr>| of.is_some_and(|of| self.signalled.is_some_and(|own| own.ip() == of.ip()));
        let Some(_) = self.with else { return true };
        (host(Some(from)) && !host(self.with)) || now - self.heard > SILENCE
    }

    fn begin(&mut self, active: bool, now: MediaTime) {
        let DtlsParams { certificate, peer, .. } = &self.plan;
        self.association = contained("DTLS", || DtlsAssociation::new(certificate, active, *peer, now)).flatten();
        self.attempts = self.attempts.saturating_add(1);
        if self.association.is_none() {
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        (self.association, self.over) = (None, true);
    }

    pub(super) fn due(&self) -> Option<MediaTime> {
        self.association.as_ref().and_then(DtlsAssociation::due)
    }

    pub(super) fn poll(&mut self, now: MediaTime, said: &mut Vec<Said>) {
        if let (DtlsRole::Active, None, Some(remote), false) =
            (self.plan.role, &self.association, self.signalled, self.over)
        {
            self.with = Some(remote);
            self.begin(true, now);
        }
        if let (Some(association), Some(with)) = (&mut self.association, self.with) {
            let polled = contained("DTLS", || {
                if association.due().is_some_and(|due| due <= now) {
                    association.wake(now);
                }
                association.poll(|octets| said.push(Said::Send(with, octets)))
            });
            match polled {
                None => self.give_up(),
                Some(Some(DtlsNews::Keys(own, peers))) => said.push(Said::Keys(own, peers)),
                Some(Some(DtlsNews::Failed(fault))) => {
                    (self.association, self.with) = (None, None);
                    let told = self.fault.filter(|before| *before == HandshakeFault::Fingerprint).unwrap_or(fault);
                    self.fault = Some(told);
                    let last = self.attempts == ATTEMPTS || fault == HandshakeFault::TimedOut;
                    if last {
                        said.push(Said::Failed(told));
                    }
                    self.over = last && self.plan.role == DtlsRole::Active;
                    self.told = self.over;
                    if self.over {
                        return;
                    }
                    // What is begun anew leaves with the next look.
                    return self.poll(now, said);
                }
                Some(Some(DtlsNews::Closed) | None) => {}
            }
        }
        // Also what was given up as a datagram came.
        if self.over && !std::mem::replace(&mut self.told, true) {
            said.push(Said::Failed(HandshakeFault::Protocol));
        }
    }
}
