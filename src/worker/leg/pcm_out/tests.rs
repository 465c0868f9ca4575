//! Pure: what a reader of samples leaves out.

use super::*;
use crate::agent_port::{AgentParams, AgentPlan};

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

#[test]
fn a_speech_machine_is_given_no_more_of_a_long_gap_than_it_can_hold() {
    let params = AgentParams::new(SampleRate::Hz8000).read_buffer(Duration::from_millis(50));
    let (plan, mut port) = AgentPlan::build(&params);
    let mut out = PcmOut::latest(SampleRate::Hz8000, plan.heard);
    // Block by block that would take hours.
    let gap = 1_000_000_000_000;
    for tick in [1, 1 + gap] {
        assert_eq!(out.begin_block(TickNumber(tick), MediaTime::from_millis(10 * tick)), 0);
        assert!(out.put(Some(&[0.5; 80])));
    }
    let mut block = [0.0; 80];
    let read = std::iter::from_fn(|| port.reader.read(&mut block).map(|read| (read, block[0])));
    let read: Vec<_> = read.map(|(read, sample)| (1 + gap - read.at.tick.0, read.at.time, read.lost, sample)).collect();
    let time = |ago: u64| MediaTime::from_millis(10 * (1 + gap - ago));
    assert_eq!(read[read.len() - 2..], [(1, time(1), 0, 0.0), (0, time(0), 0, 0.5)]);
    // The first, and all of the gap but what is held, is lost.
    assert_eq!((port.reader.lost() + read.len() as u64, read[0].2), (gap + 1, port.reader.lost()));
}
