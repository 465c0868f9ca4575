//! I/O: what the kernel says it dropped is a sum; each drop is told once.

use super::*;

#[test]
fn drops_of_the_kernel_are_counted_once() {
    let mut table = Table::new(2);
    let (rtp, rtcp) = (Place::rtp(1), Place::rtcp(1));
    let counted: Vec<u32> = [3, 3, 10, u32::MAX, 4].map(|sum| table.count_dropped(rtp, sum)).into();
    assert_eq!(counted, [3, 0, 7, u32::MAX - 10, 5], "since the last time, over the wrap");
    assert_eq!((table.count_dropped(rtcp, 2), table.count_dropped(Place::rtp(0), 1)), (2, 1), "each socket's own");
    assert_eq!(table.count_dropped(Place::rtp(9), 5), 0, "no such place");
}
