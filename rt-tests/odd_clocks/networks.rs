//! Pure: senders with wrong numbers or timestamps over networks that lose packets and shake them: no worse than others there.

use super::support::bent::{Call, Shot, Source, WAYS, Way, missed, places};
use super::support::random::Random;
use media_core::session::SessionStatistics;

/// What is not heard of the packets that `bend` bends and `network` does the rest to, and the statistics.
fn over(network: fn(Vec<Shot>) -> Vec<Shot>, way: Way, bend: fn(usize, &mut Shot)) -> (usize, SessionStatistics) {
    let mut call = Call::new(way);
    let shots = network(Source::new(7).packets(400, bend));
    call.play(&shots, 600.0);
    (missed(&places(&shots, &call.heard())), call.statistics())
}

fn shaken(mut shots: Vec<Shot>, by: usize) -> Vec<Shot> {
    let mut random = Random(9);
    shots.iter_mut().for_each(|shot| shot.ms += 40.0 + random.below(by) as f64);
    shots
}

fn lossy(mut shots: Vec<Shot>) -> Vec<Shot> {
    let (mut random, mut at) = (Random(11), 0);
    shots.retain(|_| {
        at += 1;
        at < 5 || random.below(20) != 0
    });
    shots
}

#[test]
fn a_wrong_rate_stays_known_where_packets_are_lost_or_shaken() {
    type Network = fn(Vec<Shot>) -> Vec<Shot>;
    let networks: [(&str, Network); 3] =
        [("5 % lost", lossy), ("20 ms of jitter", |s| shaken(s, 20)), ("60 ms, out of order", |s| shaken(s, 60))];
    type Bend = fn(usize, &mut Shot);
    let bends: [(&str, Bend); 4] = [
        ("stuck", |_, shot| shot.header.timestamp = 5),
        ("half", |n, shot| shot.header.timestamp = n as u32 * 80),
        ("double", |n, shot| shot.header.timestamp = n as u32 * 320),
        ("sixfold", |n, shot| shot.header.timestamp = n as u32 * 960),
    ];
    for way in WAYS {
        for (network, over_it) in networks {
            let (right, usual) = over(over_it, way, |_, _| ());
            for (what, bend) in bends {
                let (wrong, statistics) = over(over_it, way, bend);
                assert!(wrong <= right + 12, "{what}, {network}, {way:?}: {wrong} missed, else {right}: {statistics}");
                assert!(statistics.target_us <= usual.target_us + 20_000, "{what}, {network}, {way:?}: {statistics}");
                assert!(statistics.lost <= usual.lost + 1, "{what}, {network}, {way:?}: {statistics}");
                assert!(statistics.refused < 5 && statistics.source_changes <= 1, "{what}, {network}: {statistics}");
            }
        }
    }
}

/// The twin stands beside the unshaken test: copies that the network makes are none.
#[test]
fn packets_whose_header_never_changes_are_told_from_copies_by_what_they_hold() {
    for way in WAYS {
        let (missed, statistics) = over(
            |shots| shaken(shots, 16),
            way,
            |_, shot| (shot.header.sequence, shot.header.timestamp) = (900, 5_000_000),
        );
        assert!(missed <= 2, "{way:?}: {missed} missed: {statistics}");
        assert!(statistics.target_us <= 40_000 && statistics.duplicates <= 2, "{way:?}: {statistics}");
    }
}
