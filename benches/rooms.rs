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
use media_core::session::{AudioFormat, ConferenceParams, ConferenceQuality, MemberParams, MemberRole};
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

/// Rooms of a rate and so many members each, of whom so many talk, all in µ-law.
fn conferences(rate: SampleRate, rooms: usize, members: usize, talkers: usize, quality: ConferenceQuality) -> Node {
    let mut node =
        Node::new(MediaEngineConfig::default().max_sessions((rooms * members).max(1)).max_conferences(rooms));
    let format = AudioFormat::pcmu();
    let params = ConferenceParams::new(rate).quality(quality);
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

/// One room of so many members over so many workers; the time of the busiest over 20 ms.
fn wide(members: usize, talkers: usize, workers: usize) -> f64 {
    let mut node = Node::new(MediaEngineConfig::default().max_sessions(members).workers(workers));
    let format = AudioFormat::pcmu();
    let params = ConferenceParams::new(SampleRate::Hz8000).members_per_worker(members / workers);
    let pending = node.engine.handle().create_conference(params);
    let conference = node.complete(pending);
    for member in 0..members {
        let session = node.session(&format!("{member}"), &format);
        let talks = member % (members / talkers) == 0;
        // Of more than 4,032 members not all may speak.
        let role = if talks { MemberRole::Speak } else { MemberRole::Listen };
        let pending = conference.join_as(&session, MemberParams::default().role(role));
        node.complete(pending);
        if talks {
            node.talks(&session, &format, member, 0.1);
        }
    }
    let pending = conference.statistics();
    assert_eq!(node.complete(pending).workers, workers);
    let took = node.measure_busiest(workers, 500, 300);
    let pending = conference.statistics();
    let statistics = node.complete(pending);
    assert_eq!((statistics.missing_blocks, statistics.heard), (0, talkers as u64), "{statistics:?}");
    took
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
        ("pcmu_1000_5_talkers_at_48_khz", 1, 1_000, 5, fast),
        ("pcmu_250_rooms_of_4_1_talker", 250, 4, 1, fast),
        ("idle_rooms_10000", 10_000, 0, 0, fast),
    ];
    for (name, rooms, members, talkers, quality) in rows {
        let streams = format!("{name}_vs_pjmedia_streams");
        if !bench.wants(&format!("{name} ")) && !bench.wants(&format!("{streams} ")) {
            continue;
        }
        // As rooms have that were joined by one with a better codec.
        let rate = if name.ends_with("_at_48_khz") { SampleRate::Hz48000 } else { SampleRate::Hz8000 };
        let mut node = conferences(rate, rooms, members, talkers, quality);
        node.settle(500, true);
        // It has nothing that looks at who speaks, no members are no mesh, and its ports are of the bridge's rate.
        if quality != fast || talkers == 0 || rate != SampleRate::Hz8000 {
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
    if bench.wants("pcmu_10000_5_talkers ") {
        let percent = wide(10_000, 5, 2) / 20e6 * 100.0;
        bench.figure("pcmu_10000_5_talkers _each_of_two", percent, "percent of a core", None);
    }
    #[cfg(feature = "opus")]
    opus_room::rows(&mut bench);
    bench.finish();
}
