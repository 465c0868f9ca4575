//! Calls over a bad network, whose parties talk in any codec.

use crate::support::phone::{Phone, connect, done};
use media_core::codec::{AudioCodec, AudioCodecParams, AudioEncoder, CodecManager};
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::{AudioFormat, FlightFile, FlightReport, MediaEngineConfig, MediaSessionHandle, MediaSessionParams};
use std::path::PathBuf;
use std::time::Duration;

/// A party that talks.
pub struct Talker {
    pub session: MediaSessionHandle,
    pub phone: Phone,
    codec: AudioCodec,
    rate: f32,
    step: u32,
    said: u32,
    /// It says nothing.
    pub silent: bool,
}

impl Talker {
    pub fn new(engine: &mut VirtualEngine, number: u32, format: AudioFormat, params: MediaSessionParams) -> Self {
        let (session, phone) = connect(engine, number, params);
        let made = AudioCodecParams::mono(format.sample_rate());
        let codecs = CodecManager::default();
        let known = codecs.supported_audio_codecs().into_iter();
        let standard = known.into_iter().find(|codec| {
            codec.format.name.as_str() == format.encoding() && codec.format.clock_rate == format.clock_rate()
        });
        let codec = codecs.create_audio_codec(standard.unwrap().format.payload_type, &made).unwrap();
        let step = format.clock_rate() / 50;
        Self { session, phone, codec, rate: format.sample_rate().hz() as f32, step, said: 0, silent: false }
    }

    /// Says the next 20 ms: a voice-like tone that comes and goes.
    pub fn say(&mut self, engine: &mut VirtualEngine) {
        let samples = (self.rate / 50.0) as usize;
        let from = self.said as f32 * samples as f32;
        self.said += 1;
        let pitch = 110.0 + 40.0 * (self.phone.next.ssrc % 7) as f32;
        let wave = |n: usize| {
            let t = (from + n as f32) / self.rate;
            let loud = 0.2 * (0.5 + 0.5 * (t * 9.0).sin()) * f32::from(u8::from((t * 0.8).fract() < 0.7));
            loud * (1..6).map(|k| (std::f32::consts::TAU * pitch * k as f32 * t).sin() / k as f32).sum::<f32>()
        };
        let pcm: Vec<f32> = (0..samples).map(wave).collect();
        let mut payload = [0; 1_500];
        let length = self.codec.encoder.encode_into(&pcm, &mut payload).unwrap();
        if !self.silent {
            let now = engine.now();
            self.phone.post(&mut engine.network, now, self.phone.next, &payload[..length]);
            self.phone.next.sequence = self.phone.next.sequence.wrapping_add(1);
        }
        self.phone.next.timestamp = self.phone.next.timestamp.wrapping_add(self.step);
        self.phone.next.marker = false;
        self.phone.listen(&mut engine.network);
    }
}

/// An engine that records, behind a network that loses, delays and reorders.
pub fn engine(config: MediaEngineConfig) -> VirtualEngine {
    let mut engine = VirtualEngine::new(config.max_sessions(32_usize), 9).unwrap();
    let mut bad = Impairment::default();
    (bad.loss, bad.burst, bad.reorder, bad.duplicate) = (0.03, 0.4, 0.01, 0.01);
    (bad.delay, bad.jitter) = (Duration::from_millis(15), Duration::from_millis(25));
    engine.network.impairment = bad;
    engine
}

pub fn recording() -> MediaEngineConfig {
    MediaEngineConfig::default().flight_seconds(30_u32)
}

pub fn talk(engine: &mut VirtualEngine, talkers: &mut [Talker], milliseconds: u32) {
    for _ in 0..milliseconds / 20 {
        talkers.iter_mut().for_each(|talker| talker.say(engine));
        engine.run_for(Duration::from_millis(20));
    }
}

/// A path that nobody has.
pub fn path(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("media-core-{}-{name}.flight", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path
}

/// What is kept of a session, written and read.
pub fn flown(engine: &mut VirtualEngine, session: &MediaSessionHandle, name: &str) -> (FlightReport, FlightFile) {
    let path = path(name);
    let pending = session.flight(&path);
    let report = done(engine, pending);
    let file = FlightFile::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    (report, file)
}
