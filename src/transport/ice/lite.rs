//! Control: the answering end of ICE for one session.

use crate::transport::ice::IceCredentials;
use crate::transport::timeline::Timeline;
use crate::types::MediaTime;
use is::stun::StunMessage;
use is::{Candidate, IceAgent, IceAgentEvent, IceCreds, Protocol};
use std::net::SocketAddr;
use std::time::Duration;

/// For so long after a check of the peer's packets may go to it (RFC 7675 section 5.1).
pub const CONSENT: Duration = Duration::from_secs(30);
/// Addresses of the peer's that are answered at one time.
const MOST_PAIRS: usize = 32;

/// A STUN message for an address.
pub type IceAnswer = (SocketAddr, Box<[u8]>);

/// What it has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IceNews {
    /// The peer chose this address, or goes on after it was lost: packets go there.
    Chosen(SocketAddr),
    /// The peer asks no more: nothing may go to it.
    ConsentLost,
}

/// See the head of the file.
pub struct IceLite {
    agent: IceAgent,
    times: Timeline,
    local: SocketAddr,
    /// Where packets may go.
    chosen: Option<SocketAddr>,
    checked: Option<MediaTime>,
    lost: bool,
}

impl IceLite {
    /// At our address, known by our credentials. `None`: that address is none that ICE may name.
    pub fn new(local: SocketAddr, own: &IceCredentials, now: MediaTime) -> Option<Self> {
        let times = Timeline::new(now);
        let mut agent = IceAgent::new(creds(own));
        agent.set_ice_lite(true);
        agent.set_controlling(false);
        agent.set_max_candidate_pairs(MOST_PAIRS);
        agent.add_local_candidate(Candidate::host(local, Protocol::Udp).ok()?)?;
        agent.handle_timeout(times.instant(now));
        Some(Self { agent, times, local, chosen: None, checked: None, lost: false })
    }

    /// The peer's description came.
    pub fn set_remote(&mut self, remote: &IceCredentials) {
        self.agent.set_remote_credentials(creds(remote));
    }

    /// The address that the peer chose, while it agrees to be sent to.
    pub fn chosen(&self) -> Option<SocketAddr> {
        self.chosen.filter(|_| !self.lost)
    }

    /// Whether the peer proved, in its checks, that it is at that address.
    pub fn knows(&self, from: SocketAddr) -> bool {
        self.agent.has_viable_remote_candidate(from)
    }

    /// A STUN message from there; whether it was the peer's.
    pub fn receive(&mut self, from: SocketAddr, datagram: &[u8], now: MediaTime) -> bool {
        let Ok(message) = StunMessage::parse(datagram) else { return false };
        let request = message.is_binding_request();
        let packet = is::stun::StunPacket { proto: Protocol::Udp, source: from, destination: self.local, message };
        let taken = self.agent.handle_packet(self.times.instant(now), packet);
        if taken && request {
            self.checked = Some(now);
        }
        taken
    }

    /// When it is to be woken: as the peer's consent ends.
    pub fn due(&self) -> Option<MediaTime> {
        self.checked.filter(|_| self.chosen.is_some() && !self.lost).map(|at| at + CONSENT)
    }

    /// What it has to tell at `now`; answers go to `send`. To be called after all else, until there is nothing.
    pub fn poll(&mut self, now: MediaTime, mut send: impl FnMut(IceAnswer)) -> Option<IceNews> {
        // Checks that waited for the peer's description are answered one in a turn of its.
        for _ in 0..MOST_PAIRS {
            self.agent.handle_timeout(self.times.instant(now));
            let mut answered = false;
            while let Some(transmit) = self.agent.poll_transmit() {
                answered = true;
                send((transmit.destination, Vec::from(transmit.contents).into_boxed_slice()));
            }
            if !answered {
                break;
            }
        }
        let before = self.chosen;
        while let Some(event) = self.agent.poll_event() {
            if let IceAgentEvent::NominatedSend { destination, .. } = event {
                self.chosen = Some(destination);
            }
        }
        let consents = self.checked.is_some_and(|at| now < at + CONSENT);
        let chosen = self.chosen?;
        if !consents {
            return (!std::mem::replace(&mut self.lost, true)).then_some(IceNews::ConsentLost);
        }
        let regained = std::mem::take(&mut self.lost);
        (regained || before != Some(chosen)).then_some(IceNews::Chosen(chosen))
    }
}

fn creds(credentials: &IceCredentials) -> IceCreds {
    IceCreds { ufrag: credentials.ufrag().to_owned(), pass: credentials.password().to_owned() }
}

impl std::fmt::Debug for IceLite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceLite").field("local", &self.local).field("chosen", &self.chosen).finish_non_exhaustive()
    }
}
