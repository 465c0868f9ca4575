//! Boundary: golden outputs: what leaves the engine in calls of all codecs, over bad networks, through chains, in rooms, in
//! moves and changes of codec, on virtual time, as one digest a scene. A change that must not change behaviour leaves every
//! digest as it was, bit for bit:
//!
//! ```sh
//! MEDIA_CORE_GOLDEN=/tmp/golden.txt cargo test --test golden -- --ignored   # before: writes the digests
//! MEDIA_CORE_GOLDEN=/tmp/golden.txt cargo test --test golden -- --ignored   # after: compares
//! ```
//!
//! Digests are of one machine: floating point differs in last places from one kind of processor to another.

mod support;

use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::processing::audio::aec::AecParams;
use media_core::processing::audio::ns::NsParams;
use media_core::processing::audio::tone::DtmfParams;
use media_core::processing::audio::vad::VadParams;
use media_core::processing::chain::{AgcStage, ProcessingParams};
use media_core::processing::effects::{CompressorParams, EqualizerParams};
use media_core::session::{AudioFormat, MediaSessionParams, TelephoneEventFormat};
use media_core::types::{Ptime, SampleRate, WorkerId};
use std::collections::BTreeMap;
use std::time::Duration;
use support::endpoint::Endpoint;
use support::matrix::{formats, ptimes};
use support::phone::{Packet, done};
use support::speech::voice;

/// FNV-1a over all that came: when, header, payload.
fn digest(packets: &[Packet]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add =
        |octets: &[u8]| octets.iter().for_each(|o| hash = (hash ^ u64::from(*o)).wrapping_mul(0x100_0000_01b3));
    for packet in packets {
        add(&packet.at.as_nanos().to_le_bytes());
        let header = packet.header;
        add(&[header.payload_type, u8::from(header.marker)]);
        add(&header.sequence.to_le_bytes());
        add(&header.timestamp.to_le_bytes());
        add(&header.ssrc.to_le_bytes());
        add(&packet.payload);
    }
    hash
}

/// A call's engine and its ends, each saying a voice of its own.
struct Scene {
    engine: VirtualEngine,
    ends: Vec<Endpoint>,
    voices: Vec<Vec<f32>>,
}

impl Scene {
    fn new(seed: u64, workers: usize) -> Self {
        let config = MediaEngineConfig::default().workers(workers).max_sessions(16usize).max_conferences(4usize);
        Self { engine: VirtualEngine::new(config, seed).unwrap(), ends: Vec::new(), voices: Vec::new() }
    }

    fn add(&mut self, params: MediaSessionParams, says: Ptime) {
        let number = self.ends.len() as u32 + 1;
        self.ends.push(Endpoint::with(&mut self.engine, number, params, says));
        self.voices.push(voice(number, 3.0));
    }

    fn bridge(&mut self, a: usize, b: usize) {
        let pending = self.engine.handle().bridge(&self.ends[a].session, &self.ends[b].session);
        done(&mut self.engine, pending);
    }

    fn run(&mut self, seconds: u64) {
        for _ in 0..seconds * 100 {
            let now = self.engine.now();
            for (end, voice) in self.ends.iter_mut().zip(&self.voices) {
                // The voice is of 8 kHz; higher rates hold each sample, which is as good a signal.
                let step = end.format.sample_rate().block_samples() / 80;
                end.speak(&mut self.engine.network, now, |n| voice[(n / step) % voice.len()]);
            }
            self.engine.tick();
            self.ends.iter_mut().for_each(|end| end.phone.listen(&mut self.engine.network));
        }
    }

    fn digest(&self) -> u64 {
        let all: Vec<Packet> = self.ends.iter().flat_map(|end| end.phone.got.iter().cloned()).collect();
        assert!(all.len() > 50, "{} packets came", all.len());
        digest(&all)
    }
}

fn plain(format: &AudioFormat) -> MediaSessionParams {
    MediaSessionParams::new(format.clone())
}

fn bad() -> Impairment {
    Impairment {
        delay: Duration::from_millis(40),
        jitter: Duration::from_millis(50),
        loss: 0.02,
        burst: 0.3,
        duplicate: 0.01,
        reorder: 0.02,
    }
}

fn chain() -> ProcessingParams {
    let mut params = ProcessingParams::default();
    params.tones = DtmfParams::default().into();
    params.aec = AecParams::default().into();
    params.ns = NsParams::default().into();
    params.vad = VadParams::default().into();
    params.agc = AgcStage::default().into();
    params.equalizer = EqualizerParams::default().into();
    params.outward_compressor = CompressorParams::default().into();
    params
}

