//! Boundary: sessions that speak and hear samples, and a conference for them, on virtual time.

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::{
    Conference, ConferenceParams, ConferenceStatistics, MediaEngineConfig, MediaSessionHandle, MediaSessionParams,
    MemberParams, PcmReader, PcmWriter, Pending, SampleRate,
};
use std::borrow::Borrow;

/// Samples of a block at 8 kHz.
pub const BLOCK: usize = 80;

pub struct Hall {
    pub engine: VirtualEngine,
    pub room: Conference,
    pub sessions: Vec<MediaSessionHandle>,
    ends: Vec<(PcmWriter, PcmReader)>,
    /// What finds no room is not said: nobody takes it on a thread that hangs.
    pub lossy: bool,
}

impl Hall {
    /// A conference of a fixed rate, and as many sessions of it.
    pub fn new(rate: SampleRate, sessions: usize) -> Self {
        Self::of_rates(rate.into(), &vec![rate.hz(); sessions])
    }

    /// One session of each rate.
    pub fn of_rates(params: ConferenceParams, rates: &[u32]) -> Self {
        Self::on(2, params, rates)
    }

    /// The same on so many workers.
    pub fn on(workers: usize, params: ConferenceParams, rates: &[u32]) -> Self {
        Self::of(MediaEngineConfig::default().max_sessions(128usize).workers(workers), params, rates)
    }

    /// The same in an engine of that configuration.
    pub fn of(config: MediaEngineConfig, params: ConferenceParams, rates: &[u32]) -> Self {
        let mut engine = VirtualEngine::new(config, 3).unwrap();
        let pending = engine.handle().create_conference(params);
        let room = engine.complete(pending).unwrap();
        let (mut sessions, mut ends) = (Vec::new(), Vec::new());
        for (n, hz) in rates.iter().enumerate() {
            let params = MediaSessionParams::pcm(SampleRate::from_hz(*hz).unwrap());
            let pending = engine.handle().create_media_session(&*format!("dialog-{n}"), params);
            let session = engine.complete(pending).unwrap();
            ends.push(session.take_pcm().unwrap());
            sessions.push(session);
        }
        Self { engine, room, sessions, ends, lossy: false }
    }

    pub fn ask<T>(&mut self, what: impl FnOnce(&Conference, &[MediaSessionHandle]) -> Pending<T>) {
        let pending = what(&self.room, &self.sessions);
        self.engine.complete(pending).unwrap();
    }

    pub fn join(&mut self, n: usize, params: MemberParams) {
        self.ask(|room, sessions| room.join_as(&sessions[n], params));
    }

    /// As [`join`](Self::join), without waiting for the answer.
    pub fn begin(&mut self, n: usize, params: MemberParams) {
        drop(self.room.join_as(&self.sessions[n], params));
    }

    pub fn statistics(&mut self) -> ConferenceStatistics {
        let pending = self.room.statistics();
        self.engine.complete(pending).unwrap()
    }

    /// What each says for a block, and hears in it: everything if it was silent until now.
    pub fn block(&mut self, said: &[f32]) -> Vec<Vec<f32>> {
        self.blocks(|n, _| said[n])
    }

    /// The same of a signal: by the number of the session, and the place of the sample in the block.
    pub fn blocks(&mut self, said: impl Fn(usize, usize) -> f32) -> Vec<Vec<f32>> {
        for (n, (writer, _)) in self.ends.iter_mut().enumerate() {
            let block: Vec<f32> = (0..writer.rate().block_samples()).map(|at| said(n, at)).collect();
            assert!(writer.write(&block) == block.len() || self.lossy);
        }
        self.engine.tick();
        self.heard()
    }

    /// Another session in place of one that has ended.
    pub fn renew(&mut self, n: usize) {
        let params = MediaSessionParams::pcm(self.ends[n].0.rate());
        let pending = self.engine.handle().create_media_session(&*format!("dialog-{n}"), params);
        self.sessions[n] = self.engine.complete(pending).unwrap();
        self.ends[n] = self.sessions[n].take_pcm().unwrap();
    }

    /// What each hears at last, however much waits to be said before it.
    pub fn steady(&mut self, said: &[f32]) -> Vec<Vec<f32>> {
        (0..100).for_each(|_| drop(self.block(said)));
        self.block(said)
    }

    fn heard(&mut self) -> Vec<Vec<f32>> {
        let read = |(_, reader): &mut (PcmWriter, PcmReader)| {
            let mut heard = vec![0.0; reader.available()];
            reader.read(&mut heard);
            heard
        };
        self.ends.iter_mut().map(read).collect()
    }

    /// What each hears in a tick of so many blocks, from the block of that number on.
    pub fn tick_of(&mut self, blocks: usize, first: usize, said: impl Fn(usize, usize) -> f32) -> Vec<Vec<f32>> {
        for (n, (writer, _)) in self.ends.iter_mut().enumerate() {
            let said: Vec<f32> = (0..blocks * BLOCK).map(|at| said(n, first * BLOCK + at)).collect();
            assert_eq!(writer.write(&said), said.len());
        }
        self.engine.tick();
        self.heard()
    }

    /// So many blocks in which the control side does nothing after the first; what is heard stays to be read.
    pub fn blocks_unwatched(&mut self, blocks: usize, said: impl Fn(usize, usize, usize) -> f32) {
        self.engine.control();
        for block in 0..blocks {
            for (n, (writer, _)) in self.ends.iter_mut().enumerate() {
                let block: Vec<f32> = (0..writer.rate().block_samples()).map(|at| said(n, block, at)).collect();
                assert_eq!(writer.write(&block), block.len());
            }
            self.engine.run_workers();
            self.engine.skip(1);
        }
    }

    /// Whatever changed is over, and read.
    pub fn settle(&mut self) {
        (0..30).for_each(|_| drop(self.block(&vec![0.0; self.ends.len()])));
    }

    /// What each hears at last, when all say these levels for long enough.
    pub fn say(&mut self, said: &[f32]) -> Vec<Vec<f32>> {
        (0..10).for_each(|_| drop(self.block(said)));
        let heard = self.block(said);
        self.settle();
        heard
    }
}

/// Fails unless a level is heard.
#[track_caller]
pub fn near(heard: impl Borrow<Vec<f32>>, level: f32, what: &str) {
    within(heard.borrow(), level, 1e-5, what);
}

/// The same, with so much more or less, as conversions of rates leave it.
#[track_caller]
pub fn within(heard: &[f32], level: f32, tolerance: f32, what: &str) {
    let far = heard.iter().map(|heard| (heard - level).abs()).fold(0.0, f32::max);
    assert!(!heard.is_empty() && far < tolerance, "{what}: expected {level}, off by {far}: {heard:?}");
}
