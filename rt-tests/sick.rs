//! The sick call is found: among well ones, the worst first, by its dialog, and counted; and who is held, muted or alone is not sick.

mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::quality::AudioStage;
use media_core::rtp::{self, RtpHeader};
use media_core::telemetry::{LegOrder, LegQuery, LegRow};
use media_core::{AudioFormat, MediaEngineConfig, MediaSessionHandle, MediaSessionParams};
use std::net::SocketAddr;
use std::time::Duration;
use support::phone::{Phone, address, done};

/// What becomes of a phone's packets.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Well,
    /// One of four is lost.
    Lossy,
    Silent,
    /// They come from another address and source.
    Elsewhere,
    /// Under a payload type that nobody agreed on.
    Odd,
}

struct Node {
    engine: VirtualEngine,
    sessions: Vec<MediaSessionHandle>,
    phones: Vec<Phone>,
    fates: Vec<Fate>,
    said: u16,
}

impl Node {
    /// So many calls of two, all well.
    fn new(calls: usize) -> Self {
        let config = MediaEngineConfig::default().max_sessions(2 * calls + 2);
        let mut engine = VirtualEngine::new(config, 5).unwrap();
        let (mut sessions, mut phones) = (Vec::new(), Vec::new());
        for n in 0..2 * calls as u32 {
            let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(address(n));
            let name = format!("{n:04}-f81d4fae7dec11d0a76500a0c91e6bf6@node-of-a-long-name.example;tag={n:04}");
            let session = engine.handle().create_media_session(&*name, params);
            let session = done(&mut engine, session);
            phones.push(Phone::new(n, &session, 0));
            sessions.push(session);
        }
        for pair in sessions.chunks_exact(2) {
            let bridged = engine.handle().bridge(&pair[0], &pair[1]);
            done(&mut engine, bridged);
        }
        let fates = vec![Fate::Well; 2 * calls];
        Self { engine, sessions, phones, fates, said: 0 }
    }

    fn run(&mut self, seconds: usize) {
        for _ in 0..50 * seconds {
            let now = self.engine.now();
            for (phone, fate) in self.phones.iter_mut().zip(&self.fates) {
                let elsewhere: SocketAddr = ([203, 0, 113, 9], 7_000).into();
                let odd = RtpHeader { payload_type: 111, ..phone.next };
                match fate {
                    Fate::Silent => {}
                    Fate::Lossy if self.said.is_multiple_of(4) => {
                        phone.next.sequence = phone.next.sequence.wrapping_add(1);
                        phone.next.timestamp = phone.next.timestamp.wrapping_add(160);
                    }
                    Fate::Well | Fate::Lossy => phone.send(&mut self.engine.network, now, &[0x35; 160]),
                    Fate::Odd => {
                        phone.post(&mut self.engine.network, now, odd, &[0x35; 160]);
                        phone.next.sequence = phone.next.sequence.wrapping_add(1);
                    }
                    Fate::Elsewhere => {
                        let header = RtpHeader { ssrc: 0x7777, sequence: self.said, ..phone.next };
                        let mut datagram = [0; 172];
                        let length = rtp::write(&header, &[0x35; 160], &mut datagram).unwrap();
                        self.engine.network.send(elsewhere, phone.peer, &datagram[..length], now);
                    }
                }
            }
            self.said = self.said.wrapping_add(1);
            self.engine.run_for(Duration::from_millis(20));
            self.phones.iter_mut().for_each(|phone| {
                phone.listen(&mut self.engine.network);
                phone.got.clear();
            });
        }
    }

    fn legs(&self, query: &LegQuery) -> Vec<LegRow> {
        self.engine.handle().legs(query)
    }

    fn sick(&self) -> Vec<u32> {
        self.legs(&LegQuery::new(LegOrder::Sick)).iter().map(|row| row.session).collect()
    }

    fn number(&self, n: usize) -> u32 {
        self.sessions[n].id().index()
    }

    fn totals(&self) -> [i64; 5] {
        let snapshot = self.engine.handle().snapshot();
        ["one_way", "refused", "undecodable", "lossy", "stopped"].map(|name| snapshot.gauges[&format!("/sick/{name}")])
    }
}