/// Each codec and packet time against µ-law, on a good network and on a bad one.
fn codecs(all: &mut BTreeMap<String, u64>) {
    for format in formats() {
        for ptime in ptimes(&format) {
            for network in [Impairment::default(), bad()] {
                let mut scene = Scene::new(7, 1);
                scene.engine.network.impairment = network;
                scene.add(plain(&format).ptime(ptime), ptime);
                scene.add(plain(&AudioFormat::pcmu()), Ptime::from_ms(20).unwrap());
                scene.bridge(0, 1);
                scene.run(4);
                let quality = if network == bad() { "bad" } else { "good" };
                all.insert(format!("{format} {ptime} {quality}"), scene.digest());
            }
        }
    }
}

/// A room of all codecs, one of whom leaves, and one whose leg comes from another worker.
fn rooms(all: &mut BTreeMap<String, u64>) {
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        let mut scene = Scene::new(8, 2);
        scene.engine.network.impairment = bad();
        for format in formats() {
            let legal = ptimes(&format);
            let ptime = legal.get(1).copied().unwrap_or(legal[0]);
            scene.add(plain(&format).ptime(ptime), ptime);
        }
        let pending = scene.engine.handle().create_conference(rate);
        let room = done(&mut scene.engine, pending);
        for end in 0..scene.ends.len() {
            let pending = room.join(&scene.ends[end].session);
            done(&mut scene.engine, pending);
        }
        scene.run(3);
        let pending = room.leave(&scene.ends[0].session);
        done(&mut scene.engine, pending);
        scene.run(2);
        all.insert(format!("room {rate}"), scene.digest());
    }
}

/// Processing, digits, hold, a change of codec, a move: in one call after another.
fn verbs(all: &mut BTreeMap<String, u64>) {
    let mut scene = Scene::new(9, 2);
    let events = TelephoneEventFormat::new(101, 8_000);
    scene.add(plain(&AudioFormat::pcmu()).telephone_events(events).processing(chain()), Ptime::from_ms(20).unwrap());
    scene.add(plain(&AudioFormat::pcma()), Ptime::from_ms(30).unwrap());
    scene.bridge(0, 1);
    scene.run(5);
    all.insert("chain".into(), scene.digest());
    let pending = scene.ends[0].session.send_digits("1*#", 100);
    done(&mut scene.engine, pending);
    let pending = scene.ends[1].session.send_digits("42", 80);
    done(&mut scene.engine, pending);
    scene.run(2);
    all.insert("digits".into(), scene.digest());
    let pending = scene.ends[0].session.hold_outward();
    done(&mut scene.engine, pending);
    scene.run(1);
    let pending = scene.ends[0].session.resume_outward();
    done(&mut scene.engine, pending);
    scene.run(1);
    all.insert("hold".into(), scene.digest());
    let next = plain(&AudioFormat::g722()).telephone_events(events);
    let pending = scene.ends[0].session.update(next);
    done(&mut scene.engine, pending);
    scene.run(3);
    all.insert("codec change".into(), scene.digest());
    let pending = scene.engine.handle().unbridge(&scene.ends[0].session);
    done(&mut scene.engine, pending);
    for worker in [0, 1, 0] {
        let pending = scene.ends[0].session.move_to(WorkerId(worker));
        done(&mut scene.engine, pending);
        scene.run(1);
    }
    scene.bridge(0, 1);
    scene.run(2);
    all.insert("move".into(), scene.digest());
}

fn digests() -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    codecs(&mut all);
    rooms(&mut all);
    verbs(&mut all);
    all
}

/// Twice the same engine, twice the same packets: without that no digest would say anything.
#[test]
fn a_scene_is_the_same_each_time_and_a_seed_makes_another() {
    let run = |seed| {
        let mut scene = Scene::new(seed, 1);
        scene.engine.network.impairment = bad();
        scene.add(plain(&AudioFormat::pcmu()), Ptime::from_ms(20).unwrap());
        scene.add(plain(&AudioFormat::g722()), Ptime::from_ms(20).unwrap());
        scene.bridge(0, 1);
        scene.run(2);
        scene.digest()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
#[ignore = "compares with, or writes, the file that MEDIA_CORE_GOLDEN names"]
fn nothing_has_changed() {
    let path =
        std::env::var_os("MEDIA_CORE_GOLDEN").expect("MEDIA_CORE_GOLDEN=FILE: digests to compare with, or to write");
    let now: String = digests().iter().map(|(scene, digest)| format!("{digest:016x} {scene}\n")).collect();
    match std::fs::read_to_string(&path) {
        Ok(before) => {
            let changed: Vec<_> = now.lines().filter(|line| !before.lines().any(|other| other == *line)).collect();
            assert!(
                changed.is_empty() && before.lines().count() == now.lines().count(),
                "changed:\n{}",
                changed.join("\n")
            );
            println!("{} scenes as before", now.lines().count());
        }
        Err(_) => std::fs::write(&path, &now).expect("a file that can be written"),
    }
}
