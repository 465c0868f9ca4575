//! Control: a flood of lines becomes a few, and says how much was left out.

use super::*;

fn at(ms: u64) -> MediaTime {
    MediaTime::from_millis(1_000 + ms)
}

#[test]
fn one_session_has_a_few_lines_and_says_what_was_left_out() {
    let mut limit = LogLimit::default();
    let session = SessionId::new(1, 1);
    // 734 lines a second for half a minute.
    let admitted: Vec<u64> = (0..22_020).filter_map(|n| limit.admit(session, at(n * 1_000 / 734))).collect();
    assert_eq!(admitted.len(), 3 + 2, "{admitted:?}");
    assert_eq!(admitted[..3], [0, 0, 0]);
    assert!(admitted[3] > 7_000 && admitted[4] > 7_000, "{admitted:?}");
    let unsaid = limit.unsaid(at(30_000)).unwrap();
    assert_eq!(admitted.iter().sum::<u64>() + unsaid, limit.suppressed());
    assert_eq!(limit.suppressed(), 22_020 - 5);
    assert_eq!(limit.unsaid(at(31_000)), None, "it was said");
    assert_eq!(limit.admit(session, at(60_000)), Some(0));
}

#[test]
fn many_sessions_together_have_an_end_too() {
    let mut limit = LogLimit::default();
    let lines = (0..10_000u64).filter(|n| limit.admit(SessionId::new(*n as u32, 1), at(n / 10)).is_some()).count();
    assert_eq!(lines, 20 + 1, "one second of 10,000 sessions");
    assert!(limit.unsaid(at(2_000)).is_some());
    (0..10_000).for_each(|n| limit.forget(SessionId::new(n, 1)));
    assert!(limit.sessions.is_empty());
}
