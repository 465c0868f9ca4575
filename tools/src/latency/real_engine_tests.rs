//! Control: a planted regression on recordings of a real engine: media thread, clock, stats socket, `record`, `compare`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use media_core::codec::{AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::rt::os;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, CustomCodec, MediaSessionParams, Transport};
use media_core::types::{Ptime, SampleRate};
use media_core::{MediaEngine, MediaEngineConfig};

use super::compare::{Change, Ignore, Verdict, compare};
use super::record::{self, RecordArgs};
use super::stretches::Figure;
use super::{log, tests};

/// µ-law, and a while more.
#[derive(Debug)]
struct Slowed(G711Encoder, Duration);

impl AudioEncoder for Slowed {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        let begun = Instant::now();
        let octets = self.0.encode_into(pcm, out);
        while begun.elapsed() < self.1 {
            std::hint::spin_loop();
        }
        octets
    }
    fn frame_samples(&self) -> usize {
        self.0.frame_samples()
    }
    fn reset(&mut self) {}
}

/// Records an engine that encodes one block a tick, which takes `work` at least.
fn recorded(name: &str, work: Duration) -> PathBuf {
    let (socket, output) = (tests::path(&format!("{name}.sock")), tests::path(&format!("{name}.hlog")));
    let config = MediaEngineConfig::default().io_threads(0usize).stats_socket(socket.clone());
    let engine = MediaEngine::start(config).unwrap();
    let handle = engine.handle();
    let codec = CustomCodec::new("SLOWED", 8_000, SampleRate::Hz8000, move || {
        (Box::new(Slowed(G711Encoder::new(Law::Mu), work)), Box::new(G711Decoder::new(Law::Mu)))
    });
    let mut bridge = handle.rtp_bridge().wait().unwrap();
    let params = MediaSessionParams::new(AudioFormat::custom(&codec, 96).unwrap());
    let params = params.ptime(Ptime::SHORTEST).transport(Transport::Bridge(bridge.port()));
    let slowed = handle.create_media_session("slowed", params).wait().unwrap();
    let voice = handle.create_media_session("voice", MediaSessionParams::pcm(SampleRate::Hz8000)).wait().unwrap();
    handle.bridge(&voice, &slowed).wait().unwrap();
    let (mut says, _hears) = voice.take_pcm().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let feeder = std::thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            while says.room() >= 80 {
                says.write(&[0.1; 80]);
            }
            bridge.take_orders();
            while bridge.poll_transmit().is_some() {}
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let every = Duration::from_secs(1);
    let length = Some(Duration::from_secs(25));
    let args = RecordArgs { socket, output: output.clone(), force: true, length, every };
    record::run(&args, &mut std::io::sink(), false).unwrap();
    // The port answers to the end.
    engine.stop().unwrap();
    stop.store(true, Ordering::Relaxed);
    feeder.join().unwrap();
    output
}

fn told(what: &str, changes: &[Change]) -> Vec<(String, Figure, Verdict)> {
    println!("{what}:");
    for change in changes.iter().filter(|c| c.tag.contains("tick_work") || c.verdict != Verdict::Same) {
        let Change { tag, figure, a_ns, b_ns, noise_ns, verdict } = change;
        println!("  {tag} {figure:?}: {a_ns:.0} -> {b_ns:.0} ns, noise {noise_ns:.0}: {verdict:?}");
    }
    let different = changes.iter().filter(|change| change.verdict != Verdict::Same);
    different.map(|change| (change.tag.clone(), change.figure, change.verdict)).collect()
}

#[test]
#[ignore = "75 s of real time on media threads; wants a machine whose load does not change meanwhile"]
fn fifty_microseconds_are_found_on_real_threads_and_equal_runs_are_silent() {
    let work = Duration::from_micros(200);
    let names = [("planted-a", work), ("planted-b", work), ("planted-c", work + Duration::from_micros(50))];
    let [a, equal, slower] = names.map(|(name, work)| log::read(&recorded(name, work)).unwrap());
    let ours = |changes: Vec<(String, Figure, Verdict)>| -> Vec<_> {
        // Waking up is the machine's.
        changes.into_iter().filter(|(tag, ..)| !tag.contains("wake_up") && !tag.contains("residence")).collect()
    };
    let silent = ours(told("equal", &compare(&a, &equal, Ignore::default()).unwrap()));
    let found = told("50 µs more", &compare(&a, &slower, Ignore::default()).unwrap());
    assert!(silent.is_empty(), "{silent:?}");
    for tag in ["worker/0/tick_work", "worker/0/phase_encode"] {
        assert!(found.contains(&(tag.into(), Figure::Typical, Verdict::Slower)), "{tag} in {found:?}");
    }
}

#[test]
#[ignore = "a node of 1,000 talking legs for a minute, to be looked at with `attach /tmp/mc-node.sock`"]
fn a_node_to_look_at() {
    let socket = PathBuf::from("/tmp/mc-node.sock");
    let config = MediaEngineConfig::default().io_threads(0usize).max_sessions(1_000usize).stats_socket(socket);
    let engine = MediaEngine::start(config).unwrap();
    let handle = engine.handle();
    let mut bridge = handle.rtp_bridge().wait().unwrap();
    let transport = Transport::Bridge(bridge.port());
    let create = |n: usize| {
        let format = if n.is_multiple_of(2) { AudioFormat::pcmu() } else { AudioFormat::pcma() };
        let params = MediaSessionParams::new(format).transport(transport);
        handle.create_media_session(&*format!("call-{n}@pbx.example"), params).wait().unwrap()
    };
    let sessions: Vec<_> = (0..1_000).map(create).collect();
    for pair in sessions.chunks_exact(2) {
        handle.bridge(&pair[0], &pair[1]).wait().unwrap();
    }
    let (start, mut packets, mut out) = (Instant::now(), 0u32, 0u64);
    while start.elapsed() < Duration::from_secs(60) {
        for (n, session) in sessions.iter().enumerate() {
            // The fourth loses one in ten.
            if n == 3 && packets.is_multiple_of(10) {
                continue;
            }
            let payload_type = if n.is_multiple_of(2) { 0 } else { 8 };
            let (sequence, timestamp) = (packets as u16, packets * 160);
            let header = RtpHeader { marker: packets == 0, payload_type, sequence, timestamp, ssrc: n as u32 + 1 };
            let _ = bridge.receive_parsed(session.id(), &header, &[0x55; 160], os::clock::now());
        }
        while bridge.poll_transmit().is_some() {
            out += 1;
        }
        packets += 1;
        let next = Duration::from_millis(20) * packets;
        std::thread::sleep(next.saturating_sub(start.elapsed()));
    }
    println!("{packets} packets into each of 1,000 legs, {out} out");
    assert!(out > u64::from(packets) * 900);
    let stopping = std::thread::spawn(move || engine.stop());
    while !stopping.is_finished() {
        bridge.take_orders();
        std::thread::sleep(Duration::from_millis(1));
    }
    stopping.join().unwrap().unwrap();
}
