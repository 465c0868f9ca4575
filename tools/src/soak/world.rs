//! Control: the calls of a soak: groups of phones in bridges and conferences that come, talk, and go.

use anyhow::{Context as _, Result};
use media_core::MediaSessionHandle;
use media_core::codec::Law;
use media_core::engine::{Conference, Pending};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::SampleRate;

use super::ledger::{Entry, Ledger};
use super::network::Network;
use super::phone::{Phone, Voices, forged};

/// Steps without a word before a call ends: jitter buffers run empty.
const QUIET: u64 = 200;
/// Steps for packets under way to arrive.
const FLUSH: u64 = 20;

struct Call<L> {
    members: Vec<(MediaSessionHandle, Phone<L>)>,
    room: Option<Conference>,
}

/// See the module text.
pub struct World<N: Network> {
    network: N,
    stranger: N::Line,
    calls: Vec<Call<N::Line>>,
    voices: Voices,
    /// What ended sessions counted.
    pub ledger: Ledger,
    steps: u64,
    oldest: usize,
    born: u32,
}

impl<N: Network> World<N> {
    /// A world of `legs` sessions, all talking.
    pub fn new(mut network: N, legs: u32) -> Result<Self> {
        let (stranger, _) = network.line(0)?;
        let mut world = Self {
            network,
            stranger,
            calls: Vec::new(),
            voices: Voices::new(),
            ledger: Ledger::default(),
            steps: 0,
            oldest: 0,
            born: 0,
        };
        let mut number = 1;
        while number <= legs {
            // Of each hundred, eighty in bridges that transcode, ten in bridges that do not, ten in a room.
            let (size, second) = match (number / 10) % 10 {
                9 if number + 9 <= legs => (10, Law::A),
                8 => (2, Law::Mu),
                _ => (2, Law::A),
            };
            let call = world.call(number, size.min(legs + 1 - number), second)?;
            world.calls.push(call);
            number += size;
        }
        Ok(world)
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// One step of everything.
    pub fn step(&mut self) {
        let Self { network, voices, calls, steps, .. } = self;
        for (number, (_, phone)) in calls.iter_mut().flat_map(|call| &mut call.members).enumerate() {
            if phone.talking && (number as u64 / 2 + *steps).is_multiple_of(2) {
                phone.speak(voices, |line, to, datagram| network.send(line, to, datagram));
            }
        }
        let victim = *steps as usize % calls.len().max(1);
        if let Some((_, phone)) = calls.get_mut(victim).and_then(|call| call.members.first_mut())
            && phone.talking
            && phone.heard > 50
        {
            network.send(&self.stranger, phone.peer, &forged(*steps));
            phone.sent += 1;
        }
        network.step();
        for (_, phone) in calls.iter_mut().flat_map(|call| &mut call.members) {
            while network.receive(&phone.line) {
                phone.heard += 1;
            }
        }
        *steps += 1;
    }

    fn run(&mut self, steps: u64) {
        (0..steps).for_each(|_| self.step());
    }

    /// All answers, while the world goes on.
    fn answers<T>(&mut self, mut pending: Vec<Pending<T>>) -> Result<Vec<T>> {
        let mut answers: Vec<Option<T>> = pending.iter().map(|_| None).collect();
        for _ in 0..6_000 {
            for (answer, pending) in answers.iter_mut().zip(&mut pending).filter(|(answer, _)| answer.is_none()) {
                *answer = pending.poll_now().transpose()?;
            }
            if answers.iter().all(Option::is_some) {
                return Ok(answers.into_iter().flatten().collect());
            }
            self.step();
        }
        anyhow::bail!("the engine did not answer within a minute")
    }

    fn call(&mut self, first: u32, size: u32, second: Law) -> Result<Call<N::Line>> {
        let handle = self.network.handle();
        let (mut lines, mut pending) = (Vec::new(), Vec::new());
        for number in first..first + size {
            let law = if number % 2 == 1 { Law::Mu } else { second };
            let (line, address) = self.network.line(number)?;
            let format = if law == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() };
            // A phone's RTCP port is another phone's RTP port here, and all datagrams are accounted for.
            let mut params = MediaSessionParams::new(format).rtcp(None);
            // Every third address is learnt.
            params.remote = (number % 3 != 0).then_some(address);
            self.born += 1;
            pending.push(handle.create_media_session(&*format!("call-{}", self.born), params));
            lines.push((line, law));
        }
        let sessions = self.answers(pending)?;
        let mut members = Vec::new();
        for ((session, (line, law)), number) in sessions.into_iter().zip(lines).zip(first..) {
            let peer = session.local_address().context("a session with a socket")?;
            members.push((session, Phone::new(line, peer, law, number)));
        }
        let room = if let [(a, _), (b, _)] = members.as_slice() {
            let bridged = handle.bridge(a, b);
            self.answers(vec![bridged])?;
            None
        } else {
            let room = self.answers(vec![handle.create_conference(SampleRate::Hz8000)])?.pop().context("a room")?;
            let joined = members.iter().map(|(session, _)| room.join(session)).collect();
            self.answers(joined)?;
            Some(room)
        };
        Ok(Call { members, room })
    }

