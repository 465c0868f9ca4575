//! Real-time: what goes in comes out, channel by channel; where there is no room, the oldest go.

use super::Queue;

#[test]
fn the_oldest_samples_make_room() {
    let mut queue = Queue::new(2, 4);
    assert_eq!(queue.push(3, &[1.0, 2.0, 3.0, -1.0, -2.0, -3.0]), 0);
    assert_eq!(queue.push(3, &[4.0, 5.0, 6.0, -4.0, -5.0, -6.0]), 2);
    let mut pcm = [0.0; 6];
    assert!(queue.pop(3, &mut pcm));
    assert_eq!(pcm, [3.0, 4.0, 5.0, -3.0, -4.0, -5.0]);
    assert!(!queue.pop(3, &mut pcm));
    queue.clear();
    assert!(!queue.pop(1, &mut [0.0; 2]));
    assert_eq!(queue.push(2, &[7.0, 8.0, -7.0, -8.0]), 0);
    assert!(queue.pop(2, &mut pcm[..4]));
    assert_eq!(pcm[..4], [7.0, 8.0, -7.0, -8.0], "each channel was emptied");
}
