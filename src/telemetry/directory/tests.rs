//! Control: gauges by path, page by page.

use super::*;
use crate::telemetry::legs::{LegOrder, TOP};
use std::time::Duration;

fn entry(number: u32, generation: u32) -> Entry {
    let id = SessionId::new(number, generation);
    let dialog = DialogId::new(format!("call-{number}@example"));
    Entry::new(id, dialog, WorkerId(0), Arc::default(), Arc::default(), MediaTime::ZERO)
}

fn seconds(n: u64) -> MediaTime {
    MediaTime::ZERO + Duration::from_secs(n)
}

#[test]
fn a_number_that_is_used_again_is_not_struck_out_by_its_former_holder() {
    let directory = Directory::default();
    directory.insert(entry(7, 1));
    directory.insert(entry(7, 2));
    directory.remove(SessionId::new(7, 1));
    directory.moved(SessionId::new(7, 1), WorkerId(3));
    let found = directory.page(0..=u32::MAX);
    assert_eq!((found.len(), found[0].id.generation(), found[0].worker), (1, 2, WorkerId(0)));
    directory.remove(SessionId::new(7, 2));
    assert!(directory.page(0..=u32::MAX).is_empty());
}

#[test]
fn the_worst_of_thousands_are_found_within_one_round_at_a_bounded_cost() {
    let directory = Directory::default();
    let sessions: Vec<Entry> = (0..5_000).map(|number| entry(number, 1)).collect();
    sessions.iter().for_each(|entry| directory.insert(entry.clone()));
    // One loses, one is behind, one sends three times as much as the others.
    for second in 1..=12u64 {
        for (number, entry) in sessions.iter().enumerate() {
            let much = if number == 4_321 { 150 } else { 50 };
            entry.media.packets_in.set(much * second);
            entry.media.packets_out.set(50 * second);
        }
        sessions[2_222].media.lost.set(7 * second);
        sessions[2_222].media.concealed_blocks.set(14 * second);
        sessions[3_333].media.buffer_us.set(400_000);
        let mut rows = directory.sweep(seconds(second));
        assert!(rows.len() <= 5 * TOP, "{} rows", rows.len());
        if second < 6 {
            continue;
        }
        for (order, number, value) in [
            (LegOrder::Packets, 4_321, 200.0),
            (LegOrder::Lost, 2_222, 7.0),
            (LegOrder::Concealed, 2_222, 140.0),
            (LegOrder::Delay, 3_333, 400.0),
        ] {
            order.sort(&mut rows);
            assert_eq!(rows[0].session, number, "second {second}, {order:?}");
            assert!((order.of(&rows[0]) - value).abs() < 0.01 * value, "{:?}", rows[0]);
            assert_eq!(rows[0].dialog, format!("call-{number}@example"));
        }
    }
    assert_eq!(directory.page(0..=u32::MAX).len(), PAGE);
}

#[test]
fn sessions_that_are_gone_leave_the_top() {
    let directory = Directory::default();
    for number in 0..3 {
        let entry = entry(number, 1);
        entry.media.packets_in.set(100);
        directory.insert(entry);
    }
    assert_eq!(directory.sweep(seconds(1)).len(), 3);
    directory.remove(SessionId::new(1, 1));
    let numbers: Vec<_> = directory.sweep(seconds(2)).iter().map(|row| row.session).collect();
    assert_eq!(numbers, [0, 2]);
}
