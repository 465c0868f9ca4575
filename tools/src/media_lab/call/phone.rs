//! Control: a phone of a call in the laboratory, and the engine's leg that it talks to: both are sessions of one engine on virtual
//! time, and what they send each other passes over ways of the laboratory's own.

use super::path::Path;
use anyhow::{Context as _, Result};
use media_core::engine::virtual_engine::Network;
use media_core::{MediaSessionHandle, MediaSessionParams, PcmReader, PcmWriter, SampleRate, VirtualEngine};
use std::net::SocketAddr;

/// A phone.
#[derive(Debug)]
pub struct Phone {
    /// Its packets.
    pub session: MediaSessionHandle,
    /// The leg of the engine that it talks to.
    pub leg: MediaSessionHandle,
    mouth: PcmWriter,
    ear: PcmReader,
    /// From the phone, and to it.
    pub ways: [Way; 2],
    /// Kept alive: the samples' session.
    _samples: MediaSessionHandle,
}

/// A way: what is sent to `at` comes from `from` to `to`, later.
#[derive(Debug)]
pub struct Way {
    at: SocketAddr,
    from: SocketAddr,
    to: SocketAddr,
    /// How late.
    pub path: Path,
    /// Octets of RTP and RTCP that were sent.
    pub octets: u64,
}

/// What a phone and its leg are asked for.
#[derive(Debug, Clone)]
pub struct PhonePlan {
    /// Of the call's two, 0 or 1.
    pub number: u8,
    /// Of what is said and heard.
    pub rate: SampleRate,
    /// The phone's session.
    pub phone: MediaSessionParams,
    /// The engine's leg.
    pub leg: MediaSessionParams,
}

impl Phone {
    /// Connects a phone to its leg by those two ways: from it, and to it.
    ///
    /// # Errors
    /// What the engine says.
    pub fn connect(engine: &mut VirtualEngine, plan: PhonePlan, paths: [Path; 2]) -> Result<Self> {
        let handle = engine.handle();
        // Two places on the network: the engine as the phone sees it, and the phone as the engine does.
        let place = |n: u8| SocketAddr::from(([10, 1, plan.number, n], 4_000));
        let name = ["a", "b"][usize::from(plan.number) % 2];
        let session = handle.create_media_session(&*format!("phone-{name}"), plan.phone.remote(place(1)));
        let session = engine.complete(session)?;
        let leg = handle.create_media_session(&*format!("leg-{name}"), plan.leg.remote(place(2)));
        let leg = engine.complete(leg)?;
        let samples = handle.create_media_session(&*format!("samples-{name}"), MediaSessionParams::pcm(plan.rate));
        let samples = engine.complete(samples)?;
        let (mouth, ear) = samples.take_pcm().context("the samples of a new session are taken")?;
        engine.complete(handle.bridge(&session, &samples))?;
        let local = |session: &MediaSessionHandle| session.local_address().context("a session has no address");
        let (phone_at, leg_at) = (local(&session)?, local(&leg)?);
        let [up, down] = paths;
        let ways = [
            Way { at: place(1), from: place(2), to: leg_at, path: up, octets: 0 },
            Way { at: place(2), from: place(1), to: phone_at, path: down, octets: 0 },
        ];
        Ok(Self { session, leg, mouth, ear, ways, _samples: samples })
    }

    /// Its microphone takes up a block.
    pub fn speak(&mut self, block: &[f32]) {
        self.mouth.write(block);
    }

    /// What it plays after a tick: the block of this one.
    #[must_use]
    pub fn listen(&mut self) -> Vec<f32> {
        let mut pcm = vec![0.0; self.ear.available()];
        let (count, block) = (self.ear.read(&mut pcm), self.ear.rate().block_samples());
        // Samples run with time: where ticks ran unheard, the last block is this one's.
        pcm.truncate(count);
        pcm.drain(..count.saturating_sub(block));
        pcm.resize(block, 0.0);
        pcm
    }

    /// What was sent before the call began is not in it.
    pub fn forget(&self, network: &mut Network) {
        for way in &self.ways {
            for above in [0, 1] {
                while network.receive(SocketAddr::new(way.at.ip(), way.at.port() + above)).is_some() {}
            }
        }
    }

    /// What was sent goes on its way, RTP and RTCP.
    pub fn carry(&mut self, network: &mut Network) {
        for way in &mut self.ways {
            for above in [0, 1] {
                let port = |place: SocketAddr| SocketAddr::new(place.ip(), place.port() + above);
                while let Some(datagram) = network.receive(port(way.at)) {
                    way.octets += datagram.octets.len() as u64;
                    if let Some(at) = way.path.arrival(datagram.at) {
                        network.send(port(way.from), port(way.to), &datagram.octets, at);
                    }
                }
            }
        }
    }
}
