//! Control: packets that reached a worker after their leg had left it: sent on to where the leg is now, in order.

use super::Supervisor;
use super::links::Owner;
use super::session::Place;
use crate::rt::PacketHeader;
use crate::types::{SessionId, WorkerId};
use std::collections::VecDeque;

/// Strays that wait for legs on their way. Beyond this the newest is dropped and counted.
const HELD: usize = 4_096;

/// See the module text.
#[derive(Debug, Default)]
pub(super) struct Strays {
    held: VecDeque<(SessionId, PacketHeader, Vec<u8>)>,
    dropped: u64,
}

impl Strays {
    /// Packets dropped for want of room or of their session.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Supervisor {
    pub(super) fn forward_strays(&mut self) {
        for index in 0..self.workers.len() {
            loop {
                let link = &mut self.workers[index];
                let Some((header, payload)) = link.strays.pop() else { break };
                let owner = link.places.get(header.key.leg()).copied();
                match owner {
                    Some(Owner::Departed(session)) if self.strays.held.len() < HELD => {
                        self.strays.held.push_back((session, header, payload.to_vec()));
                    }
                    _ => self.strays.dropped += 1,
                }
            }
        }
        for _ in 0..self.strays.held.len() {
            let Some((session, mut header, payload)) = self.strays.held.pop_front() else { break };
            match self.sessions.get(session).map(|s| s.place) {
                Some(Place::At(WorkerId(worker), leg)) => {
                    header.key = leg.into();
                    let pushed = self.workers[usize::from(worker)].forward.push(&header, &payload);
                    self.strays.dropped += u64::from(!pushed);
                }
                Some(Place::Moving) => self.strays.held.push_back((session, header, payload)),
                None => self.strays.dropped += 1,
            }
        }
    }
}
