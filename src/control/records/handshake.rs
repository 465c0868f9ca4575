//! Control: how a session's way is found and its keys are agreed on: ICE, then DTLS.

mod dtls_peer;

use crate::control::records::handshake::dtls_peer::DtlsPeer;
use crate::rt::contain::contained;
use crate::session::{IceParams, MediaSessionParams};
use crate::transport::HandshakeDatagram;
use crate::transport::ice::{IceLite, IceNews};
use crate::transport::secure::{HandshakeFault, SrtpKey};
use crate::types::MediaTime;
use std::net::SocketAddr;

/// What comes of a handshake.
#[derive(Debug)]
pub(crate) enum Said {
    /// This is to be sent there.
    Send(SocketAddr, Box<[u8]>),
    /// Packets go there.
    Chosen(SocketAddr),
    /// Nothing may go to the peer.
    ConsentLost,
    /// Our key and the peer's.
    Keys(SrtpKey, SrtpKey),
    /// There will be none.
    Failed(HandshakeFault),
}

/// See the head of the file.
#[derive(Debug)]
pub(crate) struct Handshake {
    plan: Option<IceParams>,
    local: SocketAddr,
    ice: Option<IceLite>,
    dtls: Option<DtlsPeer>,
    /// When it is to be looked at, as its engine knows it.
    pub(crate) due: Option<MediaTime>,
}

impl Handshake {
    /// Of parameters that ask for any.
    pub(crate) fn new(params: &MediaSessionParams, local: SocketAddr, now: MediaTime) -> Option<Box<Self>> {
        let mut own = Self { plan: None, local, ice: None, dtls: None, due: None };
        own.follow(params, now);
        (own.ice.is_some() || own.dtls.is_some()).then(|| Box::new(own))
    }

    /// As parameters ask for it now: what is as it was goes on, what is not begins anew.
    pub(crate) fn follow(&mut self, params: &MediaSessionParams, now: MediaTime) {
        let MediaSessionParams { dtls, ice, remote, .. } = params;
        let own = |ice: &Option<IceParams>| ice.as_ref().map(|ice| ice.own.clone());
        if own(ice) != own(&self.plan) || self.ice.is_none() {
            let fresh = |ice: &IceParams| IceLite::new(self.local, &ice.own, now);
            self.ice = ice.as_ref().and_then(fresh);
        }
        if let (Some(lite), Some(remote)) = (&mut self.ice, ice.as_ref().and_then(|ice| ice.remote.as_ref())) {
            lite.set_remote(remote);
        }
        match (&mut self.dtls, dtls) {
            (Some(peer), Some(dtls)) => peer.follow(dtls),
            (peer, dtls) => *peer = dtls.as_ref().map(DtlsPeer::new),
        }
        if let (Some(peer), None) = (&mut self.dtls, &self.ice) {
            peer.signal(*remote);
        }
        self.plan = ice.clone();
    }

    /// A datagram of the peer's, or of whoever.
    pub(crate) fn receive(&mut self, datagram: HandshakeDatagram<'_>) {
        let HandshakeDatagram { from, arrival, octets, .. } = datagram;
        let stun = octets.first().is_some_and(|first| *first < 4);
        if stun {
            let taken = self.ice.as_mut().map(|ice| contained("ICE", || ice.receive(from, octets, arrival)));
            if let Some(None) = taken {
                self.ice = None;
            }
            return;
        }
        // Where ways are checked, nobody is heard who did not prove that he is there.
        let proven = self.ice.as_ref().is_none_or(|ice| ice.knows(from));
        if let Some(dtls) = self.dtls.as_mut().filter(|_| proven) {
            dtls.receive(from, octets, arrival);
        }
    }

    /// What comes of it by `now`.
    pub(crate) fn poll(&mut self, now: MediaTime, said: &mut Vec<Said>) {
        if let Some(ice) = &mut self.ice {
            let polled = contained("ICE", || {
                while let Some(news) = ice.poll(now, |(to, octets)| said.push(Said::Send(to, octets))) {
                    said.push(match news {
                        IceNews::Chosen(remote) => Said::Chosen(remote),
                        IceNews::ConsentLost => Said::ConsentLost,
                    });
                }
            });
            if polled.is_none() {
                self.ice = None;
            }
        }
        if let Some(dtls) = &mut self.dtls {
            if let Some(chosen) = self.ice.as_ref().and_then(IceLite::chosen) {
                dtls.signal(Some(chosen));
            }
            dtls.poll(now, said);
        }
    }

    /// When it is to be looked at next.
    pub(crate) fn next(&self) -> Option<MediaTime> {
        let both = [self.ice.as_ref().and_then(IceLite::due), self.dtls.as_ref().and_then(DtlsPeer::due)];
        both.into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests;
