//! Control: what a conference costs a media thread: whole ticks on virtual time, no sockets; a few members talk, the others
//! listen and send nothing, as phones do that are muted.
//!
//! Timed is `Worker::tick` and nothing else, as in `leg`. Every member is sent its packets. Beside a room of Opus members stands
//! the same room in which no two work alike, so that each is encoded by itself; beside all of them pjmedia's bridge, full mesh,
//! in the same run where it is there (`tools/peers/pjmedia`), fed the same packets octet for octet: once with ports that decode
//! and encode and do nothing else, once (`_vs_pjmedia_streams`) with RTP and a jitter buffer, as ours has them.

#[path = "support/node.rs"]
mod node;
#[cfg(feature = "opus")]
#[path = "support/opus_room.rs"]
mod opus_room;
#[path = "support/pjmedia.rs"]
mod pjmedia;
#[cfg(feature = "opus")]
#[allow(dead_code, reason = "the library's tests use the rest")]
#[path = "../src/processing/audio/speech_like.rs"]
mod speech_like;
mod support;

use media_core::engine::MediaEngineConfig;
use media_core::session::{AudioFormat, ConferenceParams, ConferenceQuality};
#[cfg(feature = "opus")]
use media_core::types;
use media_core::types::SampleRate;
use node::{Node, voiced};
use pjmedia::{Pjmedia, Room, in_turn};
use support::{Bench, Cost};

/// Of 20 ms, from ns.
const PERCENT: f64 = 100.0 / 20e6;
/// Of who talks in a room of µ-law.
const LEVEL: f32 = 0.1;

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
                node.talks(&session, &format, member, LEVEL);
            }
        }
    }
    node
}

/// A row of pjmedia's bridge beside ours: the row's name, the peer's, and how its members are made.
type Peer<'a> = (&'a str, &'a str, &'a [&'a str]);

/// Rows of what `node` costs beside pjmedia's bridge for the same room, in turn.
fn vs_pjmedia(bench: &mut Bench, node: &mut Node, room: Room<'_>, talkers: &[&[Vec<u8>]], peers: &[Peer<'_>]) {
    let wanted: Vec<_> = peers.iter().filter(|peer| bench.wants(&format!("{} ", peer.0))).collect();
    if wanted.is_empty() {
        return;
    }
    let start = |peer: &&Peer<'_>| Pjmedia::start(Room { options: peer.2, ..room }, talkers);
    let mut running: Vec<_> = wanted.iter().map(start).collect();
    let (ours, theirs) = in_turn(300, &mut |periods| node.periods(periods, true), &mut running);
    for ((row, peer, _), cost) in wanted.into_iter().zip(theirs) {
        let cost = cost.map(|cost| cost.times(PERCENT));
        bench.periods(row, "percent of a core", ours.times(PERCENT), Some((peer, cost)));
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
        let streams = format!("{name}_vs_pjmedia_streams");
        if !bench.wants(&format!("{name} ")) && !bench.wants(&format!("{streams} ")) {
            continue;
        }
        let mut node = conferences(rooms, members, talkers, quality);
        node.settle(500, true);
        // It has nothing that looks at who speaks, and no members are no mesh.
        if quality != fast || talkers == 0 {
            let cost = Cost::of(node.periods(300, true)).times(PERCENT);
            bench.periods(name, "percent of a core", cost, None);
            continue;
        }
        let said: Vec<_> = (0..talkers).map(|number| voiced(&AudioFormat::pcmu(), number, LEVEL)).collect();
        let said: Vec<&[Vec<u8>]> = said.iter().map(Vec::as_slice).collect();
        let room = Room { rooms, members, codec: "PCMU", options: &[] };
        let peers: [Peer<'_>; 2] = [(name, "pjmedia", &[]), (&streams, "pjmedia's streams", &["streams"])];
        vs_pjmedia(&mut bench, &mut node, room, &said, &peers);
    }
    #[cfg(feature = "opus")]
    opus_room::rows(&mut bench);
    bench.finish();
}