#[test]
fn sick_calls_are_found_among_well_ones_and_the_worst_is_first() {
    let mut node = Node::new(40);
    node.run(4);
    assert_eq!((node.sick(), node.totals()), (vec![], [0; 5]));
    let planted = [(9, Fate::Elsewhere), (20, Fate::Odd), (31, Fate::Silent), (42, Fate::Lossy)];
    planted.into_iter().for_each(|(n, fate)| node.fates[n] = fate);
    node.run(8);
    assert_eq!(node.sick(), planted.map(|(n, _)| node.number(n)));
    assert_eq!(node.totals(), [3, 1, 1, 1, 0]);
    let rows = node.legs(&LegQuery::new(LegOrder::Sick));
    let stages = [AudioStage::RefusedSource, AudioStage::Undecodable, AudioStage::NoPackets, AudioStage::Flows];
    assert_eq!(rows.iter().map(|row| row.inward).collect::<Vec<_>>(), stages);
    assert!((rows[0].refused_s - 50.0).abs() < 2.0 && (rows[1].undecodable_s - 50.0).abs() < 2.0, "{rows:?}");
    assert!((5..=8).contains(&rows[2].one_way_s) && rows[3].one_way_s == 0 && rows[3].lost_s > 10.0, "{rows:?}");
    // What the snapshot has of it, for a screen.
    let snapshot = node.engine.handle().snapshot();
    let mut shown = snapshot.legs.clone();
    LegOrder::Sick.sort(&mut shown);
    assert_eq!(shown.iter().take(4).map(|row| row.session).collect::<Vec<_>>(), node.sick());
    let prometheus = snapshot.to_prometheus();
    assert!(prometheus.contains("media_core_sick_sessions{of=\"one_way\"} 3\n"), "{prometheus}");
    // They are well again.
    node.fates.fill(Fate::Well);
    node.run(14);
    assert_eq!((node.sick(), node.totals()), (vec![], [0; 5]));
}

#[test]
fn a_call_is_found_by_a_part_of_its_dialog_and_a_long_name_keeps_both_ends() {
    let mut node = Node::new(40);
    node.run(6);
    let found = node.legs(&LegQuery::new(LegOrder::Sick).of_dialog("0033-"));
    let whole = "0033-f81d4fae7dec11d0a76500a0c91e6bf6@node-of-a-long-name.example;tag=0033";
    assert_eq!(found.iter().map(|row| (row.session, &*row.dialog)).collect::<Vec<_>>(), [(node.number(33), whole)]);
    assert!((found[0].packets_in_s - 50.0).abs() < 3.0, "{found:?}");
    assert_eq!(node.legs(&LegQuery::new(LegOrder::Packets).of_dialog("tag=003").first(7)).len(), 7);
    assert_eq!(node.legs(&LegQuery::new(LegOrder::Packets).first(100)).len(), 80, "more than a page");
    assert!(node.legs(&LegQuery::new(LegOrder::Packets).of_dialog("nobody")).is_empty());
    let snapshot = node.engine.handle().snapshot();
    for row in &snapshot.legs {
        assert!(row.dialog.len() <= 40 && row.dialog.contains('…'), "{row:?}");
        assert_eq!(row.dialog[..4], row.dialog[row.dialog.len() - 4..], "{row:?}");
    }
}

#[test]
fn who_is_held_muted_pauses_or_is_alone_is_not_sick() {
    let mut node = Node::new(4);
    node.run(4);
    let (held, muted, left) = (node.sessions[0].clone(), node.sessions[3].clone(), node.sessions[4].clone());
    let held = held.hold_inward();
    done(&mut node.engine, held);
    let muted = muted.mute();
    done(&mut node.engine, muted);
    let left = node.engine.handle().unbridge(&left);
    done(&mut node.engine, left);
    [0, 4, 5].into_iter().for_each(|n| node.fates[n] = Fate::Silent);
    node.run(8);
    assert_eq!((node.sick(), node.totals()), (vec![], [0; 5]));
}
