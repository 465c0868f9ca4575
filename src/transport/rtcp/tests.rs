//! Control: RTCP on its way to whoever reads it.

use super::*;

#[test]
fn nothing_is_kept_before_there_is_a_reader_nor_after() {
    let (mut door, ring) = rtcp_sender();
    let (session, at) = (SessionId::new(3, 9), MediaTime::from_millis(7));
    assert!(!door.hand_on(session, b"early", at));
    let mut reader = RtcpReader::new(vec![ring], RtcpReceivers::default());
    assert_eq!(reader.read(), None);
    assert!(door.hand_on(session, b"report", at));
    assert_eq!(reader.read(), Some(RtcpDatagram { session, arrival: at, octets: b"report" }));
    while door.hand_on(session, &[0; 1_000], at) {}
    assert!(reader.read().is_some(), "a slow reader loses the newest, and the thread does not wait");
    drop(reader);
    assert!(!door.hand_on(session, b"late", at));
}

#[test]
fn a_ring_that_comes_later_is_read_too() {
    let (desk, at) = (RtcpReceivers::default(), MediaTime::ZERO);
    let (mut early, ring) = rtcp_sender();
    desk.add(ring);
    assert!(!early.hand_on(SessionId::new(1, 1), b"nobody reads", at));
    let mut reader = RtcpReader::new(Vec::new(), desk.clone());
    assert!(early.hand_on(SessionId::new(1, 1), b"early", at));
    assert_eq!(reader.read().map(|report| report.octets), Some(&b"early"[..]));
    let (mut late, ring) = rtcp_sender();
    desk.add(ring);
    assert!(late.hand_on(SessionId::new(2, 1), b"late", at));
    assert_eq!(reader.read().map(|report| report.session), Some(SessionId::new(2, 1)));
    drop(reader);
    assert!(!late.hand_on(SessionId::new(2, 1), b"nobody", at) && !early.hand_on(SessionId::new(1, 1), b"x", at));
}

#[test]
fn every_ring_has_its_turn() {
    let (mut doors, rings): (Vec<_>, Vec<_>) = (0..3).map(|_| rtcp_sender()).unzip();
    let mut reader = RtcpReader::new(rings, RtcpReceivers::default());
    for (n, door) in doors.iter_mut().enumerate() {
        for _ in 0..2 {
            assert!(door.hand_on(SessionId::new(n as u32, 0), b"x", MediaTime::ZERO));
        }
    }
    let order: Vec<_> = std::iter::from_fn(|| reader.read().map(|d| d.session.index())).collect();
    assert_eq!(order, [0, 1, 2, 0, 1, 2]);
}
