//! Tests: each writing is a datagram, each reading gives one, and no more wait than may.

use super::*;

#[test]
fn what_is_written_at_once_leaves_at_once() {
    let mut net = Datagrams::default();
    net.write_all(&[1, 2]).unwrap();
    net.write_all(&[3]).unwrap();
    net.flush().unwrap();
    let left: Vec<_> = std::iter::from_fn(|| net.leave()).collect();
    assert_eq!(left, [Box::from([1, 2]), Box::<[u8]>::from([3])]);
}

#[test]
fn a_reading_gives_one_datagram_and_then_none() {
    let (mut net, mut room) = (Datagrams::default(), [0; 8]);
    net.arrive(&[7; 5]);
    assert_eq!((net.read(&mut room).unwrap(), &room[..6]), (5, &[7, 7, 7, 7, 7, 0][..]));
    assert_eq!(net.read(&mut room).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    // What has no room is gone, and does not come as the next one.
    net.arrive(&[8; 20]);
    assert_eq!(net.read(&mut room).unwrap(), 8);
    assert_eq!(net.read(&mut room).unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn what_nobody_fetches_is_lost_beyond_the_bound() {
    let mut net = Datagrams::default();
    (0..1_000_u32).for_each(|n| net.write_all(&n.to_be_bytes()).unwrap());
    let left: Vec<_> = std::iter::from_fn(|| net.leave()).collect();
    assert_eq!(left.len(), MOST);
    assert_eq!(*left[MOST - 1], (MOST as u32 - 1).to_be_bytes());
}
