//! Pure: what a reader of samples leaves out.

use super::*;

#[test]
fn who_reads_late_may_leave_out_what_waits_and_hears_what_comes_then() {
    let (mut out, mut reader) = pcm_out(SampleRate::Hz8000, 50);
    let mut say = |tick: u64, level: f32| {
        out.begin_block(TickNumber(tick), MediaTime::from_millis(10 * tick));
        out.put(Some(&[level; 80]))
    };
    let told: Vec<bool> = (0..8).map(|tick| say(tick, 0.1)).collect();
    assert_eq!(told, [[true; 5].as_slice(), &[false; 3]].concat(), "the newest found no room");
    assert_eq!(reader.read(&mut [0.0; 30]), 30);
    assert_eq!((reader.discard_waiting(), reader.discard_waiting(), reader.available()), (370, 0, 0));
    assert!(say(8, 0.5));
    let mut heard = [0.0; 200];
    assert_eq!((reader.position().map(|at| at.tick), reader.read(&mut heard)), (Some(TickNumber(8)), 80));
    assert_eq!((heard[0], reader.lost()), (0.5, 240), "what found no room is lost, what was left out is not");
}
