//! Tests: what a handshake may have, and what it never has.

use super::*;

fn record(kind: u8, version: u8, epoch: u8, length: usize) -> Vec<u8> {
    let mut record = vec![kind, version, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 7];
    record.extend((length as u16).to_be_bytes());
    record.extend(vec![1; length]);
    record
}

#[test]
fn records_of_handshakes_pass_alone_and_together() {
    let good = [(22, 0, 1), (20, 0, 1), (21, 0, 2), (22, 1, 40), (21, 1, 26), (22, 0, 1_100)];
    let mut all = Vec::new();
    for (kind, epoch, length) in good {
        let one = record(kind, 0xfe, epoch, length);
        assert!(plausible(&one), "{kind} {epoch} {length}");
        all.extend(one);
        assert!(plausible(&all));
    }
}

#[test]
fn what_is_of_no_handshake_does_not_pass_wherever_it_stands() {
    let odd = [
        vec![],
        record(23, 0xfe, 1, 40),
        record(24, 0xfe, 0, 40),
        record(22, 3, 0, 40),
        record(22, 0xfe, 1, 23),
        record(21, 0xfe, 1, 2),
        record(22, 0xfe, 0, 0),
        record(22, 0xfe, 0, 40)[..52].to_vec(),
        record(22, 0xfe, 0, 40)[..12].to_vec(),
    ];
    for odd in odd {
        assert!(!plausible(&odd), "{odd:?}");
        let mut behind = record(22, 0xfe, 0, 40);
        behind.extend(&odd);
        assert_eq!(plausible(&behind), odd.is_empty(), "{odd:?}");
    }
}
