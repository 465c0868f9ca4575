//! Control: a room of Opus members, whose audience shares an encoder, or where each works by settings of its own.

use crate::node::Node;
use crate::pjmedia::Room;
use crate::speech_like;
use crate::support::Bench;
use crate::{PERCENT, Peer, vs_pjmedia};
use media_core::codec::AudioEncoder as _;
use media_core::codec::audio::opus::{OpusBitrate, OpusEncoder, OpusSettings};
use media_core::engine::MediaEngineConfig;
use media_core::session::AudioFormat;
use media_core::types::{Ptime, SampleRate};
use media_core::{Conference, MediaSessionHandle};
use std::rc::Rc;

const RATE: SampleRate = SampleRate::Hz48000;
const MEMBERS: usize = 64;

/// So many seconds of a voice in packets of Opus.
fn voice(seed: u32, seconds: f32) -> Rc<Vec<Vec<u8>>> {
    let mut encoder = OpusEncoder::new(RATE, 1, Ptime::MS20, OpusSettings::default()).expect("an encoder");
    let pcm = speech_like::voice(RATE, seconds, seed).samples;
    let packet = |pcm: &[f32]| {
        let mut payload = vec![0; 1_500];
        let octets = encoder.encode_into(pcm, &mut payload).expect("a packet");
        payload.truncate(octets);
        payload
    };
    Rc::new(pcm.chunks_exact(960).map(packet).collect())
}

/// A room of Opus members at 48 kHz, nobody of whom says anything yet. `alike`: they work alike.
fn opus_room(alike: bool) -> (Node, Conference, Vec<MediaSessionHandle>) {
    let mut node = Node::new(MediaEngineConfig::default().max_sessions(MEMBERS));
    let pending = node.engine.handle().create_conference(RATE);
    let conference = node.complete(pending);
    let members = (0..MEMBERS).map(|member| {
        let session = node.session(&format!("{member}"), &AudioFormat::opus());
        if !alike {
            let bitrate = OpusBitrate::Bits(32_000 + member as u32);
            let pending = session.set_opus(OpusSettings::session().bitrate(bitrate));
            node.complete(pending);
        }
        let pending = conference.join(&session);
        node.complete(pending);
        session
    });
    let members = members.collect();
    (node, conference, members)
}

fn pass(node: &mut Node, ticks: u64) {
    (0..ticks).for_each(|number| {
        node.tick(number, true);
    });
}

/// Encodes for the packets that all members are sent, a packet's time.
fn encodes(node: &mut Node, conference: &Conference, before: &mut (u64, u64), ticks: u64) -> f64 {
    let pending = conference.statistics();
    let now = node.complete(pending);
    let (shared, packets) = (now.shared_encodes - before.0, now.shared_packets - before.1);
    *before = (now.shared_encodes, now.shared_packets);
    MEMBERS as f64 - (packets as f64 - shared as f64) / (ticks as f64 / 2.0)
}

pub fn rows(bench: &mut Bench) {
    let name = "opus_64_3_talkers";
    let peers: [Peer<'_>; 2] = [
        ("opus_64_3_talkers_vs_pjmedia", "pjmedia", &[]),
        ("opus_64_3_talkers_vs_pjmedia_streams", "pjmedia's streams", &["streams"]),
    ];
    if bench.wants(&format!("{name} ")) || peers.iter().any(|peer| bench.wants(&format!("{} ", peer.0))) {
        let voices: Vec<_> = (1..=3).map(|n| voice(n, 10.0)).collect();
        let talking = |alike: bool| {
            let (mut node, conference, members) = opus_room(alike);
            // All have heard that nobody speaks.
            pass(&mut node, 100);
            voices.iter().zip(&members).for_each(|(voice, member)| node.says(member, &AudioFormat::opus(), voice));
            pass(&mut node, 200);
            (node, conference)
        };
        let (mut node, conference) = talking(true);
        let mut before = (0, 0);
        encodes(&mut node, &conference, &mut before, 1);
        let cost = node.measure(0, 300, true).times(PERCENT);
        let encodes = encodes(&mut node, &conference, &mut before, 600);
        let each = talking(false).0.measure(0, 300, true).times(PERCENT);
        bench.periods(name, "percent of a core", cost, Some(("encoded per member", Some(each))));
        bench.figure(&format!("{name} _encodes"), encodes, "encodes a packet's time", Some(("aim", Some(4.0))));
        let said: Vec<&[Vec<u8>]> = voices.iter().map(|voice| &voice[..]).collect();
        let room = Room { rooms: 1, members: MEMBERS, codec: "opus", options: &[] };
        vs_pjmedia(bench, &mut node, room, &said, &peers);
    }
    let name = "opus_64_rotating _encodes";
    if bench.wants(name) {
        let (mut node, conference, members) = opus_room(true);
        let voices: Vec<_> = (0..8).map(|n| voice(n + 1, 20.0)).collect();
        pass(&mut node, 100);
        let mut before = (0, 0);
        encodes(&mut node, &conference, &mut before, 1);
        // Three at a time; another one begins, and the first ends, until each has spoken: ten minutes.
        let turn = 60_000 / MEMBERS as u64;
        for (n, member) in members.iter().enumerate() {
            node.says(member, &AudioFormat::opus(), &voices[n % voices.len()]);
            if n >= 3 {
                node.falls_silent();
            }
            pass(&mut node, turn);
        }
        let mean = encodes(&mut node, &conference, &mut before, turn * MEMBERS as u64);
        bench.figure(name, mean, "encodes a packet's time, mean of ten minutes", Some(("aim", Some(6.0))));
    }
}
