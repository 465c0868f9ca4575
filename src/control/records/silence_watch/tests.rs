//! Control: when silence is told, and how often.

use super::*;

/// What is told, second by second, of a watch whose limit, packets so far and expectation are given.
fn told(seconds: &[(Option<u64>, u64, bool)]) -> Vec<(usize, u64)> {
    let mut watch = SilenceWatch::default();
    let mut told = Vec::new();
    for (second, (limit, packets, expected)) in seconds.iter().enumerate() {
        let now = MediaTime::ZERO + Duration::from_secs(second as u64);
        let lasted = watch.end_second(limit.map(Duration::from_secs), *expected, *packets, now);
        told.extend(lasted.map(|lasted| (second, lasted.as_secs())));
    }
    told
}

#[test]
fn silence_is_told_once_and_again_after_packets_came() {
    let mut seconds = vec![(Some(3), 0, true); 8];
    seconds.extend([(Some(3), 50, true); 9]);
    assert_eq!(told(&seconds), [(3, 3), (11, 3)]);
}

#[test]
fn who_is_not_to_send_is_not_waited_for() {
    let mut seconds = vec![(Some(3), 9, false); 8];
    seconds.extend([(Some(3), 9, true); 5]);
    assert_eq!(told(&seconds), [(11, 3)]);
}

#[test]
fn another_limit_holds_at_once_and_a_first_one_counts_from_when_it_is_set() {
    let mut seconds = vec![(None, 9, true); 20];
    seconds.extend([(Some(5), 9, true); 8]); // told in second 25
    seconds.extend([(Some(10), 9, true); 5]); // told anew in second 30
    seconds.extend([(None, 9, true); 2]);
    seconds.extend([(Some(2), 9, true); 5]); // told in second 37
    assert_eq!(told(&seconds), [(25, 5), (30, 10), (37, 2)]);
}