    /// Ends the calls of `range` and enters them in the books; their phones fall silent before. They stay in place.
    fn end(&mut self, range: &[usize]) -> Result<()> {
        for &at in range {
            self.calls[at].members.iter_mut().for_each(|(_, phone)| phone.talking = false);
        }
        self.run(QUIET);
        let handle = self.network.handle();
        for &at in range {
            let call = &self.calls[at];
            let pending = match (&call.room, call.members.as_slice()) {
                (Some(room), _) => room.destroy(),
                (None, [(session, _), ..]) => handle.unbridge(session),
                (None, []) => continue,
            };
            self.answers(vec![pending])?;
        }
        self.run(FLUSH);
        for &at in range {
            let sessions: Vec<_> = self.calls[at].members.iter().map(|(session, _)| session.clone()).collect();
            let ports = self.answers(sessions.iter().map(MediaSessionHandle::transport_statistics).collect())?;
            let legs = self.answers(sessions.iter().map(MediaSessionHandle::destroy).collect())?;
            let lossless = self.network.counts().is_none();
            for (((session, phone), port), leg) in self.calls[at].members.drain(..).zip(ports).zip(legs) {
                let entry = Entry { sent: phone.sent, heard: phone.heard, port, leg };
                self.ledger.enter(session.dialog().as_str(), &entry, lossless);
            }
        }
        Ok(())
    }

    /// Ends the oldest calls, of about `legs` sessions, and begins as many anew.
    pub fn renew(&mut self, legs: usize) -> Result<()> {
        let mut chosen = Vec::new();
        let mut left = legs;
        while left > 0 && chosen.len() < self.calls.len() {
            let at = self.oldest % self.calls.len();
            self.oldest += 1;
            left = left.saturating_sub(self.calls[at].members.len());
            chosen.push(at);
        }
        let places: Vec<_> = chosen.iter().map(|&at| self.place(at)).collect();
        self.end(&chosen)?;
        for (at, (first, size, second)) in chosen.into_iter().zip(places) {
            self.calls[at] = self.call(first, size, second)?;
        }
        Ok(())
    }

    /// The number of a call's first phone, its size, and what its even phones speak.
    fn place(&self, at: usize) -> (u32, u32, Law) {
        let size = |call: &Call<N::Line>| call.members.len() as u32;
        let first = 1 + self.calls.iter().take(at).map(size).sum::<u32>();
        let second = if (first / 10) % 10 == 8 { Law::Mu } else { Law::A };
        (first, self.calls.get(at).map_or(0, size), second)
    }

    /// Ends all calls and the engine; the books, and whether all that the engine lent came home.
    pub fn close(mut self) -> Result<(Ledger, bool)> {
        let all: Vec<usize> = (0..self.calls.len()).collect();
        self.end(&all)?;
        if let Some(counts) = self.network.counts() {
            self.ledger.enter_network(counts);
        }
        Ok((self.ledger, self.network.stop()?))
    }
}
