//! Control: what a conference costs a media thread: whole ticks on virtual time, no sockets; a few members talk, the others
//! listen and send nothing, as phones do that are muted.
//!
//! Timed is `Worker::tick` and nothing else, as in `leg`. Every member is sent its packets. Beside a room of Opus members stands
//! the same room in which no two work alike, so that each is encoded by itself.

#[path = "support/node.rs"]
mod node;
#[allow(dead_code, reason = "the library's tests use the rest")]
#[path = "../src/processing/audio/speech_like.rs"]
mod speech_like;
mod support;

use media_core::codec::AudioEncoder as _;
use media_core::codec::audio::opus::{OpusBitrate, OpusEncoder, OpusSettings};
use media_core::engine::MediaEngineConfig;
use media_core::session::{AudioFormat, ConferenceParams, ConferenceQuality};
use media_core::types::{self, Ptime, SampleRate};
use media_core::{Conference, MediaSessionHandle};
use node::Node;
use std::rc::Rc;
use support::Bench;

/// Rooms of so many members each, of whom so many talk, all in µ-law.
fn conferences(rooms: usize, members: usize, talkers: usize, quality: ConferenceQuality) -> Node {
    let mut node =
        Node::new(MediaEngineConfig::default().max_sessions((rooms * members).max(1)).max_conferences(rooms));
    let format = AudioFormat::pcmu();
    let params = ConferenceParams::new(SampleRate::Hz8000).quality(quality);
    for room in 0..rooms {
        let pending = node.engine.handle().create_conference(params);
        let conference = node.complete(pending);
        for member in 0..members {
            let session = node.session(&format!("{room}-{member}"), &format);
            let pending = conference.join(&session);
            node.complete(pending);
            if member < talkers {
                node.talks(&session, &format, member, 0.1);
            }
        }
    }
    node
}

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

/// Encodes for the packets that all members are sent, a packet's time.
fn encodes(node: &mut Node, conference: &Conference, before: &mut (u64, u64), ticks: u64) -> f64 {
    let pending = conference.statistics();
    let now = node.complete(pending);
    let (shared, packets) = (now.shared_encodes - before.0, now.shared_packets - before.1);
    *before = (now.shared_encodes, now.shared_packets);
    MEMBERS as f64 - (packets as f64 - shared as f64) / (ticks as f64 / 2.0)
}

fn opus_rows(bench: &mut Bench) {
    let name = "opus_64_3_talkers ";
    if bench.wants(name) {
        let cost = |alike: bool| {
            let (mut node, conference, members) = opus_room(alike);
            // All have heard that nobody speaks.
            (0..100).for_each(|number| drop(node.tick(number, true)));
            (0..3).for_each(|n| node.says(&members[n], &AudioFormat::opus(), &voice(n as u32 + 1, 10.0)));
            (0..200).for_each(|number| drop(node.tick(number, true)));
            let mut before = (0, 0);
            encodes(&mut node, &conference, &mut before, 1);
            let cost = <[f64; 2]>::from(node.measure(0, 300, true)).map(|ns| ns / 20e6 * 100.0);
            (cost, encodes(&mut node, &conference, &mut before, 600))
        };
        let ([floor, median], encodes) = cost(true);
        let ([peer_floor, peer], _) = cost(false);
        bench.figure(name, median, "percent of a core", Some(("encoded per member", Some(peer))));
        bench.figure(
            "opus_64_3_talkers _floor",
            floor,
            "percent of a core",
            Some(("encoded per member", Some(peer_floor))),
        );
        bench.figure("opus_64_3_talkers _encodes", encodes, "encodes a packet's time", Some(("aim", Some(4.0))));
    }
    let name = "opus_64_rotating _encodes";
    if bench.wants(name) {
        let (mut node, conference, members) = opus_room(true);
        let voices: Vec<_> = (0..8).map(|n| voice(n + 1, 20.0)).collect();
        (0..100).for_each(|number| drop(node.tick(number, true)));
        let mut before = (0, 0);
        encodes(&mut node, &conference, &mut before, 1);
        // Three at a time; another one begins, and the first ends, until each has spoken: ten minutes.
        let turn = 60_000 / MEMBERS as u64;
        for (n, member) in members.iter().enumerate() {
            node.says(member, &AudioFormat::opus(), &voices[n % voices.len()]);
            if n >= 3 {
                node.falls_silent();
            }
            (0..turn).for_each(|number| drop(node.tick(number, true)));
        }
        let mean = encodes(&mut node, &conference, &mut before, turn * MEMBERS as u64);
        bench.figure(name, mean, "encodes a packet's time, mean of ten minutes", Some(("aim", Some(6.0))));
    }
}

fn main() {
    let mut bench = Bench::from_args("rooms: percent of a core");
    let (fast, balanced, high) = (ConferenceQuality::Fast, ConferenceQuality::Balanced, ConferenceQuality::High);
    let rows = [
        ("pcmu_64_3_talkers", 1, 64, 3, fast),
        ("pcmu_64_3_talkers_balanced", 1, 64, 3, balanced),
        ("pcmu_64_3_talkers_high", 1, 64, 3, high),
        ("pcmu_64_all_talk", 1, 64, 64, fast),
        ("pcmu_64_all_talk_balanced", 1, 64, 64, balanced),
        ("pcmu_1000_5_talkers", 1, 1_000, 5, fast),
        ("pcmu_1000_all_talk", 1, 1_000, 1_000, fast),
        ("pcmu_250_rooms_of_4_1_talker", 250, 4, 1, fast),
        ("idle_rooms_10000", 10_000, 0, 0, fast),
    ];
    for (name, rooms, members, talkers, quality) in rows {
        if !bench.wants(&format!("{name} ")) {
            continue;
        }
        let mut node = conferences(rooms, members, talkers, quality);
        let [floor, median] = <[f64; 2]>::from(node.measure(500, 300, true)).map(|ns| ns / 20e6 * 100.0);
        bench.figure(&format!("{name} "), median, "percent of a core", None);
        bench.figure(&format!("{name} _floor"), floor, "percent of a core", None);
    }
    opus_rows(&mut bench);
    bench.finish();
}
